"""What must hold for every model of the suite, found by walking the registry.

A new model without its school, its rule or its check fails here, whoever adds it.
"""

import re

from odoo.tests import TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

PREFIX = "school."

# Written by the server's own methods only: no role may create, write or delete them.
SERVER_ONLY = {
    "school.approval.case",
    "school.approval.task",
    "school.approval.opinion",
    "school.register.entry",
    "school.number",
    "school.time.clock",
    "school.time.event",
    "school.file.version",
    "school.receipt",
    "school.custody.handover",
    "school.desk.kpi",
    "school.desk.kpi.line",
    "school.desk.sample",
    "school.desk.sample.line",
    "school.desk.callback",
    "school.desk.survey.comment",
    "school.desk.survey.participation",
    "school.desk.survey.result",
    "school.knowledge.feedback",
    "school.knowledge.version",
    "school.ticket.code",
    "school.ticket.message",
    "school.complaint.analysis.line",
    "school.mail.log",
    "school.meeting.evaluation",
    "school.meeting.evaluation.answer",
    "school.meeting.evaluation.word",
    "school.meeting.minutes.block",
    "school.meeting.progress",
    "school.meeting.summary",
    "school.meeting.summary.line",
    "school.meeting.ballot",
    "school.meeting.item.text",
    "school.meeting.presence",
    "school.meeting.recusal",
    "school.meeting.statement",
    "school.meeting.turn",
    "school.meeting.turnout",
    "school.meeting.vote",
    "school.meeting.topic.answer",
    "school.rapid.alarm",
    "school.ticket.event",
    "school.ticket.part",
    "school.ticket.voice",
    "school.venue.displacement",
}

# Partners and users carry their own isolation, proved in test_isolation.
SHARED_COMODELS = {"res.users", "res.company", "res.country", "res.currency"}


@tagged("standard", "post_install", "-at_install")
class TestRegistry(TransactionCase):
    def _models(self):
        """Every table or SQL view of the suite."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if name.startswith(PREFIX) and not (model._abstract or model._transient):
                yield model

    def _indexed(self, model):
        """The columns with which an index of all their rows begins."""
        self.env.cr.execute(
            """SELECT pg_get_indexdef(i.indexrelid, 1, true),
                      pg_get_expr(i.indpred, i.indrelid)
                 FROM pg_index i WHERE i.indrelid = %s::regclass""",
            [model._table],
        )
        return {
            column
            for column, predicate in self.env.cr.fetchall()
            # Nobody looks for the rows that name nobody.
            if predicate in (None, f"({column} IS NOT NULL)")
        }

    def test_there_is_something_to_walk(self):
        self.assertGreater(len(list(self._models())), 20)

    def test_every_record_belongs_to_a_school(self):
        for model in self._models():
            with self.subTest(model=model._name):
                field = model._fields.get("company_id")
                self.assertIsNotNone(field, "no company_id")
                self.assertTrue(field.required, "company_id is not required")
                self.assertTrue(field.store, "company_id is not stored")
                if model._auto:
                    if model._auto:
                        self.assertIn("company_id", self._indexed(model))
                    self.assertTrue(model._check_company_auto)

    def test_every_model_has_a_global_rule_on_its_school(self):
        rules = self.env["ir.rule"].search([("groups", "=", False)])
        for model in self._models():
            with self.subTest(model=model._name):
                domains = [
                    safe_eval(
                        rule.domain_force,
                        {"company_ids": [-1], "company_id": -1, "user": self.env.user},
                    )
                    for rule in rules
                    if rule.model_id.model == model._name
                ]
                self.assertIn([("company_id", "in", [-1])], domains)

    def test_every_rule_reaches_databases_that_exist(self):
        # Marked noupdate, a rule would keep the hole it had when it was installed.
        kept = self.env["ir.model.data"].search(
            [
                ("module", "=like", "school_office_%"),
                ("model", "=", "ir.rule"),
                ("noupdate", "=", True),
            ]
        )
        self.assertFalse(kept.mapped("complete_name"))

    def test_relations_stay_inside_the_school(self):
        for model in self._models():
            for field in model._fields.values():
                if not field.store or field.type not in ("many2one", "many2many"):
                    continue
                comodel = self.env[field.comodel_name]
                if (
                    field.comodel_name in SHARED_COMODELS
                    or "company_id" not in comodel._fields
                    or field.name in ("company_id", "message_main_attachment_id")
                    or comodel._name.startswith(("mail.", "ir."))
                ):
                    continue
                with self.subTest(model=model._name, field=field.name):
                    self.assertTrue(field.check_company, "no check_company")

    def _dialogs(self):
        for name in sorted(self.env.registry):
            model = self.env[name]
            if name.startswith(PREFIX) and model._transient and not model._abstract:
                yield model

    def test_a_dialog_is_for_whoever_opened_it(self):
        rules = self.env["ir.rule"].search([("groups", "=", False)])
        for model in self._dialogs():
            with self.subTest(model=model._name):
                domains = rules.filtered(
                    lambda rule, name=model._name: rule.model_id.model == name
                ).mapped("domain_force")
                self.assertTrue(
                    any('("create_uid", "=", user.id)' in domain for domain in domains)
                )

    def test_a_dialog_shows_records_by_the_rights_of_its_user(self):
        # Its links are chosen by the client, and superuser mode would follow any.
        for model in self._dialogs():
            for field in model._fields.values():
                if not field.related or field.related.startswith("company_id."):
                    continue
                with self.subTest(model=model._name, field=field.name):
                    self.assertFalse(field.compute_sudo)

    def test_facts_are_written_by_the_server_alone(self):
        access = self.env["ir.model.access"].search(
            [("model_id.model", "in", sorted(SERVER_ONLY))]
        )
        for line in access:
            with self.subTest(line=line.name):
                self.assertFalse(line.perm_create, "create")
                self.assertFalse(line.perm_write, "write")
                self.assertFalse(line.perm_unlink, "unlink")
        missing = {name for name in SERVER_ONLY if name not in self.env.registry}
        self.assertFalse(missing, "rename here too")

    def test_outsiders_reach_no_table(self):
        outsiders = self.env.ref("base.group_portal") | self.env.ref(
            "base.group_public"
        )
        lines = self.env["ir.model.access"].search(
            [
                ("model_id.model", "=like", f"{PREFIX}%"),
                ("group_id", "in", outsiders.ids),
            ]
        )
        for line in lines.filtered(lambda a: a.perm_write or a.perm_unlink):
            self.fail(f"{line.name} lets outsiders change a table")

    def test_inverses_are_indexed(self):
        for model in self._models():
            for field in model._fields.values():
                if field.type != "one2many" or not field.inverse_name:
                    continue
                inverse = self.env[field.comodel_name]._fields[field.inverse_name]
                if (
                    not inverse.store
                    or inverse.type != "many2one"
                    or not inverse.model_name.startswith(PREFIX)
                ):
                    continue
                with self.subTest(inverse=f"{inverse.model_name}.{inverse.name}"):
                    comodel = self.env[inverse.model_name]
                    if comodel._auto:
                        self.assertIn(inverse.name, self._indexed(comodel))

    def test_the_database_guards_the_links_of_what_becomes_final(self):
        self.env.cr.execute(
            """SELECT tgrelid::regclass::text, tgname
                 FROM pg_trigger WHERE tgname LIKE %s""",
            ["school_guard_%"],
        )
        guarded = set(self.env.cr.fetchall())
        found = 0
        for model in self._models():
            if not hasattr(model, "_frozen_link_fields"):
                continue
            for field in model._frozen_link_fields():
                with self.subTest(model=model._name, field=field.name):
                    found += 1
                    self.assertIn(
                        (field.relation, f"school_guard_{field.column1}"[:63]), guarded
                    )
        self.assertGreater(found, 5)

    def test_an_index_of_some_rows_is_one_that_the_orm_meets(self):
        """The ORM writes ``flag IS TRUE``; PostgreSQL takes a bare ``flag`` for other.

        An index ``WHERE flag`` is kept up to date and never used. Unique ones are there
        for what they refuse.
        """
        self.env.cr.execute(
            """SELECT c.relname, i.indexrelid::regclass::text,
                      pg_get_expr(i.indpred, i.indrelid),
                      ARRAY(SELECT attname FROM pg_attribute
                             WHERE attrelid = c.oid AND atttypid = 'bool'::regtype)
                 FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                WHERE i.indpred IS NOT NULL AND NOT i.indisunique"""
        )
        tables = {model._table for model in self._models()}
        for table, index, predicate, flags in self.env.cr.fetchall():
            if table not in tables:
                continue
            for flag in flags:
                bare = re.search(rf"\b{flag}\b(?! IS)", predicate)
                self.assertFalse(bare, f"{index}: write “{flag} IS TRUE”")
