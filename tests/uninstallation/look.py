"""Use everything that is left after an uninstallation; read by the shell of Odoo."""

# ruff: noqa: F821 (the shell gives ``env``)
import os

from odoo.exceptions import AccessError

# Windows of the suite and of what it extends.
NEAR = ("school.", "res.", "hr.", "mail.", "maintenance.", "survey.", "calendar.")

removed = os.environ["SCHOOL_REMOVE"].split()
faults = []


def leftovers(query):
    env.cr.execute(query, {"names": removed})
    return [row[0] for row in env.cr.fetchall()]


faults += leftovers(
    """SELECT name || ' is ' || state FROM ir_module_module
        WHERE name = ANY(%(names)s) AND state <> 'uninstalled'
           OR state NOT IN ('installed', 'uninstalled', 'uninstallable')"""
)
faults += leftovers(
    """SELECT model || ' ' || name FROM ir_model_data WHERE module = ANY(%(names)s)"""
)
faults += leftovers(
    """SELECT 'function ' || proname FROM pg_proc
         JOIN pg_language ON pg_language.oid = prolang
        WHERE lanname = 'plpgsql' AND proname LIKE 'school%%'
          AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgfoid = pg_proc.oid)"""
)
known = {model._table for model in env.registry.values()} | {
    field.relation
    for model in env.registry.values()
    for field in model._fields.values()
    if field.type == "many2many" and field.store
}
tables = leftovers(
    """SELECT relname FROM pg_class WHERE relkind IN ('r', 'v')
          AND relname LIKE 'school%%'"""
)
faults += [f"table {table}" for table in tables if table not in known]

people = env["res.users"].search([("login", "in", ("heron", "stranger", "admin"))])
assert len(people) == 3
for user in people:
    me = env(user=user.id, su=False)
    if user.login != "admin":
        me["school.my.office"].get_overview()
    me["ir.ui.menu"].load_menus(False)
    for action in env["ir.actions.act_window"].search([]):
        if not action.res_model.startswith(NEAR):
            continue
        Model = me.get(action.res_model)
        if Model is None:
            faults.append(f"window {action.name} without {action.res_model}")
            continue
        if Model._abstract or not Model.has_access("read"):
            continue
        try:
            views = [view for view in action.views if view[1] != "qweb"]
            Model.get_views([*views, (False, "search")])
            readable = {
                name: {}
                for name, field in Model._fields.items()
                if Model._has_field_access(field, "read")
            }
            Model.web_search_read([], readable, limit=80)
        except AccessError:
            continue
        except Exception as error:  # noqa: BLE001 (told with all the others)
            faults.append(f"{user.login} {action.res_model}: {error!r}")

for cron in env["ir.cron"].search([]):
    if (cron.model_id.model or "").startswith("school."):
        cron.method_direct_trigger()
        env.cr.commit()

if faults:
    raise AssertionError("\n".join(faults))
