from odoo import fields, models

from .common import SchoolCommon


class SchoolTestLetter(models.Model):
    """A letter that is sent to be signed for; it notes what its hooks are told."""

    _module = None
    _name = "school.test.letter"
    _inherit = ["school.record", "school.receipt.mixin"]
    _description = "Letter that exists in tests"

    name = fields.Char()
    is_marked = fields.Boolean()
    is_urgent = fields.Boolean()
    must_phone = fields.Boolean()
    reader_id = fields.Many2one("res.users")
    # Computed: the registry of a test cannot make a relation table.
    reader_ids = fields.Many2many("res.users", compute="_compute_reader_ids")
    heard = fields.Char(default="")

    def _compute_reader_ids(self):
        for letter in self:
            letter.reader_ids = letter.reader_id

    def _receipt_is_urgent(self):
        return self.is_urgent

    def _receipt_must_phone(self):
        return self.must_phone

    def _receipt_signed(self, receipts):
        for letter in self:
            letter.heard += "s"

    def _receipt_all_done(self):
        for letter in self:
            letter.heard += "!"


class SchoolTestSeal(models.Model):
    """A seal: held, never lent; it goes out when ``approved`` says so."""

    _module = None
    _name = "school.test.seal"
    _inherit = ["school.record", "school.custody.mixin"]
    _description = "Seal that exists in tests"

    _custody_lendable = False

    name = fields.Char()
    approved = fields.Char()

    def _custody_check_handover(self, custody, receiver, kind, outing):
        if kind == "outing" and self.approved == outing:
            return
        super()._custody_check_handover(custody, receiver, kind, outing)


class SchoolTestCamera(models.Model):
    """A camera: may be lent."""

    _module = None
    _name = "school.test.camera"
    _inherit = ["school.record", "school.custody.mixin"]
    _description = "Camera that exists in tests"

    name = fields.Char()


class ReceiptsCommon(SchoolCommon):
    """A school with two departments and letters to send around in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_model(SchoolTestLetter, SchoolTestSeal, SchoolTestCamera)
        cls.head = cls._person("head", cls.school)
        cls.receiver = cls._person("receiver", cls.school)
        cls.deputy = cls._person("deputy", cls.school)
        cls.teaching = cls._department("Teaching", cls.head, cls.receiver)
        cls.logistics = cls._department("Logistics", cls.deputy)
        cls.school.school_quiet_hours = False

    @classmethod
    def _department(cls, name, head, *receivers):
        employee = head.employee_ids.filtered(lambda e: e.company_id == cls.school)
        return cls.env["hr.department"].create(
            {
                "name": name,
                "company_id": cls.school.id,
                "manager_id": employee.id,
                "receiver_ids": [(6, 0, [user.id for user in receivers])],
            }
        )

    @classmethod
    def _letter(cls, **values):
        Letter = cls.env["school.test.letter"].with_user(cls.clerk)
        return Letter.create({"name": "Winter timetable", **values})

    def _send(self, *recipients, letter=None, **options):
        return (letter or self._letter())._receipt_send(list(recipients), **options)

    def _notices(self, *users):
        return (
            self.env["school.notice"]
            .sudo()
            .search([("user_id", "in", [user.id for user in users])])
        )
