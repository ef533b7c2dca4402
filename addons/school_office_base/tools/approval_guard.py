"""Database triggers behind the approval engine.

The ORM refuses first and says why; the triggers are what holds when a method with
superuser rights, a script or a console goes round the ORM. They are replaced on every
update of the addon, so a migration that must touch such a table drops them in its
pre-script and finds them again afterwards.
"""

from odoo.tools import SQL


def install_trigger(cr, table, name, body, truncate=True):
    """Install ``body`` (PL/pgSQL) before each change of a row of ``table``.

    TRUNCATE is refused by a statement trigger of its own: row triggers do not see it.
    """
    function = f"{table}_{name}"
    cr.execute(
        SQL(
            "CREATE OR REPLACE FUNCTION %s() RETURNS trigger AS %s LANGUAGE plpgsql",
            SQL.identifier(function),
            body,
        )
    )
    cr.execute(
        SQL(
            "DROP TRIGGER IF EXISTS %s ON %s",
            SQL.identifier(function),
            SQL.identifier(table),
        )
    )
    cr.execute(
        SQL(
            "CREATE TRIGGER %s BEFORE INSERT OR UPDATE OR DELETE ON %s "
            "FOR EACH ROW EXECUTE FUNCTION %s()",
            SQL.identifier(function),
            SQL.identifier(table),
            SQL.identifier(function),
        )
    )
    if not truncate:
        return
    refuse = f"{table}_no_truncate"
    cr.execute(
        SQL(
            "CREATE OR REPLACE FUNCTION %s() RETURNS trigger AS %s LANGUAGE plpgsql",
            SQL.identifier(refuse),
            f"BEGIN RAISE EXCEPTION '{table} cannot be emptied' "
            "USING ERRCODE = 'restrict_violation'; END",
        )
    )
    cr.execute(
        SQL(
            "DROP TRIGGER IF EXISTS %s ON %s",
            SQL.identifier(refuse),
            SQL.identifier(table),
        )
    )
    cr.execute(
        SQL(
            "CREATE TRIGGER %s BEFORE TRUNCATE ON %s "
            "FOR EACH STATEMENT EXECUTE FUNCTION %s()",
            SQL.identifier(refuse),
            SQL.identifier(table),
            SQL.identifier(refuse),
        )
    )


APPEND_ONLY = """
BEGIN
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%% %% is on record and cannot be changed or removed',
        TG_TABLE_NAME, OLD.id USING ERRCODE = 'restrict_violation';
END
""".replace("%%", "%")

# A version that left its draft is fixed but for its own retirement.
VERSION_FIXED = """
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'an approval version starts as a draft'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired'
        AND to_jsonb(NEW) - ARRAY['state', 'retired_at', 'retired_by_id', 'write_uid',
            'write_date']
          = to_jsonb(OLD) - ARRAY['state', 'retired_at', 'retired_by_id', 'write_uid',
            'write_date']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'approval version % is published and cannot be changed', OLD.id
        USING ERRCODE = 'restrict_violation';
END
"""

# Steps follow their version. When a draft version is deleted its row is gone first.
NODE_FIXED = """
DECLARE
    version integer;
BEGIN
    FOREACH version IN ARRAY ARRAY[
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END,
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END]
    LOOP
        IF EXISTS (SELECT FROM school_approval_version
                   WHERE id = version AND state <> 'draft') THEN
            RAISE EXCEPTION 'approval version % is published: its steps are fixed',
                version USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
"""

NODE_USERS_FIXED = """
DECLARE
    node integer;
BEGIN
    FOREACH node IN ARRAY ARRAY[
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.node_id END,
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.node_id END]
    LOOP
        IF EXISTS (SELECT FROM school_approval_node n
                   JOIN school_approval_version v ON v.id = n.version_id
                   WHERE n.id = node AND v.state <> 'draft') THEN
            RAISE EXCEPTION 'the people of a published approval step are fixed'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
"""

# A decided task keeps its decision, its person and the time for ever.
TASK_DECIDED = """
BEGIN
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'approval task % stays on record', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('done', 'cancelled') AND (
        NEW.state, NEW.decision, NEW.user_id, NEW.acting_user_id,
        NEW.on_behalf_of_id, NEW.decided_at, NEW.case_id, NEW.node_id, NEW.round
    ) IS DISTINCT FROM (
        OLD.state, OLD.decision, OLD.user_id, OLD.acting_user_id,
        OLD.on_behalf_of_id, OLD.decided_at, OLD.case_id, OLD.node_id, OLD.round
    ) THEN
        RAISE EXCEPTION 'approval task % is closed and cannot be changed', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
"""

# What was submitted, by whom and under which rules is fixed; an ended case stays ended.
CASE_FIXED = """
BEGIN
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'approval case % stays on record', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.version_id, NEW.flow_id, NEW.res_model, NEW.res_id, NEW.purpose,
        NEW.applicant_id, NEW.author_id, NEW.company_id)
        IS DISTINCT FROM
       (OLD.version_id, OLD.flow_id, OLD.res_model, OLD.res_id, OLD.purpose,
        OLD.applicant_id, OLD.author_id, OLD.company_id) THEN
        RAISE EXCEPTION 'approval case % belongs to its record and version', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('refused', 'withdrawn', 'voided') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'approval case % has ended', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'approved' AND (
        NEW.state NOT IN ('approved', 'voided') OR NEW.content_hash <> OLD.content_hash
    ) THEN
        RAISE EXCEPTION 'approval case % is approved as it was', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
"""
