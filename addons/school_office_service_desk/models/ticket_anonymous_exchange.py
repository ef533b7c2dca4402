from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .ticket import GONE_STATES
from .ticket_anonymous import TEXT_LIMIT

WORDS_A_DAY = 30
# Events whose reason repeats what was said: the words stand in the exchange, which is
# erased in the end; the history is not.
_SPEAKING_EVENTS = frozenset(
    {"answered", "asked", "planned", "solved", "voice", "note"}
)


class SchoolTicket(models.Model):
    """Words between the office and an anonymous reporter, which are no chatter."""

    _inherit = "school.ticket"

    def _anonymous_view(self):
        """What the reporter sees; only texts and figures, no record."""
        self.ensure_one()
        ticket = self.sudo()
        states = dict(ticket._fields["state"]._description_selection(self.env))
        open_question = ticket._anonymous_is_asked()
        ratings = ticket.rating_ids.filtered("consumed")
        return {
            "number": ticket.number,
            "service": ticket.service_id.name,
            "kind": ticket.kind,
            "name": ticket.name,
            "details": ticket.details or "",
            "answers_text": ticket.answers_text or "",
            "problem_type": ticket.problem_type_id.name or "",
            "received_at": ticket.received_at,
            "state": ticket.state,
            "state_label": states[ticket.state],
            "expected_date": ticket.expected_date or None,
            "plan": ticket.plan_text or "",
            "solution": ticket.solution or "",
            "end_reason": ticket.end_reason or "",
            "solved_at": ticket.solved_at or None,
            "closed_at": ticket.closed_at or None,
            "open_question": open_question,
            "may_reply": ticket._anonymous_may_reply(),
            "may_rate": ticket._anonymous_may_rate(),
            "score": ratings[:1].rating or None,
            "kept_until": ticket._anonymous_kept_until(),
            "files": ticket._anonymous_file_rows(ticket._anonymous_own_files()),
            "messages": [
                {
                    "from": message.direction,
                    "at": message.at,
                    "text": message.text or "",
                    "is_question": message.is_question,
                    "files": ticket._anonymous_file_rows(message.attachment_ids),
                }
                for message in ticket.exchange_ids
            ],
        }

    def _anonymous_reply(self, text, files=()):
        """The reporter writes back, with files if he likes."""
        self.ensure_one()
        robot = self._desk_robot()
        ticket = robot.browse(self.id)
        if not ticket._anonymous_may_reply():
            raise UserError(robot.env._("This is closed; report again if it goes on."))
        text = (text or "").strip()[:TEXT_LIMIT]
        if not text and not files:
            raise UserError(robot.env._("Write something, or add a file."))
        ticket._check_anonymous_flood()
        attachments = ticket._anonymous_attach(
            robot._anonymous_files(ticket.company_id, files)
        )
        ticket._exchange("reporter", text, attachments)
        ticket._requester_answers(text)
        ticket._safeguarding_look(text)
        return True

    def _anonymous_rate(self, score, comment=""):
        """The reporter rates the result once, 1 to 5."""
        self.ensure_one()
        robot = self._desk_robot()
        ticket = robot.browse(self.id)
        if not isinstance(score, int) or not 1 <= score <= 5:
            raise UserError(robot.env._("Choose one to five points."))
        if not ticket._anonymous_may_rate():
            raise UserError(robot.env._("This cannot be rated, or was rated already."))
        ticket._anonymous_store_rating(score, (comment or "").strip()[:2000])
        return True

    def _anonymous_store_rating(self, score, comment):
        """Hook: keep the points without a person (superuser)."""
        self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
                "rating": score,
                "feedback": comment or False,
                "consumed": True,
                "is_internal": True,
                "rated_partner_id": self.handler_id.partner_id.id,
            }
        )

    def _anonymous_is_asked(self):
        return self.state == "waiting" and self.waiting_reason_id.asks_requester

    def _anonymous_may_reply(self):
        return (
            self.is_anonymous
            and not self.erased_at
            and self.state not in ("closed", *GONE_STATES)
        )

    def _anonymous_may_rate(self):
        return (
            self.is_anonymous
            and not self.erased_at
            and self.state in ("solved", "closed")
            and not self.rating_ids.filtered("consumed")
        )

    def _anonymous_kept_until(self):
        company = self.company_id
        days = company.school_complaint_keep_days
        if not self.closed_at or not days:
            return None
        return company._school_date(self.closed_at + timedelta(days=days))

    def _check_anonymous_flood(self):
        since = fields.Datetime.now() - timedelta(days=1)
        count = self.env["school.ticket.message"].search_count(
            [
                ("ticket_id", "=", self.id),
                ("direction", "=", "reporter"),
                ("at", ">", since),
            ]
        )
        if count >= WORDS_A_DAY:
            raise UserError(
                self.env._("That was a lot for one day. Please go on tomorrow.")
            )

    def _exchange(self, direction, text, attachments=(), question=False, user=None):
        """Add a word of the office or of the reporter (superuser)."""
        ids = [attachment.id for attachment in attachments]
        return self.env["school.ticket.message"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "direction": direction,
                    "text": text or False,
                    "is_question": question,
                    "user_id": user.id if user and direction == "office" else False,
                    "attachment_ids": [fields.Command.set(ids)],
                }
                for ticket in self
            ]
        )

    def _post_public(self, body, author=None):
        """The office's words for an anonymous reporter go into the exchange."""
        unknown = self.sudo().filtered("is_anonymous")
        for ticket in unknown:
            ticket._exchange(
                "office",
                body,
                question=ticket._anonymous_is_asked(),
                user=author or self.env.user,
            )
        return super(SchoolTicket, self - unknown.with_env(self.env))._post_public(
            body, author
        )

    def _requester_answers(self, body, attachments=(), author=None):
        """What a reporter wrote stands in the exchange; the others get a plain word."""
        unknown = self.sudo().filtered("is_anonymous")
        waiting = unknown.filtered(lambda t: t._anonymous_is_asked())
        for company, tickets in waiting.grouped("company_id").items():
            env = company._school_chatter_env()
            tickets._resume(env._("The reporter answered."))
        unknown._notify_handler(lambda env: env._("The reporter has written."))
        known = self - unknown.with_env(self.env)
        if known:
            super(SchoolTicket, known)._requester_answers(body, attachments, author)
        return True

    @api.model
    def _log_events(self, rows, user=None, later=False):
        ids = {row["ticket_id"] for row in rows if row["kind"] in _SPEAKING_EVENTS}
        unknown = set(self.sudo().browse(ids).filtered("is_anonymous").ids)
        rows = [
            {**row, "reason": False}
            if row["ticket_id"] in unknown and row["kind"] in _SPEAKING_EVENTS
            else row
            for row in rows
        ]
        return super()._log_events(rows, user=user, later=later)
