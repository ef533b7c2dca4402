from odoo import fields, models

from ..tools.pg_guard import guard_table


class SchoolTimeHold(models.Model):
    """How long somebody held the work of a finished clock.

    Time is attributed to whoever held it, so that a delay names the stage and not the
    last person.
    """

    _name = "school.time.hold"
    _description = "Time Held"
    _inherit = ["school.fact.mixin"]
    _order = "id desc"
    _rec_name = "clock_id"

    clock_id = fields.Many2one(
        "school.time.clock",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    policy_id = fields.Many2one(
        "school.time.policy",
        "Time Limit",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    user_id = fields.Many2one(
        "res.users", "Person", readonly=True, index=True, ondelete="restrict"
    )
    post_id = fields.Many2one(
        "school.post",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    department_id = fields.Many2one(
        "hr.department",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    date_from = fields.Datetime("From", required=True, readonly=True)
    date_to = fields.Datetime("To", required=True, readonly=True)
    hours = fields.Float("Service Hours", readonly=True, aggregator="sum")

    def init(self):
        guard_table(self.env.cr, self._table, "The time somebody held stays on record.")
