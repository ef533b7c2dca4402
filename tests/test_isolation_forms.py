"""What a form shows of a record by its id alone, to whoever invents the id.

A form sends the ids that stand in it, and the server answers with what follows from
them. Each form that a role may open is sent records of the neighbour school: no word of
theirs comes back.
"""

import json

from lxml import etree
from psycopg2 import Error as DatabaseError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from schools_at_work import MARKER, SchoolsAtWork

# Fields that name a record together: the model, and its id or ids
POINTERS = (
    ("res_model", "res_id"),
    ("res_model", "res_ids"),
    ("model", "res_id"),
    ("model", "res_ids"),
)
CLIENT_ERRORS = (UserError, ValueError, KeyError, TypeError, AttributeError)


@tagged("standard", "post_install", "-at_install")
class TestForms(SchoolsAtWork):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = {}
        for name in cls.env.registry:
            found = cls._neighbours(cls.env[name].sudo())
            if found:
                cls.foreign[name] = found.id

    @classmethod
    def _neighbours(cls, model):
        """One marked record of the neighbour school, or none."""
        company = model._fields.get("company_id")
        if model._abstract or model._transient or not model._auto:
            return model
        if not (company and company.store):
            return model
        model = model.with_context(active_test=False)
        records = model.search([("company_id", "=", cls.other.id)], limit=100)
        return records.filtered(lambda r: MARKER in str(r.display_name))[:1]

    def _answer(self, model, values):
        """What the server says to a form with these values."""
        specification = {
            name: {"fields": {"display_name": {}}} if field.relational else {}
            for name, field in model._fields.items()
            if field.type not in ("binary", "image")
            and model._has_field_access(field, "read")
        }
        texts = []
        for changed in ([], list(values)):
            try:
                with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                    answer = model.onchange(dict(values), changed, specification)
                    texts.append(json.dumps(answer, default=str, ensure_ascii=False))
            except (*CLIENT_ERRORS, DatabaseError):
                self.env.invalidate_all()
        return "".join(texts)

    def _forms(self, model):
        """Yield the values of forms that name a record of the neighbour."""
        for name, field in model._fields.items():
            if not field.relational or field.comodel_name not in self.foreign:
                continue
            if model._has_field_access(field, "write"):
                number = self.foreign[field.comodel_name]
                yield {name: number if field.type == "many2one" else [[6, 0, [number]]]}
        for model_field, id_field in POINTERS:
            if model_field in model._fields and id_field in model._fields:
                for target in ("school.meeting", "school.doc.incoming"):
                    number = self.foreign[target]
                    several = id_field == "res_ids"
                    values = {
                        model_field: target,
                        id_field: str([number]) if several else number,
                    }
                    if "res_model_id" in model._fields:
                        values["res_model_id"] = self.env["ir.model"]._get_id(target)
                    yield values

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_no_form_tells_a_word_of_the_neighbour(self):
        tried, told = 0, set()
        for role in ("teacher", "clerk", "administrator", "parent"):
            for name in sorted(self.env.registry):
                model = self.env[name].with_user(self.roles[role])
                if model._abstract or not model.has_access("create"):
                    continue
                for values in self._forms(model):
                    tried += 1
                    if MARKER in self._answer(model, values):
                        told.add((role, name, *values))
        self.assertGreater(tried, 200)
        self.assertEqual(sorted(told), [])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.sql_db")
    def test_every_new_form_can_be_typed_in(self):
        """What the server itself proposes is not held against who sends it back."""
        tried, refused = 0, set()
        for role in ("teacher", "clerk", "administrator"):
            for name in sorted(self.env.registry):
                model = self.env[name].with_user(self.roles[role])
                if model._abstract or not model.has_access("create"):
                    continue
                try:
                    with self.env.cr.savepoint():
                        view = model.get_views([(False, "form")])["views"]["form"]
                        names = etree.fromstring(view["arch"]).xpath(
                            "//field[not(ancestor::field)]/@name"
                        )
                        specification = {
                            field: {"fields": {"display_name": {}}}
                            if model._fields[field].relational
                            else {}
                            for field in names
                        }
                        proposed = model.onchange({}, [], specification)["value"]
                        values = {
                            field: value["id"] if isinstance(value, dict) else value
                            for field, value in proposed.items()
                        }
                except (*CLIENT_ERRORS, DatabaseError):
                    self.env.invalidate_all()
                    continue
                tried += 1
                try:
                    with self.env.cr.savepoint():
                        model._school_check_form_links(values)
                except AccessError:
                    refused.add((role, name))
        self.assertGreater(tried, 100)
        self.assertEqual(sorted(refused), [])

    def test_what_stands_in_a_form_already_may_stay(self):
        foreign = self.foreign["school.meeting"]
        activity = (
            self.env["mail.activity"]
            .sudo()
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("school.meeting"),
                    "res_id": foreign,
                    "user_id": self.roles["teacher"].id,
                    "summary": "Given before the school was changed",
                }
            )
        )
        saved = activity.with_user(self.roles["teacher"])
        kept = {"res_model": "school.meeting", "res_id": foreign}
        saved._school_check_form_links(kept)
        # Another school's, or none of this number at all.
        with self.assertRaises(UserError):
            saved._school_check_form_links({**kept, "res_model": "school.ticket"})
        with self.assertRaises(AccessError):
            saved.browse()._school_check_form_links(kept)
