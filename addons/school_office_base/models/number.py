from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import triggers

VOID_COLUMNS = {
    "state",
    "void_reason",
    "void_at",
    "void_by_id",
    "write_uid",
    "write_date",
}


class SchoolNumber(models.Model):
    """One number that was given: it stays for ever, at most it becomes void with a
    reason.

    The row is the counter too: the next number follows the greatest one of its series
    and period. PostgreSQL refuses to delete it and to change anything but making it
    void.
    """

    _name = "school.number"
    _description = "Number"
    _inherit = ["school.record", "school.pointer.mixin"]
    _order = "date desc, series_id, period desc, seq desc"
    _rec_name = "text"

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)
    series_id = fields.Many2one(
        "school.number.series",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    kind = fields.Char(required=True, readonly=True)
    period = fields.Char(required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, index=True)
    seq = fields.Integer(
        "Running Number", required=True, readonly=True, aggregator=False
    )
    text = fields.Char("Number", required=True, readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True, readonly=True
    )
    state = fields.Selection(
        [("used", "In use"), ("void", "Void")],
        default="used",
        required=True,
        readonly=True,
    )
    void_reason = fields.Char(readonly=True)
    void_at = fields.Datetime("Made Void On", readonly=True)
    void_by_id = fields.Many2one("res.users", "Made Void By", readonly=True)

    _seq_uniq = models.UniqueIndex(
        "(series_id, period, seq)", "This running number has been given already."
    )
    _text_uniq = models.UniqueIndex(
        "(company_id, kind, text)",
        "This number was given before. The school administrator must change the "
        "pattern of the series so that new numbers differ from old ones.",
    )
    _record_idx = models.Index("(res_model, res_id)")
    _void_reason = models.Constraint(
        "CHECK(state = 'used' OR void_reason <> '')", "A void number needs a reason."
    )

    def init(self):  # pylint: disable=missing-return
        super().init()
        cr = self.env.cr
        triggers.guard_columns(cr, self._table, VOID_COLUMNS)
        triggers.guard_columns(
            cr,
            self._table,
            {"write_uid", "write_date"},
            when="OLD.state = 'void'",
            name="school_guard_void",
        )
        triggers.no_truncate(cr, self._table)

    def _is_deletable(self):
        return False

    def _make_void(self, reason):
        """Take numbers out of use without giving them to anything else, ever."""
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the number becomes void."))
        used = self.filtered(lambda number: number.state == "used")
        # Nobody may write numbers; the caller has checked who may void the record.
        used.sudo().write(
            {
                "state": "void",
                "void_reason": reason,
                "void_at": fields.Datetime.now(),
                "void_by_id": self.env.uid,
            }
        )

    def write(self, vals):
        if any(number.state == "void" for number in self):
            raise UserError(self.env._("A void number stays void, with its reason."))
        return super().write(vals)
