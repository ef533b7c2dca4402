from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class SchoolDirectoryConfirmation(models.Model):
    """What one department answers in one directory update."""

    _name = "school.directory.confirmation"
    _description = "Directory Confirmation"
    _inherit = ["school.department.answer.mixin"]
    _order = "campaign_id desc, state desc, id"
    _rec_name = "department_id"
    _server_fields = frozenset(
        {
            "campaign_id",
            "confirmed_by_id",
            "confirmed_at",
            "reminder_count",
            "reminded_on",
        }
    )

    campaign_id = fields.Many2one(
        "school.directory.campaign",
        "Period",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="cascade",
    )
    date_due = fields.Date(related="campaign_id.date_due")
    state = fields.Selection(
        [("waiting", "Waiting"), ("confirmed", "Confirmed")],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True)
    confirmed_at = fields.Datetime("Confirmed On", readonly=True)
    reminder_count = fields.Integer("Reminders", readonly=True)
    reminded_on = fields.Date("Last Reminder", readonly=True)
    remark = fields.Char(help="Who is missing, who has left.")
    line_ids = fields.One2many("school.directory.line", "confirmation_id", "People")

    _department_uniq = models.UniqueIndex(
        "(campaign_id, department_id)", "A department answers once in each period."
    )

    @api.model
    def _answers_for_all(self):
        return self.env.user.has_group("school_office_base.group_school_admin")

    def action_confirm(self):
        """Confirm the people of the department and take over their new contact data."""
        for confirmation in self:
            confirmation.check_access("read")
            if confirmation.state != "waiting":
                raise UserError(
                    self.env._(
                        "“%(department)s” has confirmed its people already.",
                        department=confirmation.department_id.name,
                    )
                )
            if not confirmation.can_answer:
                raise AccessError(
                    self.env._(
                        "Only the head or a receiver of “%(department)s” confirms "
                        "its people.",
                        department=confirmation.department_id.name,
                    )
                )
        # Superuser: who confirms was checked; employees are written for them.
        self.sudo().write(
            {
                "state": "confirmed",
                "confirmed_by_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        self.sudo().line_ids._take_over()

    def _add_people(self):
        """Note who is in each department today, with the contact data on record."""
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search([("department_id", "in", self.department_id.ids)])
        )
        by_department = employees.grouped("department_id")
        self.env["school.directory.line"].sudo().create(
            [
                {
                    "company_id": confirmation.company_id.id,
                    "confirmation_id": confirmation.id,
                    "employee_id": employee.id,
                    "name": employee.name,
                    "work_phone": employee.work_phone,
                    "work_email": employee.work_email,
                }
                for confirmation in self
                for employee in by_department.get(confirmation.department_id, ())
            ]
        )

    def _tell_heads(self):
        """Ask the heads, or whoever signs for the department, and count it."""
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": users,
                    "subject": lambda env: env._(
                        "Please confirm the people of your department"
                    ),
                    "body": lambda env, c=confirmation: env._(
                        "Please check names and contact details of “%(department)s” "
                        "and confirm them by %(date)s.",
                        department=c.department_id.with_env(env).sudo().name,
                        date=format_date(env, c.date_due),
                    ),
                    "record": confirmation,
                    "kind": "directory",
                }
                for confirmation, users in self._people_asked().items()
            ]
        )
        for confirmation in self:
            confirmation.write(
                {
                    "reminder_count": confirmation.reminder_count + 1,
                    "reminded_on": confirmation.company_id._school_date(),
                }
            )
