from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.school_office_base.tools.client_defaults import take_defaults


class CalendarAttendee(models.Model):
    """Attendees of a school meeting answer for themselves, here as in My Office."""

    _inherit = "calendar.attendee"

    is_event_visible = fields.Boolean(
        compute="_compute_is_event_visible",
        search="_search_is_event_visible",
        compute_sudo=False,
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("event_id")
    def _compute_is_event_visible(self):
        visible = set(
            self.env["calendar.event"]
            .sudo(False)
            .search(
                self._open_events_domain()
                & Domain("id", "in", self.sudo().event_id.ids)
            )
            .ids
        )
        for attendee, attendee_sudo in zip(self, self.sudo(), strict=True):
            attendee.is_event_visible = attendee_sudo.event_id.id in visible

    @api.model
    def _search_is_event_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        Event = self.env["calendar.event"].sudo(False)
        return Domain("event_id", "in", Event._search(self._open_events_domain()))

    @api.model
    def _open_events_domain(self):
        """Entries whose people one may know: not the private ones of others."""
        user = self.env.user
        return (
            Domain("privacy", "!=", "private")
            | Domain("user_id", "=", user.id)
            | Domain("partner_ids", "in", user.partner_id.ids)
        ) & Domain("active", "in", [True, False])

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            take_defaults(self, vals_list, "event_id")
            events = (
                self.env["calendar.event"]
                .sudo()
                .browse(
                    {vals["event_id"] for vals in vals_list if vals.get("event_id")}
                )
            )
            if events.school_meeting_id:
                raise UserError(
                    self.env._(
                        "People are invited in the meeting, not in the calendar."
                    )
                )
        attendees = super().create(vals_list)
        return attendees

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        ours = self.filtered(lambda a: a.sudo().event_id.school_meeting_id)
        if not ours:
            return super().write(vals)
        if set(vals) - {"state"} or ours.partner_id != self.env.user.partner_id:
            raise AccessError(
                self.env._(
                    "Everybody answers for himself. The office may enter what "
                    "it was told."
                )
            )
        ours._school_answer(vals["state"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_school_meetings(self):
        if not self.env.su and self.sudo().event_id.school_meeting_id:
            raise UserError(
                self.env._("People are invited in the meeting, not in the calendar.")
            )

    def _school_answer(self, state):
        """What somebody answers in his calendar is his answer to the notice."""
        answers = {"accepted": "accepted", "declined": "declined"}
        if state not in answers:
            return
        for attendee in self.sudo():
            # sudo: the row is his own, found by his own contact
            row = attendee.event_id.school_meeting_id.participant_ids.filtered(
                lambda p: p.user_id == self.env.user
            ).with_user(self.env.user)
            if row and row.sudo().answer != answers[state]:
                row._answer(
                    answers[state],
                    self.env._("Declined in the calendar")
                    if state == "declined"
                    else "",
                    channel="calendar",
                )
