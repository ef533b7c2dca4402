from odoo import api, fields, models

from ..tools import triggers


class SchoolRegisterCheck(models.Model):
    """The result of verifying one book of one year; a good one anchors later checks."""

    _name = "school.register.check"
    _description = "Register verification"
    _inherit = ["school.record"]
    _order = "at desc, id desc"

    register_id = fields.Many2one(
        "school.register",
        "Register Book",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    year = fields.Integer(required=True, readonly=True, aggregator=False)
    scope = fields.Selection(
        [
            ("new", "New entries"),
            ("full", "Monthly, all"),
            ("manual", "On request, all"),
        ],
        required=True,
        readonly=True,
    )
    at = fields.Datetime("Verified On", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    entry_count = fields.Integer("Entries", readonly=True)
    head_hash = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("ok", "Intact"), ("broken", "Broken")],
        "Verification Result",
        required=True,
        readonly=True,
    )
    broken_seq = fields.Integer("First Broken Entry", readonly=True, aggregator=False)
    broken_reason = fields.Selection(
        [
            ("missing", "an entry is missing"),
            ("chain", "the entry does not follow the one before it"),
            ("content", "the entry was changed"),
            ("anchor", "the entry differs from what an earlier verification confirmed"),
            ("cut", "entries that an earlier verification confirmed are gone"),
        ],
        "What Is Wrong",
        readonly=True,
    )
    reason_text = fields.Char(compute="_compute_reason_text")

    _register_idx = models.Index("(register_id, year, entry_count)")

    def init(self):  # pylint: disable=missing-return
        super().init()
        triggers.append_only(self.env.cr, self._table)

    def _is_deletable(self):
        return False

    @api.depends("broken_reason")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        labels = dict(self._fields["broken_reason"]._description_selection(self.env))
        for check in self:
            check.reason_text = labels.get(check.broken_reason, "")

    @api.depends("register_id", "year")
    def _compute_display_name(self):
        for check in self:
            check.display_name = f"{check.register_id.name} {check.year}"

    @api.model
    def _anchors(self, register, year):
        """Return ``{number of the last entry: its hash}`` of all good checks."""
        groups = self._read_group(
            [
                ("register_id", "=", register.id),
                ("year", "=", year),
                ("state", "=", "ok"),
                ("entry_count", ">", 0),
            ],
            ["entry_count", "head_hash"],
        )
        return {count: head for count, head in groups}
