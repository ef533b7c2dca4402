from odoo import fields, models
from odoo.tools import SQL


class SchoolNumberGap(models.Model):
    """Numbers that are missing between 1 and the last one given: there should be none.

    The auditor's question of BASE-12, answered from the rows themselves.
    """

    _name = "school.number.gap"
    _description = "Gap in numbers"
    _auto = False
    _check_company_auto = True
    _order = "series_id, period, first_missing"
    _rec_name = "period"

    company_id = fields.Many2one("res.company", "School", required=True, readonly=True)
    series_id = fields.Many2one(
        "school.number.series", readonly=True, check_company=True
    )
    period = fields.Char(readonly=True)
    first_missing = fields.Integer(readonly=True, aggregator=False)
    last_missing = fields.Integer(readonly=True, aggregator=False)
    missing = fields.Integer("Numbers Missing", readonly=True)

    @property
    def _table_query(self):
        self.env["school.number"].flush_model()
        return SQL(
            """
            SELECT next_id AS id, company_id, series_id, period,
                   previous + 1 AS first_missing, seq - 1 AS last_missing,
                   seq - previous - 1 AS missing
              FROM (SELECT id AS next_id, company_id, series_id, period, seq,
                           lag(seq, 1, 0) OVER (
                               PARTITION BY series_id, period ORDER BY seq
                           ) AS previous
                      FROM school_number) AS given
             WHERE seq > previous + 1
            """
        )
