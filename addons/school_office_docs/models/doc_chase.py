from odoo import api, fields, models

# Documents on which somebody still has something to do.
CHASED_STATES = ("registered", "proposed", "instructed", "distributed", "in_hand")


class SchoolDocChase(models.Model):
    """One line of the chase log (催办): who was chased, how, and what he answered."""

    _name = "school.doc.chase"
    _description = "Chase"
    _inherit = ["school.record"]
    _order = "at desc, id desc"
    _server_fields = frozenset({"at", "by_id"})

    document_id = fields.Many2one(
        "school.doc.incoming",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    at = fields.Datetime(
        "Chased at",
        required=True,
        readonly=True,
        default=lambda self: fields.Datetime.now(),
    )
    by_id = fields.Many2one(
        "res.users",
        "Chased by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        check_company=True,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    channel = fields.Selection(
        [
            ("system", "Message in the system"),
            ("phone", "Telephone"),
            ("person", "In person"),
        ],
        default="system",
        required=True,
    )
    note = fields.Char("What was said", required=True)

    @api.model_create_multi
    def create(self, vals_list):
        chases = super().create(vals_list)
        now = fields.Datetime.now()
        for document, lines in chases.grouped("document_id").items():
            document.check_access("write")
            document._check_state_in(*CHASED_STATES)
            document.sudo().write(
                {
                    "chase_count": document.chase_count + len(lines),
                    "last_chased_at": now,
                    "is_supervised": True,
                }
            )
        chases.filtered(lambda c: c.channel == "system" and c.user_id)._tell()
        chases.document_id._append_register("chased")
        return chases

    def _tell(self):
        """Put the chase on the person's list; no mail is rendered in the request."""
        for chase in self:
            chase.document_id.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=chase.note,
                user_id=chase.user_id.id,
            )

    def _is_deletable(self):
        return False
