from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import paper

MAX_LINES = 5000
# The page of the book: shares of its columns, its width in em, the lines it holds.
SHARES = (5, 15, 11, 9, 39, 11, 10)
PAGE_WIDTH = 86
FIRST_PAGE, FULL_PAGE = 33, 35


class SchoolRegisterPrint(models.TransientModel):
    """Which pages of a register to print: the paper book of BASE-13."""

    _name = "school.register.print"
    _description = "Print a register"
    _check_company_auto = True

    register_id = fields.Many2one(
        "school.register", "Register Book", required=True, readonly=True
    )
    company_id = fields.Many2one(related="register_id.company_id", related_sudo=False)
    year = fields.Integer(
        required=True,
        default=lambda self: self.env.company._school_date().year,
    )
    seq_from = fields.Integer("From No.", default=1, required=True)
    seq_to = fields.Integer("To No.", help="0: to the end of the book.")
    book_reference = fields.Char(
        "Volume or Shelf", help="Where the paper book is kept; printed on each page."
    )

    @api.onchange("register_id")
    def _onchange_register_id(self):
        last = self.env["school.register.entry"].search(
            [("register_id", "=", self.register_id.id)], limit=1
        )
        if last:
            self.year = last.year

    def _entries(self):
        """Return the entries to print, oldest first, as the reader may see them."""
        self.ensure_one()
        self.register_id.check_access("read")
        domain = (
            Domain("register_id", "=", self.register_id.id)
            & Domain("year", "=", self.year)
            & Domain("seq", ">=", self.seq_from)
        )
        if self.seq_to:
            domain &= Domain("seq", "<=", self.seq_to)
        return self.env["school.register.entry"].search(
            domain, order="seq", limit=MAX_LINES + 1
        )

    def _void_reasons(self, entries):
        """Return ``{(model, id, number): reason}`` of the numbers that became void
        since.
        """
        # The book shows a void number to whoever may read the book.
        numbers = (
            self.env["school.number"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "void"),
                    (
                        "text",
                        "in",
                        [number for number in entries.mapped("number") if number],
                    ),
                ]
            )
        )
        return {(n.res_model, n.res_id, n.text): n.void_reason for n in numbers}

    def _pages(self, entries, void):
        """Return the entries page by page, so that each page begins with the heads."""
        rooms = paper.rooms_of(SHARES, PAGE_WIDTH)

        def cells(entry):
            reason = void.get((entry.res_model, entry.res_id, entry.number))
            acting = entry.on_behalf_of_name and self._behalf_text(entry)
            return (
                str(entry.seq),
                "\n".join(filter(None, (entry.number, reason and f"({reason})____"))),
                "2026-01-01 00:00:00",
                entry.event_name,
                entry.summary,
                "\n".join(filter(None, (entry.user_name, acting))),
                entry.hash[:12],
            )

        return paper.split_pages(entries, cells, rooms, FIRST_PAGE, FULL_PAGE)

    def _page_text(self, page, pages):
        return self.env._("Page %(page)s of %(pages)s", page=page, pages=pages)

    def _head(self):
        """Return number and hash of the last entry of the year: the anchor on paper."""
        self.register_id.check_access("read")
        # The head is no secret and stands for entries the reader may not see.
        last = (
            self.env["school.register.entry"]
            .sudo()
            .search(
                [("register_id", "=", self.register_id.id), ("year", "=", self.year)],
                order="seq desc",
                limit=1,
            )
        )
        return last.seq, last.hash or self.register_id._first_hash(self.year)

    # The sentences of the printed page are whole, so that they can be translated.

    def _range_text(self, entries):
        return self.env._(
            "Year %(year)s, no. %(first)s to %(last)s",
            year=self.year,
            first=entries[:1].seq,
            last=entries[-1:].seq,
        )

    def _printed_text(self):
        now = self.register_id._school_time(fields.Datetime.now())
        return self.env._(
            "Printed on %(moment)s by %(person)s",
            moment=f"{now:%Y-%m-%d %H:%M}",
            person=self.env.user.name,
        )

    def _behalf_text(self, entry):
        return self.env._("on behalf of %(person)s", person=entry.on_behalf_of_name)

    def _closing_text(self, count):
        return self.env._(
            "The book of %(year)s had %(count)s entries when this was printed. Hash of "
            "the last one (SHA-256):",
            year=self.year,
            count=count,
        )

    def _signature_text(self):
        return self.env._("Checked by (signature):                    Date:")

    def action_print(self):
        """Print the chosen pages as PDF."""
        self.ensure_one()
        entries = self._entries()
        if not entries:
            raise UserError(
                self.env._(
                    "“%(register)s” has no entry from no. %(seq)s in %(year)s.",
                    register=self.register_id.name,
                    seq=self.seq_from,
                    year=self.year,
                )
            )
        if len(entries) > MAX_LINES:
            raise UserError(
                self.env._(
                    "These are more than %(max)s entries. Print them in parts, from "
                    "one number to another.",
                    max=MAX_LINES,
                )
            )
        return self.env.ref("school_office_base.report_register_book").report_action(
            self
        )
