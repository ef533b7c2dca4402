from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.school_office_base.tools.pg_guard import guard_rows


class SchoolTicketMessage(models.Model):
    """A word between the office and a reporter whom nobody knows.

    It is no chatter message: those have an author, followers and notifications, and
    none of that may exist here. Rows are added, and emptied when the time to keep them
    is over; nothing else.
    """

    _name = "school.ticket.message"
    _description = "Word to or from an Anonymous Reporter"
    _inherit = ["school.ticket.line"]
    _order = "ticket_id, id"
    _rec_name = "direction"

    direction = fields.Selection(
        [("office", "Office"), ("reporter", "Reporter")],
        "Side",
        required=True,
        readonly=True,
    )
    at = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    user_id = fields.Many2one(
        "res.users",
        "Written By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Of the office; the reporter is shown “the office”.",
    )
    text = fields.Text(readonly=True)
    is_question = fields.Boolean("Asks for an Answer", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "school_ticket_message_attachment_rel",
        "message_id",
        "attachment_id",
        "Files",
        readonly=True,
        bypass_search_access=True,
    )
    is_erased = fields.Boolean("Erased", readonly=True)

    _nobody_known = models.Constraint(
        "CHECK (direction = 'office' OR user_id IS NULL)",
        "Nobody writes down who an anonymous reporter is.",
    )

    def init(self):  # pylint: disable=missing-return
        super().init()
        guard_rows(
            self.env.cr,
            self._table,
            "TG_OP = 'DELETE' OR NOT (NEW.is_erased AND NEW.text IS NULL) OR "
            "(to_jsonb(NEW) - '{text,is_erased,write_date,write_uid}'::text[]) <> "
            "(to_jsonb(OLD) - '{text,is_erased,write_date,write_uid}'::text[])",
            "What was written with a reporter is not rewritten.",
        )

    @api.model
    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    def _erase(self):
        """Empty the words; that there were some, and when, stays (superuser)."""
        if not self.env.su:
            raise UserError(self.env._("Only the retention rule erases."))
        self.write({"text": False, "is_erased": True})
