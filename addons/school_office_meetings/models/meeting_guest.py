from odoo import fields, models
from odoo.fields import Domain


class SchoolMeetingParticipant(models.Model):
    """What a guest, who has no user, gets by the link of his letter (MTG-07, MTG-21).

    The link is his alone; what it opens is what participants get, never what is for
    members of the body, and nothing of a restricted meeting.
    """

    _inherit = "school.meeting.participant"

    def _guest_materials(self):
        """Materials with files that were sent to all participants (superuser)."""
        self.ensure_one()
        meeting = self.meeting_id
        if not self.partner_id or meeting.is_restricted or not meeting.called_at:
            return meeting.material_ids.browse()
        return meeting.material_ids.filtered(
            lambda material: (
                material.visibility == "all"
                and material.sent_at
                and material.state != "void"
                and material.attachment_ids
            )
        )

    def _guest_minutes(self):
        """Minutes, and corrections of them, that have been sent (superuser)."""
        self.ensure_one()
        Minutes = self.env["school.meeting.minutes"]
        if not self.partner_id or self.meeting_id.is_restricted:
            return Minutes.browse()
        return Minutes.search(
            Domain("meeting_id", "=", self.meeting_id.id)
            & Domain("state", "=", "distributed"),
            order="id",
        )

    def _guest_receipts(self):
        """The receipts of this guest for those minutes (superuser)."""
        self.ensure_one()
        minutes = self._guest_minutes()
        return self.env["school.receipt"].search(
            Domain("res_model", "=", minutes._name)
            & Domain("res_id", "in", minutes.ids)
            & Domain("partner_id", "=", self.partner_id.id)
            & Domain("kind", "=", "read")
        )

    def _guest_letter(self, kind, subject, opening):
        """A row for the outbox with the link of this guest; None without address."""
        self.ensure_one()
        guest = self.sudo()
        if not guest.partner_id.email:
            return None
        return {
            "users": guest.partner_id,
            "channel": "email",
            "kind": kind,
            "record": guest.meeting_id,
            "company": guest.company_id,
            "subject": subject,
            "body": lambda env: f"{opening(env)}\n{guest._answer_url()}",
        }


class SchoolReceipt(models.Model):
    _inherit = "school.receipt"

    def _read_by_link(self):
        """The guest says by the link of his letter that he has read it (superuser).

        Opening the link says nothing: scanners of mail open every link.
        """
        self._lock_for_step()
        fresh = self.filtered(lambda receipt: receipt.state == "pending")
        if not fresh:
            return
        fresh.write({"state": "read", "read_at": fields.Datetime.now()})
        fresh._log(
            "read", channel="email", note=self.env._("By the link of his letter")
        )
        fresh._after_answer()

    def _message_texts(self, event, note=None):
        """The letter to a guest has the link by which he reads the minutes."""
        subject, body = super()._message_texts(event, note)
        if not self.partner_id or self.res_model != "school.meeting.minutes":
            return subject, body
        # sudo: the link goes to the guest alone, whoever sends it
        minutes = self.env["school.meeting.minutes"].sudo().browse(self.res_id)
        seat = minutes.meeting_id.participant_ids.filtered(
            lambda row: row.partner_id == self.sudo().partner_id
        )[:1]
        if not seat or seat.meeting_id.is_restricted:
            return subject, body
        sender = self.env.user.name

        def letter(env):
            # The purpose is written for the office; the guest is told what to do.
            return "\n".join(
                (
                    env._("Read the minutes here and say so by the button below them:"),
                    seat._answer_url(),
                    env._("Sent by %(sender)s.", sender=sender),
                )
            )

        return subject, body if event == "recalled" else letter
