from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class SchoolMeetingTopicAnswer(models.Model):
    """What one department said to a call for topics; made by the call (MTG-01)."""

    _name = "school.meeting.topic.answer"
    _description = "Answer to a Call for Topics"
    _inherit = ["school.clock.mixin", "school.record"]
    _order = "call_id desc, id"
    _rec_name = "department_id"
    _clock_holder_fields = ("department_id",)

    call_id = fields.Many2one(
        "school.meeting.topic.call",
        "Call for Topics",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    department_id = fields.Many2one(
        "hr.department",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    until = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Not Yet"),
            ("proposed", "Has Proposed"),
            ("none", "Nothing to Propose"),
            ("missed", "Said Nothing"),
        ],
        "Answer",
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    answered_at = fields.Datetime(readonly=True)
    answered_by_id = fields.Many2one("res.users", readonly=True)
    urge_count = fields.Integer("Reminders", readonly=True)
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")

    _once_uniq = models.UniqueIndex(
        "(call_id, department_id)", "A department is asked once."
    )

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    @api.depends_context("uid")
    @api.depends("department_id")
    def _compute_is_mine(self):
        heads = self.sudo().department_id._heads()
        for answer in self:
            answer.is_mine = self.env.user in heads.get(
                answer.sudo().department_id, self.env["res.users"]
            )

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("department_id", "in", self.env.user._led_departments().ids)

    def _clock_responsible_users(self):
        return self.department_id._head_users()

    def _note_answer(self, state):
        """Write down what the department said (superuser)."""
        self.filtered(lambda a: a.state in ("waiting", "none", "missed")).write(
            {
                "state": state,
                "answered_at": fields.Datetime.now(),
                "answered_by_id": self.env.uid,
            }
        )

    def _count_urge(self):
        for answer in self:
            answer.urge_count += 1

    def action_nothing(self):
        """The head says that his department has no topic."""
        self.check_access("read")
        for answer in self:
            if not answer.is_mine and not self.env.su:
                raise AccessError(
                    self.env._(
                        "The head of %(department)s answers.",
                        department=answer.sudo().department_id.name,
                    )
                )
            if answer.sudo().call_id.state != "open" or answer.state != "waiting":
                raise UserError(self.env._("This was answered already, or is over."))
        self.sudo()._note_answer("none")
        return True

    def action_propose(self):
        """Open an empty topic of this department."""
        self.ensure_one()
        self.check_access("read")
        action = self.call_id.action_propose()
        action["context"]["default_department_id"] = self.department_id.id
        return action
