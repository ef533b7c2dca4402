from odoo import api, fields, models
from odoo.fields import Domain


class SchoolMeetingMinutesBlock(models.Model):
    """A part of the minutes as it went to review: one item of the agenda.

    Rows are made by the minutes alone. Each has its own SHA-256, so that a copy from
    which parts are left out for a reader can still be checked against the whole.
    """

    _name = "school.meeting.minutes.block"
    _description = "Part of Meeting Minutes"
    _inherit = [
        "school.record",
        "school.frozen.mixin",
        "school.search.mixin",
        "school.meeting.block.mixin",
    ]
    _order = "minutes_id, sequence, id"

    _search_fields_text = ("name", "body")

    minutes_id = fields.Many2one(
        "school.meeting.minutes",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    meeting_id = fields.Many2one(
        "school.meeting",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    item_id = fields.Many2one(
        "school.meeting.item",
        "Agenda Item",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char("Item", required=True, readonly=True)
    body = fields.Text("Text", readonly=True)
    content = fields.Text(
        required=True, readonly=True, help="Canonical text of this part."
    )
    sha256 = fields.Char("SHA-256", required=True, readonly=True)

    is_readable = fields.Boolean(
        compute="_compute_is_readable",
        search="_search_is_readable",
        compute_sudo=False,
    )

    _order_idx = models.Index("(minutes_id, sequence, id)")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_readable(self):
        self._mark_among("is_readable", self._readable_domain())

    @api.model
    def _search_is_readable(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._readable_domain()

    @api.model
    def _readable_domain(self):
        """Readers of the part, once it is sent; who made it or reviews it, always."""
        Minutes = self.env["school.meeting.minutes"].sudo()
        Item = self.env["school.meeting.item"]
        own = Item._block_meetings(Item._sql_makers(self.env.user))
        reviewed = Minutes._search(Minutes._search_approval_concerns_me("in", [True]))
        sent = Minutes._search([("state", "=", "distributed")])
        return (
            Domain("meeting_id", "in", own)
            | Domain("minutes_id", "in", reviewed)
            | (Domain("minutes_id", "in", sent) & self._block_domain())
        )

    @api.model
    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    def _is_deletable(self):
        # Drafts of parts are replaced when the minutes go to review again.
        return self.env.su
