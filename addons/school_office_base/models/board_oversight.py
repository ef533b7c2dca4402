from odoo import api, fields, models
from odoo.fields import Domain

# Posts whose holders answer for the whole school, or for the department of the post.
LEADING_POSTS = ("top_management", "supervising_leader", "director")


class SchoolOversightMixin(models.AbstractModel):
    """Work that leaders and heads of departments see because they answer for it.

    Directors and auditors have rules of their own; a supervising leader sees the work
    of the school, the head of a department that of his department (BASE-29, BASE-31).
    """

    _name = "school.oversight.mixin"
    _description = "Overseen work"

    # Columns that name whose work it is.
    _oversight_person = "user_id"
    _oversight_department = "department_id"

    is_overseen = fields.Boolean(
        "In My Charge", compute="_compute_is_overseen", search="_search_is_overseen"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_overseen(self):
        self._mark_among("is_overseen", self._oversight_domain())

    def _search_is_overseen(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._oversight_domain()

    @api.model
    def _oversight_domain(self):
        """What the current user oversees; two queries for who leads nothing."""
        schools, departments, users = self.env["school.board"]._oversight()
        domain = Domain("company_id", "in", schools.ids) if schools else Domain.FALSE
        if departments:
            domain |= self._oversight_of_departments(departments, users)
        return domain

    @api.model
    def _oversight_of_departments(self, departments, users):
        """Work of departments: their own, and that of their people."""
        person = Domain(self._oversight_person, "in", users.ids)
        if not self._oversight_department:
            return person & Domain("company_id", "in", departments.company_id.ids)
        return Domain(self._oversight_department, "in", departments.ids) | (
            Domain(self._oversight_department, "=", False)
            & person
            & Domain("company_id", "in", departments.company_id.ids)
        )


class SchoolTimeClock(models.Model):
    _name = "school.time.clock"
    _inherit = ["school.time.clock", "school.oversight.mixin"]

    # What was finished in a period, for the board and the on-time rate.
    _finished_idx = models.Index(
        "(company_id, ended_at) WHERE state IN ('met', 'missed')"
    )


class SchoolApprovalTask(models.Model):
    _name = "school.approval.task"
    _inherit = ["school.approval.task", "school.oversight.mixin"]

    _oversight_department = None

    _waiting_idx = models.Index("(company_id, deadline_at) WHERE state = 'open'")

    @api.model
    def _oversight_of_departments(self, departments, users):
        """A head sees what waits with his people; not what they decided."""
        return super()._oversight_of_departments(departments, users) & Domain(
            "state", "=", "open"
        )


class SchoolReceipt(models.Model):
    _name = "school.receipt"
    _inherit = ["school.receipt", "school.oversight.mixin"]

    _unanswered_idx = models.Index(
        "(company_id, kind, deadline_at) WHERE is_open IS TRUE"
    )
