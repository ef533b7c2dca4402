from odoo import api, models

from .desk_public_submit import TooManyError

CODE_TRIES = 60  # wrong codes a school takes in ten minutes; a right one always opens


class SchoolDeskPublic(models.AbstractModel):
    """The page of somebody who reported without his name and comes back."""

    _inherit = "school.desk.public"

    @api.model
    def _open_code(self, company, code):
        """Return ``(ticket or none, what is wrong with the code)``.

        Tries are counted for the school as a whole: of these visitors no address is
        kept. Only wrong codes count, so that nobody locks the others out of theirs.
        """
        Ticket = self.env["school.ticket"].sudo()
        fault = Ticket._code_fault(code)
        if fault:
            return None, fault
        ticket = Ticket._by_code(company, code)
        if ticket:
            return ticket, ""
        if not self._hits()._take(company, "code", "", CODE_TRIES):
            raise TooManyError("code")
        return None, self.env._("Nothing was found for this code.")

    @api.model
    def _code_values(self, company, ticket):
        """What the reporter sees, as plain values in his language."""
        view = ticket.with_context(lang=self.env.lang)._anonymous_view()
        score = int(view["score"] or 0)
        status, __, tone = self._status(ticket.with_context(lang=self.env.lang))
        return {
            "number": view["number"] or "",
            "service": view["service"],
            "name": view["name"],
            "details": view["details"],
            "answers": view["answers_text"],
            "status": status,
            "tone": tone,
            "received": self._moment(company, view["received_at"]),
            "expected": self._day(company, view["expected_date"]),
            "kept": self._day(company, view["kept_until"]),
            "plan": view["plan"],
            "result": view["solution"] or view["end_reason"],
            "may_rate": view["may_rate"],
            "may_reply": view["may_reply"],
            "is_asked": view["open_question"],
            "stars": "★" * score + "☆" * (5 - score) if score else "",
            "score_text": self._score_text(score),
            "files": self._file_field(ticket.service_id),
            "talk": [
                {
                    "text": message["text"],
                    "is_mine": message["from"] == "reporter",
                    "who": self.env._("You")
                    if message["from"] == "reporter"
                    else self.env._("The office"),
                    "when": self._moment(company, message["at"]),
                }
                for message in view["messages"]
                if message["text"]
            ],
        }
