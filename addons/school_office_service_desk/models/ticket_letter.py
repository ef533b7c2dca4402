from markupsafe import Markup

from odoo import api, fields, models


class SchoolTicketLetter(models.Model):
    """Mail to requesters who have no login: queued here, written and sent later.

    The text is made when it is sent, so neither the link of the request nor that of
    the rating stands in a table that anybody reads.
    """

    _name = "school.ticket.letter"
    _description = "Letter to a Requester"
    _inherit = ["school.outbox.mixin", "school.ticket.line"]
    _order = "id desc"
    _rec_name = "kind"
    _send_batch = 100

    kind = fields.Selection(
        [
            ("received", "Received"),
            ("answer", "Answer"),
            ("asked", "Something Is Missing"),
            ("solved", "Solved"),
            ("ended", "Ended Without a Solution"),
        ],
        "About",
        required=True,
        readonly=True,
    )
    email = fields.Char("To", required=True, readonly=True)
    lang = fields.Char("Language", required=True, readonly=True)
    text = fields.Text(readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
        "Status",
        required=True,
        readonly=True,
        default="waiting",
    )
    _due_idx = models.Index("(send_after, id) WHERE state = 'waiting'")

    @api.model
    def _queue(self, rows):
        """Queue letters, and have the mail cron look soon (superuser)."""
        letters = self.create(rows)
        if letters:
            cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
                "school_office_service_desk.cron_send_letters"
            )
            if cron_id:
                self.env["ir.cron"].sudo().browse(cron_id)._trigger()
        return letters

    def _send(self):
        self.ensure_one()
        letter = self.with_context(lang=self.lang)
        # Headers of the mail gateway: an answer to this letter finds its request.
        self.env["mail.mail"].create(
            {
                "subject": letter._subject(),
                "body_html": letter._body(),
                **letter.ticket_id._mail_values(self.email),
            }
        )
        self.write({"state": "sent", "sent_at": fields.Datetime.now(), "error": False})

    def _subject(self):
        number = self.ticket_id.number or ""
        name = self.ticket_id.name
        match self.kind:
            case "received":
                text = self.env._("We have received your request")
            case "asked":
                text = self.env._("We need something from you")
            case "solved":
                text = self.env._("Your request is done")
            case "ended":
                text = self.env._("About your request")
            case _:
                text = self.env._("An answer to your request")
        return f"[{number}] {text}: {name}"[:200]

    def _lead(self):
        """The first sentence."""
        match self.kind:
            case "received":
                return self.env._(
                    "Your request has reached the office. On its page you see how far "
                    "it is, and you can add something."
                )
            case "asked":
                return self.env._(
                    "To go on, the office needs something from you. Please answer on "
                    "the page of your request; until then it waits."
                )
            case "solved":
                return self.env._("The office has finished your request:")
            case "ended":
                return self.env._("The office has looked at your request:")
        return self.env._("The office has answered you:")

    def _body(self):
        ticket = self.ticket_id
        company = self.company_id
        base = company.get_base_url()
        parts = [Markup("<p>%s</p>") % self._lead()]
        if self.text:
            lines = Markup("<br/>").join(self.text.splitlines())
            parts.append(
                Markup(
                    '<p style="background:#f4f6f9;border-radius:10px;'
                    'padding:12px 14px">%s</p>'
                )
                % lines
            )
        parts.append(
            Markup(
                '<p style="margin:18px 0"><a href="%s" style="background:#1d4f91;'
                "color:#ffffff;border-radius:10px;padding:12px 20px;"
                'text-decoration:none;display:inline-block">%s</a></p>'
            )
            % (base + ticket._tracking_path(), self.env._("Open my request"))
        )
        if self.kind == "solved":
            parts.append(ticket._rating_buttons(self.env))
        office = company.with_context(lang=self.lang).school_office_name or ""
        # Whom to call stands below: many a parent has no wish to open a page.
        where = (company.school_office_counter, company.school_office_hotline)
        lines = (
            " ".join(filter(None, (company.name, office))),
            " · ".join(filter(None, where)),
            ticket.number,
        )
        parts.append(
            Markup('<p style="color:#5d6b7c">%s</p>')
            % Markup("<br/>").join(filter(None, lines))
        )
        return Markup(
            '<div style="font-family:sans-serif;font-size:15px;line-height:1.6;'
            'color:#1b2430;max-width:560px">%s</div>'
        ) % Markup("").join(parts)
