from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext
from odoo.tools.translate import LazyTranslate

from odoo.addons.school_office_base.tools import tokens

from .ticket import OPEN_STATES

_lt = LazyTranslate(__name__)

PAGE = 20
SCORE_NAMES = (
    (1, _lt("very poor")),
    (2, _lt("poor")),
    (3, _lt("fair")),
    (4, _lt("good")),
    (5, _lt("very good")),
)
ANSWER_SUBTYPE = "school_office_service_desk.mt_ticket_answer"


class SchoolDeskPublic(models.AbstractModel):
    """What a requester sees of his requests and does with them."""

    _inherit = "school.desk.public"

    @api.model
    def _by_link(self, ticket_id, token):
        """The ticket whose link this is, in superuser mode, or none."""
        ticket = self._ticket(ticket_id)
        secret = ticket.access_token if ticket and not ticket.is_anonymous else ""
        if not tokens.matches(secret, token):
            return ticket.browse()
        return ticket

    @api.model
    def _as_requester(self, user, ticket_id):
        """The ticket that this person asked for, with his own rights, or none."""
        tickets = self.env["school.ticket"].with_user(user)
        if user._is_public() or not tickets.has_access("read"):
            return tickets
        known = self._ticket(ticket_id)
        return tickets.search([("id", "in", known.ids), ("is_requester", "=", True)])

    @api.model
    def _ticket(self, ticket_id):
        """The ticket of this number if there is one; nothing is proved yet."""
        tickets = self.env["school.ticket"].sudo()
        return (
            tickets.browse(ticket_id).exists()
            if tokens.possible_id(ticket_id)
            else tickets
        )

    @api.model
    def _my_tickets(self, user, page):
        """One page of what this person asked for, and whether there is more."""
        tickets = self.env["school.ticket"].with_user(user)
        if not tickets.has_access("read"):
            return tickets, False
        found = tickets.search(
            Domain("is_requester", "=", True),
            order="received_at desc, id desc",
            offset=(page - 1) * PAGE,
            limit=PAGE + 1,
        )
        return found[:PAGE], len(found) > PAGE

    @api.model
    def _ticket_line(self, ticket):
        ticket = ticket.sudo()
        status, __, tone = self._status(ticket)
        return {
            "url": f"/my/tickets/{ticket.id}",
            "number": ticket.number or "",
            "name": ticket.name,
            "kind": ticket.kind,
            "received": self._moment(ticket.company_id, ticket.received_at),
            "status": status,
            "tone": tone,
            "is_open": ticket.state in (*OPEN_STATES, "solved"),
        }

    @api.model
    def _desks(self, user):
        """The public pages of the schools of somebody who is signed in."""
        schools = user.sudo().company_ids | user.sudo().partner_id.company_id
        return [
            {"name": school.name, "url": school._school_desk_url()}
            for school in schools
            if school.is_school and school.school_desk_public
        ]

    @api.model
    def _ticket_values(self, ticket, by_link=False, fresh=False):
        """Everything the page of a request shows, as plain values.

        :param ticket: the caller has proved that the visitor asked for it
        """
        ticket = ticket.sudo()
        company = ticket.company_id
        status, text, tone = self._status(ticket)
        query = f"?access_token={ticket.access_token}" if by_link else ""
        given = ticket._rating_given()
        score = int(given.rating)
        return {
            "by_link": by_link,
            "is_fresh": fresh,
            "mailed": bool(ticket._outside_email()) and not ticket.requester_user_id,
            "number": ticket.number or "",
            "name": ticket.name,
            "service": ticket.service_id.name,
            "status": status,
            "status_text": text,
            "tone": tone,
            "course": self._course(ticket),
            "received": self._moment(company, ticket.received_at),
            "place": self._place_text(ticket),
            "by": self._by_text(ticket),
            "expected": self._expected(ticket),
            "voices": self._voices_text(ticket.voice_count),
            "solution": ticket.solution if ticket.state in ("solved", "closed") else "",
            "details": ticket.details or "",
            "answers": ticket.answers_text or "",
            "attachments": self._attachment_names(ticket),
            "talk": self._talk(ticket),
            "is_asked": ticket.state == "waiting"
            and ticket.waiting_reason_id.asks_requester,
            "may_answer": ticket._may_answer(),
            "may_confirm": ticket.state == "solved",
            "may_reopen": ticket._may_reopen(),
            "may_rate": ticket._may_be_rated(),
            "score": score,
            "stars": "★" * score + "☆" * (5 - score) if score else "",
            "score_text": self._score_text(score),
            "feedback": given.feedback or "",
            "files": self._file_field(ticket.service_id),
            "actions": {
                action: f"/my/tickets/{ticket.id}/{action}{query}"
                for action in ("answer", "confirm", "reopen", "rate")
            },
        }

    @api.model
    def _status(self, ticket):
        """``(status, what it means, tone)`` in the words of somebody who waits."""
        match ticket.state:
            case "new" | "assigned":
                if ticket.acknowledged_at:
                    return (
                        self.env._("Read"),
                        self.env._("The office has read it and takes it up."),
                        "info",
                    )
                return (
                    self.env._("Received"),
                    self.env._("The office has it and reads it next."),
                    "info",
                )
            case "in_progress":
                return self.env._("Being worked on"), "", "info"
            case "waiting":
                if ticket.waiting_reason_id.asks_requester:
                    return (
                        self.env._("We need something from you"),
                        ticket.missing_items or self.env._("Please answer below."),
                        "warn",
                    )
                return (
                    self.env._("Waiting"),
                    ticket.waiting_reason_id.name or "",
                    "warn",
                )
            case "solved":
                return (
                    self.env._("Done"),
                    self.env._(
                        "Is it as it should be? Then confirm, or say what is missing."
                    ),
                    "good",
                )
            case "closed":
                return self.env._("Finished"), "", "good"
            case "referred":
                return (
                    self.env._(
                        "Somebody else is in charge: %s", ticket.referral_target or ""
                    ),
                    ticket.end_reason or "",
                    "warn",
                )
            case "merged":
                return (
                    self.env._("Handled together with another request"),
                    ticket.merged_into_id.number or "",
                    "info",
                )
            case "refused":
                return self.env._("Not taken on"), ticket.end_reason or "", "bad"
        return self.env._("Withdrawn"), ticket.end_reason or "", "warn"

    @api.model
    def _course(self, ticket):
        """The four stations of a request; none if it ended on the way."""
        if ticket.state not in (*OPEN_STATES, "solved", "closed"):
            return []
        reached = {"new": 0, "assigned": 0, "solved": 2, "closed": 3}.get(
            ticket.state, 1
        )
        if reached == 0 and ticket.acknowledged_at:
            reached = 1
        names = (
            self.env._("Received"),
            self.env._("Being done"),
            self.env._("Done"),
            self.env._("Finished"),
        )
        return [
            {
                "name": name,
                "state": "done"
                if index < reached or ticket.state == "closed"
                else "now"
                if index == reached
                else "next",
            }
            for index, name in enumerate(names)
        ]

    @api.model
    def _place_text(self, ticket):
        place = (ticket.place_id.complete_name or "").replace(" / ", " › ")
        return " · ".join(filter(None, (ticket.equipment_id.name, place)))

    @api.model
    def _by_text(self, ticket):
        """The post, not the person: who works on it may change."""
        if ticket.state not in OPEN_STATES:
            return ""
        return ticket.post_id.name or ticket.lead_department_id.name or ""

    @api.model
    def _expected(self, ticket):
        """The day that was promised, else the running time limit (DESK-20).

        What waits for the requester himself has no day; what waits for something else
        keeps the promised one, or says when it is looked at again.
        """
        is_waiting = ticket.state == "waiting"
        asks_him = is_waiting and ticket.waiting_reason_id.asks_requester
        if ticket.state not in OPEN_STATES or asks_him:
            return ""
        if ticket.expected_date:
            return self._day(ticket.company_id, ticket.expected_date)
        if is_waiting:
            return (
                self.env._(
                    "it goes on by %(moment)s",
                    moment=self._moment(ticket.company_id, ticket.wait_until),
                )
                if ticket.wait_until
                else ""
            )
        if ticket.deadline_at:
            return self.env._(
                "an answer by %(moment)s",
                moment=self._moment(ticket.company_id, ticket.deadline_at),
            )
        return ""

    @api.model
    def _attachment_names(self, ticket):
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)],
                order="id",
                limit=50,
            )
            .filtered(
                lambda file: (
                    not file.create_uid
                    or file.create_uid.share
                    or file.create_uid == ticket.requester_user_id
                )
            )
            .mapped("name")
        )

    @api.model
    def _talk(self, ticket):
        """What was said between the office and the requester, oldest first.

        Of the office only what was sent to him; notes among colleagues stay inside.
        """
        answer = self.env.ref(ANSWER_SUBTYPE, raise_if_not_found=False)
        partners = ticket.requester_id | self.env.ref("base.public_partner")
        messages = ticket.message_ids.filtered(
            lambda message: (
                message.message_type in ("comment", "email")
                and (
                    (answer and message.subtype_id == answer)
                    or message.author_id in partners
                )
            )
        ).sorted("id")
        return [
            {
                "text": html2plaintext(message.body or "").strip(),
                "is_mine": message.author_id in partners,
                "who": self.env._("You")
                if message.author_id in partners
                else self.env._("The office"),
                "when": self._moment(ticket.company_id, message.date),
            }
            for message in messages
            if html2plaintext(message.body or "").strip()
        ]

    # Rating

    @api.model
    def _score_names(self):
        lang = self.env.lang or "en_US"
        return [(score, name._translate(lang)) for score, name in SCORE_NAMES]

    @api.model
    def _score_text(self, score):
        return self.env._("%(score)s of 5", score=score) if score else ""

    @api.model
    def _rating_values(self, ticket, token, chosen=0):
        ticket = ticket.sudo()
        given = ticket._rating_given()
        score = int(given.rating)
        return {
            "url": f"/desk/rate/{token}",
            "number": ticket.number or "",
            "name": ticket.name,
            "chosen": chosen,
            "score": score,
            "stars": "★" * score + "☆" * (5 - score) if score else "",
            "score_text": self._score_text(score),
            "is_low": 0 < score <= ticket.company_id.school_desk_low_rating,
            "may_comment": bool(given) and not given.feedback,
            "word": given.feedback or "",
        }
