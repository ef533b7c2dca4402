"""Nothing of one school is seen or touched from another, by any way in.

The neighbour school is filled with work whose every text carries a marker. Each role
then reads everything it can reach, in every model of the registry, core's included.
"""

import json

from psycopg2 import Error as DatabaseError

from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from schools_at_work import MARKER, SchoolsAtWork

REFUSALS = (AccessError, MissingError, UserError, ValidationError, DatabaseError)

# Texts by which a school could be recognised; numbers and dates alone tell nothing.
TEXTS = {"char", "text", "html", "many2one", "reference", "json"}


@tagged("standard", "post_install", "-at_install")
class TestIsolation(SchoolsAtWork):
    def test_the_neighbour_has_something_to_hide(self):
        found = {
            name
            for name in self.env.registry
            if self._is_table(name) and MARKER in self._texts(self.env[name].sudo())
        }
        self.assertGreaterEqual(
            found, {"res.company", "res.users", "res.partner", "hr.employee"}
        )
        own = {
            name
            for name in self.env.registry
            if name.startswith("school.")
            and self._is_table(name)
            and "company_id" in self.env[name]._fields
        }
        filled = {records._name for records in self._foreign()}
        self.assertFalse(own - filled, "put work of it into the neighbour")

    def test_no_role_reads_a_text_of_the_neighbour(self):
        for role, user in self.roles.items():
            for name in sorted(self.env.registry):
                model = self.env[name].with_user(user)
                if not self._is_table(name) or not model.has_access("read"):
                    continue
                with self.subTest(role=role, model=name):
                    self.assertNotIn(MARKER, self._texts(model))

    def test_no_role_finds_a_record_of_the_neighbour_by_name(self):
        for role, user in self.roles.items():
            for name in sorted(self.env.registry):
                model = self.env[name].with_user(user)
                if not self._is_table(name) or not model.has_access("read"):
                    continue
                with self.subTest(role=role, model=name):
                    try:
                        found = model.name_search(MARKER.split()[0], limit=5)
                    except (AccessError, NotImplementedError, ValueError):
                        continue
                    self.assertNotIn(MARKER, str(found))

    def test_no_role_counts_or_groups_the_neighbours_records(self):
        for role, user in self.roles.items():
            for records in self._foreign():
                model = records.with_user(user).browse()
                if not model.has_access("read"):
                    continue
                with self.subTest(role=role, model=model._name):
                    domain = [("id", "in", records.ids)]
                    model = model.with_context(active_test=False)
                    self.assertFalse(model.search(domain))
                    self.assertEqual(model.search_count(domain), 0)
                    groups = model.formatted_read_group(
                        domain, ["company_id"], ["__count"]
                    )
                    self.assertFalse(groups)

    def test_no_role_touches_a_record_of_the_neighbour(self):
        for role, user in self.roles.items():
            for records in self._foreign():
                record = records[0].with_user(user)
                before = self._row(records[0])
                for operation in (
                    lambda r: r.read(["display_name"]),
                    lambda r: r.export_data(["id", "display_name"]),
                    lambda r: r.web_read({"display_name": {}}),
                    lambda r: r.write({"write_date": "2020-01-01 00:00:00"}),
                    lambda r: r.unlink(),
                    lambda r: r.copy(),
                ):
                    with self.subTest(role=role, model=record._name):
                        self.assertTrue(self._is_refused(operation, record))
                self.assertEqual(self._row(records[0]), before)

    def test_asking_for_the_other_school_in_the_context_is_refused(self):
        context = {"allowed_company_ids": (self.school | self.other).ids}
        posts = self.env["school.post"].with_user(self.admin).with_context(**context)
        with self.assertRaises(AccessError):
            posts.search([])

    @mute_logger("odoo.sql_db")
    def test_no_record_is_made_in_the_other_school(self):
        for records in self._foreign():
            model = records.browse().with_user(self.admin)
            if not model.has_access("create"):
                continue
            values = records[0].sudo().copy_data()[0] | {"company_id": self.other.id}
            with self.subTest(model=model._name):
                self.assertTrue(self._is_refused(model.create, values))

    def _is_refused(self, operation, argument):
        """Whether it raises a refusal; whatever it did is undone."""
        try:
            with self.env.cr.savepoint():
                operation(argument)
        except REFUSALS:
            return True
        return False

    def _is_table(self, name):
        model = self.env[name]
        return not (model._abstract or model._transient)

    def _foreign(self):
        """Yield, per model of ours, the neighbour's records."""
        for name in sorted(self.env.registry):
            if name.startswith("school.") and self._is_table(name):
                model = self.env[name].sudo().with_context(active_test=False)
                records = model.search([("company_id", "=", self.other.id)], limit=200)
                if records:
                    yield records

    def _texts(self, model):
        """Everything ``model``'s user can read in it, as one text."""
        names = [
            name
            for name, field in model._fields.items()
            if field.type in TEXTS and field.store and field.name != "arch_db"
        ]
        records = model.with_context(active_test=False).search([], limit=3000)
        readable = [name for name in names if self._may_read(model, name)]
        return json.dumps(records.read(readable), default=str, ensure_ascii=False)

    def _may_read(self, model, name):
        return model.env.su or model._has_field_access(model._fields[name], "read")

    def _row(self, record):
        if not record._auto:
            return None  # a view on rows that are looked at themselves
        self.env.flush_all()
        self.env.cr.execute(
            f'SELECT * FROM "{record._table}" WHERE id = %s',  # noqa: S608
            [record.id],
        )
        return self.env.cr.fetchall()


@tagged("standard", "post_install", "-at_install")
class TestIsolationOverHttp(SchoolsAtWork, HttpCase):
    def _call(self, model, method, *args, **kwargs):
        return self.url_open(
            "/web/dataset/call_kw",
            json={
                "params": {
                    "model": model,
                    "method": method,
                    "args": args,
                    "kwargs": kwargs,
                }
            },
        ).text

    def test_the_web_client_of_one_school_gets_nothing_of_the_other(self):
        for user in self.roles.values():
            self.authenticate(user.login, user.login.ljust(8, "x"))
            for model in sorted(self.env.registry):
                if not model.startswith("school.") or self.env[model]._abstract:
                    continue
                with self.subTest(user=user.login, model=model):
                    texts = self._call(
                        model,
                        "web_search_read",
                        domain=[],
                        specification={"display_name": {}},
                    ) + self._call(model, "name_search", name="")
                    self.assertNotIn(MARKER, texts)

    def test_files_and_pictures_of_the_other_school_are_not_served(self):
        files = self.env["ir.attachment"].sudo()
        foreign = files.search([("name", "ilike", MARKER)])
        self.assertTrue(foreign)
        for user in self.roles.values():
            self.authenticate(user.login, user.login.ljust(8, "x"))
            for file in foreign:
                for url in (
                    f"/web/content/{file.id}",
                    f"/web/content/{file.id}?download=1",
                    f"/web/image/{file.id}",
                    f"/web/content/ir.attachment/{file.id}/datas",
                ):
                    with self.subTest(user=user.login, url=url):
                        answer = self.url_open(url)
                        self.assertNotIn(MARKER.encode(), answer.content)
                        self.assertIn(answer.status_code, (200, 403, 404))

    def _made(self, model, values):
        """Return the id of what a browser makes, or None if that is refused."""
        answer = json.loads(self._call(model, "create", [values]))
        return answer.get("result", [None])[0]

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_the_composer_tells_and_prints_nothing_of_the_other_school(self):
        about = [("company_id", "=", self.other.id)]
        minutes = self.env["school.meeting.minutes"].sudo().search(about, limit=1)
        report = self.env["ir.actions.report"].search(
            [("model", "=", minutes._name)], limit=1
        )
        self.assertTrue(minutes and report)
        self.authenticate(self.teacher.login, self.teacher.login.ljust(8, "x"))
        template = self._made(
            "mail.template",
            {
                "name": "Mine",
                "model_id": self.env["ir.model"]._get_id(minutes._name),
                "subject": "Mine",
                "report_template_ids": [[6, 0, report.ids]],
            },
        )
        self.assertTrue(template)
        files = self.env["ir.attachment"].sudo().search_count([])
        for named in (
            {},
            {"template_id": template},
            {"template_id": template, "composition_mode": "mass_mail"},
        ):
            values = {"model": minutes._name, "res_ids": str(minutes.ids), **named}
            with self.subTest(**named):
                self.assertIsNone(self._made("mail.compose.message", values))
                for changed in ([], ["res_ids"]):
                    text = self._call(
                        "mail.compose.message",
                        "onchange",
                        [],
                        values,
                        changed,
                        {"subject": {}, "body": {}, "attachment_ids": {}},
                    )
                    self.assertIn('"error"', text)
                    self.assertNotIn(MARKER, text)
        composer = self._made("mail.compose.message", {"composition_mode": "comment"})
        text = self._call("mail.compose.message", "write", [composer], values)
        self.assertIn('"error"', text)
        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), files)
