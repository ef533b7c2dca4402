import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError


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
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    date_to = fields.Date(
        "To", required=True, default=lambda self: fields.Date.context_today(self)
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
        zone = self.company_id._school_tz()
        start, stop = (
            zone.localize(fields.Datetime.to_datetime(day))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in self._days()
        )
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

    def _days(self):
        return self.date_from, fields.Date.add(self.date_to, days=1)

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
