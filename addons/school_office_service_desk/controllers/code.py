from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from ..models.desk_public_submit import TooManyError
from .desk import DeskController, desk_route


class DeskCode(DeskController):
    """Coming back with the code of an anonymous report.

    The code is posted each time and stands in no address, cookie or session.
    """

    @desk_route("/desk/<string:slug>/code", "GET")
    def code_page(self, slug, **kwargs):
        school, refused = self._find_school(slug)
        return refused or self._ask(school)

    @desk_route("/desk/<string:slug>/code", "POST")
    def code_open(self, slug, code="", text="", score="", **kwargs):
        school, refused = self._find_school(slug)
        if refused:
            return refused
        desk = self._desk()
        try:
            ticket, fault = desk._open_code(school, code[:60])
        except TooManyError as error:
            return self._too_many(error, school)
        if not ticket:
            return self._ask(school, fault, code)
        notice = problem = ""
        try:
            with request.env.cr.savepoint():
                if score:
                    ticket._anonymous_rate(int(score) if score in "12345" else 0)
                    notice = request.env._("Thank you for your rating.")
                elif text.strip() or self._has_files():
                    ticket._anonymous_reply(text[:5000], self._files(ticket))
                    notice = request.env._("The office has your message.")
        except (UserError, ValidationError) as error:
            problem = error.args[0]
        ticket.invalidate_recordset()
        return self._page(
            "desk_code_ticket",
            {
                "title": request.env._("Your report"),
                "ticket": desk._code_values(school, ticket),
                "code": code,
                "code_url": school._school_desk_url("/code"),
                "notice": notice,
                "problem": problem,
                "given": text if problem else "",
            },
            400 if problem else 200,
            school,
        )

    def _has_files(self):
        return any(upload.filename for upload in request.httprequest.files.values())

    def _files(self, ticket):
        errors = {}
        files = self._desk()._read_files(ticket.service_id, self._posted()[1], errors)
        if errors:
            raise UserError(errors["files"])
        return files

    def _find_school(self, slug):
        school = self._desk()._school(slug)
        if not school:
            return None, self._unknown()
        if self._desk()._is_closed(school):
            return school, self._closed(school)
        return school, None

    def _ask(self, school, problem="", given=""):
        return self._page(
            "desk_code_ask",
            {
                "title": request.env._("I have a code"),
                "problem": problem,
                "given": given[:40],
                "code_url": school._school_desk_url("/code"),
            },
            400 if problem else 200,
            school,
        )
