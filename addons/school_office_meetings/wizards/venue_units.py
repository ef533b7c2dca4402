from odoo import fields, models
from odoo.exceptions import UserError

MOST = 500


class SchoolVenueUnits(models.TransientModel):
    """Enter the pieces of a pool: "Tablet 1" to "Tablet 30"."""

    _name = "school.venue.units"
    _description = "Add Pieces"

    pool_id = fields.Many2one("school.venue", "Equipment", required=True)
    count = fields.Integer("How Many More", default=1, required=True)

    def action_add(self):
        """Enter them, numbered on from those that exist."""
        self.ensure_one()
        pool = self.pool_id
        pool._check_keeper()
        if not pool.is_pool:
            raise UserError(
                self.env._("“%(venue)s” is a single piece.", venue=pool.name)
            )
        if not 1 <= self.count <= MOST:
            raise UserError(self.env._("Enter a number from 1 to %(most)s.", most=MOST))
        # sudo: archived pieces count too, and keepers by post have no right of their
        # own to enter rooms; who asks was checked above
        units = self.env["school.venue"].sudo().with_context(active_test=False)
        first = units.search_count([("pool_id", "=", pool.id)]) + 1
        shared = pool.sudo().copy_data(
            {
                "is_pool": False,
                "pool_id": pool.id,
                "name": pool.name,
                "hours_ids": [],
                "image": False,
            }
        )[0]
        units.create(
            [
                {
                    **shared,
                    "name": f"{pool.name} {number}",
                    "sequence": pool.sequence,
                    "company_id": pool.company_id.id,
                }
                for number in range(first, first + self.count)
            ]
        )
        return {"type": "ir.actions.act_window_close"}
