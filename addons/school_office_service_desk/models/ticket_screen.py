from odoo import api, fields, models


class SchoolTicket(models.Model):
    """What the form shows besides: the questions of the service, files, one line."""

    _inherit = "school.ticket"

    service_questions = fields.Json(compute="_compute_service_questions")
    new_file_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        compute="_compute_new_file_ids",
        readonly=False,
        help="Photographs and papers that go with the request.",
    )
    paper_ids = fields.Many2many(
        "ir.attachment", string="Papers and Photographs", compute="_compute_paper_ids"
    )
    status_text = fields.Char(compute="_compute_status_text")

    @api.depends("service_id")
    def _compute_service_questions(self):
        """The questions as the form asks them, with the places from which to choose."""
        for service, tickets in self.grouped("service_id").items():
            questions = service._question_dicts() if service else []
            if any(question["kind"] == "place" for question in questions):
                places = self.env["school.place"].search(
                    [("company_id", "=", service.sudo().company_id.id)], limit=500
                )
                choices = [[place.id, place.complete_name] for place in places]
                for question in questions:
                    if question["kind"] == "place":
                        question["places"] = choices
            tickets.service_questions = questions

    def _compute_new_file_ids(self):
        self.new_file_ids = False

    @api.depends("message_ids")
    def _compute_paper_ids(self):
        """What lies with the request, to be seen without looking for it below."""
        found = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)], order="id"
        )
        papers = found.grouped("res_id")
        for ticket in self:
            ticket.paper_ids = papers.get(ticket._origin.id, found.browse())

    @api.depends("state", "waiting_reason_id", "wait_until", "missing_items")
    def _compute_status_text(self):
        """For what it waits, or what was not filled in, in one line."""
        for ticket in self:
            parts = []
            if ticket.state == "waiting":
                parts.append(ticket.waiting_reason_id.name)
                if ticket.wait_until:
                    until = ticket.company_id._worktime().local(ticket.wait_until)
                    parts.append(
                        self.env._(
                            "until %(moment)s", moment=until.strftime("%Y-%m-%d %H:%M")
                        )
                    )
                if ticket.missing_items:
                    parts.append(" ".join(ticket.missing_items.split()))
            elif ticket.missing_items and ticket.state in ("new", "assigned"):
                parts.append(
                    self.env._(
                        "Not filled in: %(items)s",
                        items=self.env._(", ").join(ticket.missing_items.splitlines()),
                    )
                )
            ticket.status_text = " · ".join(filter(None, parts))
