from odoo import api, fields, models

from odoo.addons.school_office_base.models.time_policy_version import UNIT_SELECTION


class SchoolTicket(models.Model):
    """The course of a ticket: what happened when, for what it waits, how it ended."""

    _inherit = "school.ticket"

    _server_fields = frozenset(
        {
            "assigned_at",
            "acknowledged_at",
            "responded_at",
            "on_site_at",
            "planned_at",
            "solved_at",
            "closed_at",
            "confirmed_at",
            "confirmed_by_id",
            "phoned_at",
            "phoned_by_id",
            "waiting_reason_id",
            "waiting_since",
            "wait_until",
            "follow_up_at",
            "follow_up_count",
            "close_at",
            "progress_due_at",
            "referral_target",
            "referral_department_id",
            "end_reason",
            "reopen_count",
            "last_reopened_at",
        }
    )

    # what happened when
    assigned_at = fields.Datetime("Assigned on", readonly=True, copy=False)
    acknowledged_at = fields.Datetime("Acknowledged on", readonly=True, copy=False)
    responded_at = fields.Datetime("First Answer on", readonly=True, copy=False)
    on_site_at = fields.Datetime("On Site on", readonly=True, copy=False)
    planned_at = fields.Datetime("First Plan on", readonly=True, copy=False)
    solved_at = fields.Datetime("Solved on", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed on", readonly=True, copy=False)
    confirmed_at = fields.Datetime("Confirmed on", readonly=True, copy=False)
    confirmed_by_id = fields.Many2one(
        "res.partner", readonly=True, copy=False, check_company=True
    )
    phoned_at = fields.Datetime("Telephoned on", readonly=True, copy=False)
    phoned_by_id = fields.Many2one(
        "res.users", "Telephoned By", readonly=True, copy=False
    )
    solution = fields.Text(copy=False)
    expected_date = fields.Date(
        "Expected On",
        copy=False,
        help="Told to the requester when it cannot be solved now (DESK-20).",
    )
    solution_amount = fields.Float(
        compute="_compute_solution_limit", store=True, precompute=True, aggregator=None
    )
    solution_unit = fields.Selection(
        UNIT_SELECTION,
        compute="_compute_solution_limit",
        store=True,
        precompute=True,
    )

    # waiting
    waiting_reason_id = fields.Many2one(
        "school.ticket.wait.reason",
        "Waits Because",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    waiting_since = fields.Datetime(readonly=True, copy=False)
    missing_items = fields.Text("What Is Missing", copy=False)
    wait_until = fields.Datetime(readonly=True, copy=False)
    follow_up_at = fields.Datetime("Next Reminder", readonly=True, copy=False)
    follow_up_count = fields.Integer("Reminders to the Requester", readonly=True)
    close_at = fields.Datetime("Closes By Itself on", readonly=True, copy=False)
    progress_due_at = fields.Datetime("Next Word to the Requester", readonly=True)

    # the end
    referral_target = fields.Char("Referred To", readonly=True, copy=False)
    referral_department_id = fields.Many2one(
        "hr.department",
        "Referred to the Department",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="restrict",
    )
    end_reason = fields.Text("Reason", readonly=True, copy=False)
    reopening = fields.Selection(related="service_id.reopening", related_sudo=True)
    reopen_count = fields.Integer("Times Reopened", readonly=True, copy=False)
    last_reopened_at = fields.Datetime("Reopened on", readonly=True, copy=False)

    _follow_up_idx = models.Index("(follow_up_at) WHERE follow_up_at IS NOT NULL")
    _close_idx = models.Index("(close_at) WHERE close_at IS NOT NULL")
    _progress_idx = models.Index("(progress_due_at) WHERE progress_due_at IS NOT NULL")

    @api.depends("service_id", "is_major")
    def _compute_solution_limit(self):
        """The time the service promises; major matters have the desk's own."""
        for ticket in self:
            service = ticket.service_id.sudo()
            ticket.solution_amount = 0 if ticket.is_major else service.solution_amount
            ticket.solution_unit = service.solution_unit
