import re

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

_SHEET = re.compile(r"[0-9a-f]{32}")


class TooManyError(Exception):
    """The visitor, or all visitors together, sent more than the school takes."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


class SchoolDeskPublic(models.AbstractModel):
    """Handing in a filled-in form: counted, taken once, made a request of."""

    _inherit = "school.desk.public"

    @api.model
    def _submit(self, service, user, address, post, files, door=None, anonymous=False):
        """Take a filled-in form.

        :param post: ``{name: [values]}`` as posted
        :param files: ``[(name, bytes, field name)]``
        :param address: where the visitor's device is, for counting; of an anonymous
            complaint it is not kept, not even as a hash (``school.desk.crowd``)
        :return: ``{"ticket": …}``, ``{"code": …}`` or ``{"errors": …, "given": …}``
        :raise TooManyError: nothing was taken
        """
        company = service.company_id
        anonymous = bool(anonymous and service.allow_anonymous and not door)
        sheet = (post.get("sheet") or [""])[0]
        before = self._handed_in(company, sheet)
        if before is not None:
            return before
        values, errors, given = self._read(service, user, door, post, files, anonymous)
        if (post.get("website") or [""])[0]:
            # A machine filled in the field that nobody sees. It learns nothing.
            errors = {"": self.env._("This could not be sent. Please call the office.")}
        if errors:
            return {"errors": errors, "given": given}
        self._count(company, user, address, anonymous)
        try:
            with self.env.cr.savepoint():
                if not self._take_sheet(company, sheet):
                    return {"again": True}
                result = self._make_ticket(company, user, values, door, anonymous)
                self._note_result(company, sheet, result)
        except (UserError, ValidationError) as error:
            return {"errors": {"": error.args[0]}, "given": given}
        return result

    @api.model
    def _make_ticket(self, company, user, values, door, anonymous):
        if anonymous:
            code = self._make_anonymous(company, values)
            return {"code": code}
        known = self._known_person(company, user)
        channel = "qr" if door else "portal" if known else "form"
        # Somebody of another school who is signed in receives nothing for this one.
        author = user if known else self.env.ref("base.public_user")
        Ticket = self.env(user=author.id)["school.ticket"].sudo()
        ticket = Ticket._intake(company, [values], channel).with_env(self.env)
        ticket._portal_ensure_token()
        ticket._letter("received")
        return {"ticket": ticket}

    @api.model
    def _make_anonymous(self, company, values):
        """Register without anybody's name; return the code (complaints' engine)."""
        return self.env["school.ticket"].sudo()._anonymous_intake(company, values)

    # How much a visitor may send

    @api.model
    def _hits(self):
        """The counted acts, written as nobody: no row names who is signed in."""
        nobody = self.env.ref("base.public_user")
        return self.env(user=nobody.id)["school.outside.act"].sudo()

    @api.model
    def _count(self, company, user, address, anonymous=False):
        """Count one act from outside; refuse what is too much."""
        if anonymous:
            self._count_anonymous(company, address)
            return
        # The visitor first: what he sends beyond his limit is none of the school's.
        Hit = self._hits()
        key = Hit._visitor_key(address if user._is_public() else f"user:{user.id}")
        if not Hit._take(company, "post", key, company.school_desk_visitor_posts):
            raise TooManyError("post")
        if not Hit._take(
            company, "school", "", company.school_desk_school_posts, exact=False
        ):
            raise TooManyError("school")

    @api.model
    def _count_anonymous(self, company, address):
        """Count a report without a name: by the crowd it comes from, and in all."""
        Hit = self._hits()
        Crowd = Hit.env["school.desk.crowd"]  # nobody's, not even the alert
        if not Crowd._take(company, address, company.school_desk_anonymous_visitor):
            raise TooManyError("crowd")
        if not Hit._take(company, "anonymous", "", company.school_desk_anonymous_posts):
            if Hit._take(company, "alarm", "", 1):
                Crowd._alert(company)
            raise TooManyError("anonymous")

    # One sheet is handed in once, however often the button is pressed

    @api.model
    def _handed_in(self, company, sheet):
        """What came of this very sheet when it was sent the first time, or None."""
        before = _SHEET.fullmatch(sheet) and self._hits()._sheet(company, sheet)
        if not before:
            return None
        ticket = self.env["school.ticket"].sudo().browse(before.res_id).exists()
        return {"ticket": ticket} if ticket else {"again": True}

    @api.model
    def _take_sheet(self, company, sheet):
        """Whether this sheet is new; a second one waits until the first is done."""
        if not _SHEET.fullmatch(sheet):
            return True
        return self._hits()._take(company, "form", sheet, 1)

    @api.model
    def _note_result(self, company, sheet, result):
        # Of an anonymous report nothing leads from the sheet to the ticket.
        ticket = result.get("ticket")
        if ticket and _SHEET.fullmatch(sheet):
            self._hits()._sheet(company, sheet).res_id = ticket.id
