from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.school_office_base.tools import paper

# The page of the book: shares of its columns, its width in em, the lines it holds.
SHARES = (10, 6.5, 11, 15, 6.5, 8.5, 10, 10, 7, 9.5, 6)
PAGE_WIDTH = 95
FIRST_PAGE, FULL_PAGE = 50, 54


class SchoolDocRegisterBook(models.TransientModel):
    """Print the incoming register (收文登记簿) of a period (DOC-04, BASE-13)."""

    _name = "school.doc.register.book"
    _description = "Incoming Register"

    company_id = fields.Many2one(
        "res.company",
        "School",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self.env.company._school_date().replace(day=1),
    )
    date_to = fields.Date(
        "To", required=True, default=lambda self: self.env.company._school_date()
    )
    category_id = fields.Many2one("school.doc.category")

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise UserError(self.env._("The period ends before it begins."))

    def action_print(self):
        """Print what the user may see of the register: his rules apply."""
        self.ensure_one()
        documents = self._documents()
        if not documents:
            raise UserError(self.env._("Nothing was registered in this period."))
        return self.env.ref(
            "school_office_docs.report_incoming_register"
        ).report_action(self)

    def _documents(self):
        """Documents of the period in the order of the book, void ones too."""
        self.ensure_one()
        self.env["school.doc.incoming"].check_access("read")
        start, stop = self.company_id._school_span(self.date_from, self.date_to)
        domain = [
            ("company_id", "=", self.company_id.id),
            ("registered_at", ">=", start),
            ("registered_at", "<", stop),
        ]
        if self.category_id:
            domain.append(("category_id", "=", self.category_id.id))
        return self.env["school.doc.incoming"].search(
            domain, order="registered_at, receipt_number, id"
        )

    def _pages(self, documents):
        """Return the documents page by page: each page begins with the heads."""
        rooms = paper.rooms_of(SHARES, PAGE_WIDTH)
        labels = {
            name: dict(documents._fields[name]._description_selection(self.env))
            for name in ("urgency", "kind", "state")
        }

        def cells(doc):
            moment, day = "2026-01-01 00:00", "2026-01-01"
            rows = (
                (doc.number, doc.receipt_number),
                (day, day),
                (doc.sender_name, doc.sender_number),
                (
                    doc.name,
                    f"{doc.secrecy_mark or ''} {doc.copies} / {doc.pages}",
                ),
                (
                    labels["urgency"][doc.urgency],
                    doc.category_id.name,
                    labels["kind"][doc.kind],
                ),
                (doc.department_id.name, doc.distribution_scope),
                (doc.proposed_opinion,),
                (doc.instruction,),
                (doc.responsible_department_id.name, day),
                (moment, f"{doc.signer_id.sudo().name or ''} {moment}"),
                (labels["state"][doc.state], doc.closed_reason or doc.damage_note),
            )
            return ["\n".join(text or "" for text in row) for row in rows]

        return paper.split_pages(documents, cells, rooms, FIRST_PAGE, FULL_PAGE)

    def _page_text(self, page, pages):
        return self.env._("Page %(page)s of %(pages)s", page=page, pages=pages)

    def _head_line(self):
        """Return the last entry of the book: its hash anchors what is printed."""
        self.ensure_one()
        # The head says nothing about any document; whoever prints the book may show it.
        entry = (
            self.env["school.register.entry"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("register_code", "=", "doc_incoming"),
                ],
                order="year desc, seq desc, id desc",
                limit=1,
            )
        )
        return entry
