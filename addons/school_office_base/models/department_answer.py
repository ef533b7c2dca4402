from odoo import api, fields, models
from odoo.exceptions import AccessError


class SchoolDepartmentAnswer(models.AbstractModel):
    """What one department answers when the office asks all of them.

    Its head and its receivers answer, once, while the row waits; the model says in
    ``_answers_for_all`` who else may.
    """

    _name = "school.department.answer.mixin"
    _description = "Answer of a Department"
    _inherit = ["school.record"]
    _server_fields = frozenset({"department_id", "state"})
    _draft_states = ()

    department_id = fields.Many2one(
        "hr.department",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    is_mine = fields.Boolean(
        "My Department", compute="_compute_can_answer", search="_search_is_mine"
    )
    can_answer = fields.Boolean(compute="_compute_can_answer")

    @api.depends_context("uid")
    @api.depends("state", "department_id")
    def _compute_can_answer(self):
        me = self.env.user
        everywhere = self._answers_for_all()
        receivers = self.department_id._receivers()
        for answer in self:
            answer.is_mine = me in receivers.get(answer.department_id, ())
            answer.can_answer = answer.state == "waiting" and (
                everywhere or answer.is_mine
            )

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self.env["school.receipt"]._departments_signed_for(self.env.user)
        return [("department_id", "in", mine.ids)]

    @api.model
    def _answers_for_all(self):
        """Hook: whether the current user answers in the place of any department."""
        return False

    def write(self, vals):
        if not self.env.su and not all(self.mapped("can_answer")):
            raise AccessError(
                self.env._("Only the department itself answers, and only once.")
            )
        return super().write(vals)

    def _people_asked(self):
        """``{row: users}``: the head, or without one who signs for the department."""
        heads = self.department_id._heads()
        return {
            answer: heads.get(answer.department_id)
            or answer.department_id.sudo().receiver_ids.filtered("active")
            for answer in self
        }
