from odoo import fields, models

from odoo.addons.school_office_base.tools.pg_guard import guard_table


class SchoolVenueDisplacement(models.Model):
    """Who had to give way to whom, from where, and why; written once (MTG-35)."""

    _name = "school.venue.displacement"
    _description = "Re-allocation of a Room"
    _inherit = ["school.record"]
    _order = "id desc"
    _rec_name = "loser_id"

    loser_id = fields.Many2one(
        "school.venue.booking",
        "Gave Way",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    winner_id = fields.Many2one(
        "school.venue.booking",
        "To",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    venue_id = fields.Many2one(
        "school.venue",
        "Room",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    from_rank_id = fields.Many2one(
        "school.venue.rank",
        "Its Priority",
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    to_rank_id = fields.Many2one(
        "school.venue.rank",
        "Priority of the Other",
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    reason = fields.Text(required=True, readonly=True)
    offered = fields.Char("Free at That Time", readonly=True)
    user_id = fields.Many2one("res.users", "Decided by", required=True, readonly=True)
    moment = fields.Datetime("Decided on", required=True, readonly=True)

    _list_idx = models.Index("(company_id, id DESC)")

    def init(self):
        guard_table(
            self.env.cr, self._table, "What was re-allocated stays as it was written."
        )

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return False
