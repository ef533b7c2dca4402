import hashlib
import hmac
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

from .ticket import OPEN_STATES


class SchoolTicketVoice(models.Model):
    _inherit = "school.ticket.voice"

    visitor = fields.Char(
        readonly=True,
        groups="base.group_system",
        help="Stands for the browser of a visitor who gave no name.",
    )

    _visitor_uniq = models.UniqueIndex(
        "(ticket_id, visitor) WHERE visitor IS NOT NULL",
        "One voice per visitor.",
    )


class SchoolTicket(models.Model):
    """What a requester without the backend does with his request."""

    _inherit = "school.ticket"

    _server_fields = frozenset({"requester_lang"})

    # Whoever has it acts as the requester, so no colleague reads it.
    access_token = fields.Char(groups="base.group_system")
    requester_lang = fields.Char("Language of the Requester", readonly=True, copy=False)

    def _portal_ensure_token(self):
        # sudo: the token is nobody's to read; who gets the link is decided before
        return super(SchoolTicket, self.sudo())._portal_ensure_token()

    @api.private
    def get_portal_url(self, *args, **kwargs):
        """Refuse: the link lets its holder act as the requester."""
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "The link of a request is for who asked, and for nobody else."
                )
            )
        return super().get_portal_url(*args, **kwargs)

    def _get_share_url(
        self, redirect=False, signup_partner=False, pid=None, share_token=True
    ):
        # Without superuser mode the plain address: it opens for those who may read.
        return super()._get_share_url(
            redirect=redirect,
            signup_partner=signup_partner,
            pid=pid if self.env.su else None,
            share_token=share_token and self.env.su,
        )

    @api.model
    def _get_thread_with_access(
        self, thread_id, *, hash=None, pid=None, token=None, **kwargs
    ):
        """Refuse the link of a request to the chatter's own routes.

        They take files of every kind and know no limit; whoever has the link uses the
        page of the request.
        """
        return super()._get_thread_with_access(thread_id, **kwargs)

    def _tracking_path(self):
        """The path that leads the requester back without login; None if anonymous."""
        self.ensure_one()
        ticket = self.sudo()
        if ticket.is_anonymous:
            return None
        return f"/my/tickets/{ticket.id}?access_token={ticket._portal_ensure_token()}"

    # One more who waits for the same

    def _visitor_mark(self, cookie):
        """What stands for a browser: useless to whoever reads the table."""
        if not cookie:
            return False
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        return hmac.new(
            (secret or "").encode(), f"desk.visitor:{cookie}".encode(), hashlib.sha256
        ).hexdigest()[:32]

    def _voice_of(self, visitor, partner=None):
        """Count one more; once per person and once per browser.

        :return: whether it was new
        """
        self.ensure_one()
        self.env.cr.execute(
            "SELECT id FROM school_ticket WHERE id = %s FOR NO KEY UPDATE", (self.id,)
        )
        ticket = self.sudo()
        known = ticket.voice_ids.filtered(
            lambda voice: visitor and voice.visitor == visitor
        )
        if known or not (visitor or partner):
            return False
        before = ticket.voice_ids
        if not ticket._voice(partner=partner):
            return False
        if visitor:
            ticket.invalidate_recordset(["voice_ids"])
            (ticket.voice_ids - before).visitor = visitor
        return True

    # Letters to those who do not work here

    def _outside_email(self):
        ticket = self.sudo()
        return ticket.requester_email or ticket.requester_id.email or ""

    def _letter(self, kind, text=""):
        """Queue a letter to a requester who has no login, in his language.

        :param text: plain text, or a function of an environment that returns it
        """
        rows, texts = [], {}
        for ticket in self.sudo():
            email = ticket._outside_email()
            if ticket.is_anonymous or ticket.requester_user_id or not email:
                continue
            lang = (
                ticket.requester_id.lang
                or ticket.requester_lang
                or ticket.company_id.partner_id.lang
                or "en_US"
            )
            if lang not in texts:
                env = self.with_context(lang=lang).env
                texts[lang] = text(env) if callable(text) else text
            rows.append(
                {
                    "ticket_id": ticket.id,
                    "kind": kind,
                    "email": email,
                    # What is restricted is read on its page, not in a mailbox.
                    "text": not ticket.is_restricted and texts[lang] or False,
                    "lang": lang,
                }
            )
        return self.env["school.ticket.letter"].sudo()._queue(rows)

    def _tell_requester(self, subject, body, kind="answer"):
        """People of the school read it in Odoo, everybody else gets a letter."""
        outside = self.filtered(lambda ticket: not ticket.sudo().requester_user_id)
        outside._letter(kind, body)
        inside = self - outside
        return super(SchoolTicket, inside)._tell_requester(subject, body, kind)

    # What he may do on his page

    def _may_answer(self):
        self.ensure_one()
        return self.sudo().state in (*OPEN_STATES, "solved")

    def _may_reopen(self):
        self.ensure_one()
        ticket = self.sudo()
        days = ticket.service_id.reopen_days
        ended = ticket.closed_at or ticket.solved_at
        if not days or not ended or ticket.state not in ("solved", "closed"):
            return False
        return ticket.state == "solved" or fields.Datetime.now() <= ended + timedelta(
            days=days
        )

    # What he may read

    @api.model
    def _has_field_access(self, field, operation):
        """People outside read of their requests what the page shows, by RPC too."""
        if self.env.su:
            return True
        # Asked for every value of every row: what costs nothing comes first.
        if (
            operation == "read"
            and field.name not in _OUTSIDE_FIELDS
            and self._is_for_outside()
        ):
            return False
        return super()._has_field_access(field, operation)

    @api.model
    @tools.ormcache("self.env.uid")
    def _is_for_outside(self):
        """Whether the user does not work here: cleared when his groups change."""
        return not self.env.user._is_internal()


_OUTSIDE_FIELDS = frozenset(
    {
        *("id", "display_name", "create_date", "write_date", "company_id"),
        *("name", "number", "kind", "service_id", "state", "is_open", "channel"),
        *("received_at", "acknowledged_at", "solved_at", "closed_at", "needed_by"),
        *("expected_date", "deadline_at", "queue_rank", "urgency", "is_red"),
        *("requester_id", "requester_user_id", "requester_name"),
        *("requester_phone", "requester_email", "is_requester"),
        *("place_id", "equipment_id", "details", "answers", "answers_text"),
        *("missing_items", "solution", "end_reason", "referral_target"),
        *("reopen_count", "reopening", "voice_count", "access_url", "access_warning"),
        *("message_ids", "message_partner_ids", "message_is_follower"),
    }
)
