from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class SchoolTimeClock(models.Model):
    """Missed clocks are proposed for the appraisal ledger once (BASE-27)."""

    _inherit = "school.time.clock"

    appraisal_proposed = fields.Boolean(
        "In the Appraisal Ledger",
        compute="_compute_appraisal_proposed",
        search="_search_appraisal_proposed",
        groups="base.group_no_one",
    )

    _missed_idx = models.Index("(company_id, missed_at) WHERE missed_at IS NOT NULL")

    def _compute_appraisal_proposed(self):
        keys = [f"clock:{clock.id}" for clock in self]
        found = set(
            self.env["school.appraisal.entry"]
            .sudo()
            .search([("source_key", "in", keys)])
            .mapped("source_key")
        )
        for clock in self:
            clock.appraisal_proposed = f"clock:{clock.id}" in found

    def _search_appraisal_proposed(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["school.appraisal.entry"].flush_model(["source_key"])

        def to_sql(model, alias, query):
            return SQL(
                """EXISTS (
                    SELECT 1 FROM school_appraisal_entry e
                    WHERE e.company_id = %(company)s
                        AND e.source_key = 'clock:' || %(id)s
                )""",
                company=SQL.identifier(alias, "company_id"),
                id=SQL.identifier(alias, "id"),
            )

        return Domain.custom(to_sql=to_sql)

    def _appraisal_record_name(self):
        """What the clock ran on; nothing of what is marked."""
        self.ensure_one()
        model = self.env.get(self.res_model)
        record = (
            model.sudo().browse(self.res_id).exists() if model is not None else None
        )
        if not record:
            return self.model_name or ""
        return self.env["school.appraisal.entry"]._source_name(record)
