from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .minutes import FINAL


class SchoolMeetingMinutes(models.Model):
    """Distribution: receipts for all concerned, the absent apart (MTG-21, MTG-22)."""

    _inherit = "school.meeting.minutes"

    def action_distribute(self):
        """Send approved minutes to everybody concerned."""
        self._check_makes()
        self._check_in("final")
        self.sudo()._distribute()
        return True

    def _distribute(self):
        """Send; the sender is the current user (superuser)."""
        for minutes in self:
            present, absent, guests = minutes._recipients()
            if present:
                minutes._receipt_send(
                    [present], kind="read", purpose=minutes._purpose("present")
                )
            if absent:
                # A message and a row of their own, so that it can be shown they got it.
                minutes._receipt_send(
                    [absent], kind="read", purpose=minutes._purpose("absent")
                )
            if minutes.department_ids and not minutes.is_marked:
                minutes._receipt_send(
                    [minutes.department_ids],
                    kind="sign",
                    purpose=minutes._purpose("department"),
                )
            for channel, some in guests.grouped(
                lambda guest: "email" if guest.email else "paper"
            ).items():
                if not minutes.is_marked:
                    minutes._receipt_send(
                        [some],
                        kind="read",
                        channel=channel,
                        purpose=minutes._purpose(f"guest_{channel}"),
                    )
            now = fields.Datetime.now()
            minutes.write(
                {
                    "state": "distributed",
                    "distributed_at": now,
                    "distributed_by_id": self.env.uid,
                    "absent_user_ids": [Command.set(absent.ids)],
                    "absent_sent_at": now if absent else False,
                }
            )
            minutes._after_distribution()

    def _after_distribution(self):
        """Hook: one record has been sent (superuser)."""

    def _recipients(self):
        """``(who was there, who was absent, guests)`` of the meeting (superuser)."""
        self.ensure_one()
        rows = self.meeting_id.participant_ids
        absent_rows = rows.filtered(lambda p: p.attendance in ("absent", "none"))
        present = (rows - absent_rows).user_id | (rows - absent_rows).deputy_id
        absent = absent_rows.user_id - present
        # Who keeps and leads the meeting has the minutes before him.
        makers = self.meeting_id._minutes_makers() - absent
        return (
            (present | makers).filtered("active"),
            absent.filtered("active"),
            rows.partner_id,
        )

    def _purpose(self, who):
        """Why it comes, in the language of the school."""
        self.ensure_one()
        return {
            "present": self.env._("Minutes of a meeting you attended."),
            "absent": self.env._("You could not attend: please read what was decided."),
            "department": self.env._("Your department is concerned."),
            "guest_email": self.env._("For the guest, by the link in his letter."),
            "guest_paper": self.env._("For the guest, on paper."),
        }[who]

    # Receipts

    def _receipt_check_send(self):  # pylint: disable=missing-return
        super()._receipt_check_send()
        for minutes in self:
            if minutes.state not in FINAL:
                raise UserError(
                    self.env._(
                        "“%(minutes)s” are not approved yet.", minutes=minutes.name
                    )
                )

    def _receipt_may_read(self, user):
        """Of confidential minutes: members and who took part."""
        self.ensure_one()
        minutes = self.sudo()
        meeting = minutes.meeting_id
        return user in (
            meeting._minutes_makers()
            | meeting.participant_ids.user_id
            | meeting.participant_ids.deputy_id
            | meeting.body_id.member_ids.user_id
        )

    def _receipt_watchers(self):
        return self.sudo().meeting_id._minutes_makers()
