from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SchoolCommon


class SchoolTestNumbered(models.AbstractModel):
    _module = None
    _name = "school.test.numbered"
    _description = "Mixin that exists in tests"

    _server_fields = frozenset({"number"})

    number = fields.Char()


class SchoolTestPaper(models.Model):
    _module = None
    _name = "school.test.paper"
    _inherit = ["school.record", "school.test.numbered"]
    _description = "Paper that exists in tests"

    _server_fields = frozenset({"state"})

    name = fields.Char()
    state = fields.Selection([("draft", "Draft"), ("done", "Done")], default="draft")


@tagged("post_install", "-at_install")
class TestRecord(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_model(SchoolTestNumbered, SchoolTestPaper)
        cls.Paper = cls.env["school.test.paper"].with_user(cls.teacher)

    def test_a_new_record_belongs_to_the_school_of_its_author(self):
        self.assertEqual(self.Paper.create({}).company_id, self.school)

    def test_a_state_passed_on_creation_is_refused(self):
        with self.assertRaisesRegex(AccessError, "State"):
            self.Paper.create({"state": "done"})

    def test_what_has_to_be_written_is_no_blank(self):
        Place = self.env["school.place"].with_user(self.admin)
        with self.assertRaisesRegex(ValidationError, "“Name” is empty"):
            Place.create({"name": " \t"})
        room = Place.create({"name": "Room", "kind": "room"})
        with self.assertRaisesRegex(ValidationError, "“Name” is empty"):
            room.name = "  "

    def test_a_number_that_no_column_holds_is_refused_by_the_name_of_its_field(self):
        Delegation = self.env["school.delegation"].with_user(self.teacher)
        Post = self.env["school.post"].with_user(self.admin)
        for number in (99999999999, -(2**31) - 1, "99999999999", 10**400):
            with self.assertRaisesRegex(ValidationError, "Sequence.*larger"):
                Post.create({"name": "Post", "code": "extra", "sequence": number})
        for number in ("many", [1], float("nan"), float("inf")):
            with self.assertRaisesRegex(ValidationError, "no number"):
                Post.create({"name": "Post", "code": "extra", "sequence": number})
        # What is not a number is below every limit.
        with self.assertRaisesRegex(ValidationError, "no number"):
            Delegation.create({"amount_limit": float("nan")})
        post = Post.create({"name": "Post", "code": "extra", "sequence": 2**31 - 1})
        with self.assertRaisesRegex(ValidationError, "larger"):
            post.sudo().sequence = 2**31

    def test_a_date_that_nobody_means_is_refused(self):
        Term = self.env["school.term"].with_user(self.admin)
        vals = {"name": "Autumn", "date_to": "2027-01-20"}
        for day in ("0020-11-22", "9999-12-31", "1899-12-31"):
            with self.assertRaisesRegex(ValidationError, f"the year of {day}"):
                Term.create({**vals, "date_from": day})
        for day in ("2026-13-01", "tomorrow"):
            with self.assertRaisesRegex(ValidationError, f"{day}” is no date"):
                Term.create({**vals, "date_from": day})
        self.assertTrue(Term.create({**vals, "date_from": "2026-09-01"}))

    def test_a_refusal_names_the_field_in_the_language_of_the_reader(self):
        label = self.env["ir.model.fields"]._get("school.test.paper", "state")
        label.with_context(lang="zh_CN").field_description = "状态"
        with self.assertRaisesRegex(AccessError, "状态"):
            self.Paper.with_context(lang="zh_CN").create({"state": "done"})

    def test_the_value_a_form_would_send_anyway_is_accepted(self):
        paper = self.Paper.create({"state": "draft", "number": False})
        self.assertEqual(paper.state, "draft")

    def test_a_default_in_the_context_sets_no_server_field(self):
        paper = self.Paper.with_context(default_state="done", default_name="x").create(
            {}
        )
        self.assertEqual((paper.state, paper.name), ("draft", "x"))
        with self.assertRaises(AccessError):
            self.Paper.with_context(default_state="done").create({"state": "done"})

    def test_a_default_that_somebody_saved_sets_no_server_field(self):
        Default = self.env["ir.default"].with_user(self.teacher)
        Delegation = self.env["school.delegation"].with_user(self.teacher)
        names = sorted(
            name
            for name in Delegation._all_server_fields()
            if Delegation._fields[name].type in ("selection", "datetime")
        )
        self.assertIn("state", names)
        before = Delegation.default_get(names)
        values = {"selection": "revoked", "datetime": "2026-01-01 00:00:00"}
        for name in names:
            Default.set(
                "school.delegation",
                name,
                values[Delegation._fields[name].type],
                user_id=True,
            )
        Default.set("school.delegation", "reason", "On leave", user_id=True)
        self.assertEqual(Delegation.default_get(names), before)
        self.assertEqual(
            self.env["school.delegation"]
            .with_user(self.teacher)
            .sudo()
            .default_get(names),
            before,
        )
        self.assertEqual(Delegation.default_get(["reason"]), {"reason": "On leave"})

    def test_a_direct_write_of_a_server_field_is_refused(self):
        paper = self.Paper.create({})
        with self.assertRaises(AccessError):
            paper.write({"name": "x", "number": "1"})
        self.assertFalse(paper.name)

    def test_a_record_never_changes_school(self):
        paper = self.Paper.create({})
        with self.assertRaises(UserError):
            paper.sudo().write({"company_id": self.other.id})

    def test_an_author_deletes_his_draft_and_nothing_else(self):
        paper = self.Paper.create({})
        with self.assertRaises(UserError):
            paper.with_user(self.clerk).unlink()
        paper.sudo().state = "done"
        with self.assertRaises(UserError):
            paper.unlink()
        paper.sudo().state = "draft"
        paper.unlink()

    def test_a_closed_school_is_read_only_for_everyone(self):
        paper = self.Paper.create({"name": "kept"})
        self.school.school_state = "closed"
        for act in (
            lambda: paper.write({"name": "x"}),
            lambda: paper.sudo().write({"name": "x"}),
            lambda: paper.sudo().unlink(),
            lambda: self.Paper.sudo().create({}),
        ):
            with self.assertRaisesRegex(UserError, "closed"):
                act()
        self.assertEqual(paper.name, "kept")
