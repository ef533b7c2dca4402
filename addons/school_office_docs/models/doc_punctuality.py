from odoo import fields, models
from odoo.tools import SQL


class SchoolDocPunctuality(models.Model):
    """Documents that fell due, one row each: the on-time rate (DOC-17).

    Rate = documents finished by their deadline / documents due in the period. A
    document is due once it is finished or its deadline has passed. The rate is the
    average over rows, so that every grouping weighs each document once.
    """

    _name = "school.doc.punctuality"
    _description = "Documents on Time"
    _auto = False
    _order = "due_date desc, id desc"
    _rec_name = "document_id"
    _depends = {
        "school.doc.incoming": [
            "category_id",
            "company_id",
            "finished_at",
            "handling_deadline",
            "is_late",
            "is_marked",
            "kind",
            "on_time",
            "responsible_department_id",
            "state",
        ],
        "res.company": ["school_doc_on_time_target"],
    }

    document_id = fields.Many2one(
        "school.doc.incoming", readonly=True, check_company=True
    )
    company_id = fields.Many2one("res.company", "School", required=True, readonly=True)
    department_id = fields.Many2one(
        "hr.department",
        "Responsible Department",
        readonly=True,
        check_company=True,
    )
    category_id = fields.Many2one(
        "school.doc.category", readonly=True, check_company=True
    )
    kind = fields.Selection(
        lambda self: (
            self.env["school.doc.incoming"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    due_date = fields.Date(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    is_marked = fields.Boolean(readonly=True)
    due_count = fields.Integer("Due", readonly=True)
    on_time_count = fields.Integer("On Time", readonly=True)
    late_count = fields.Integer("Late", readonly=True)
    on_time_rate = fields.Float("On Time (%)", aggregator="avg", readonly=True)
    target = fields.Float("Target (%)", aggregator="avg", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT d.id, d.id AS document_id, d.company_id,
                   d.responsible_department_id AS department_id, d.category_id, d.kind,
                   d.handling_deadline AS due_date, d.finished_at, d.is_marked,
                   1 AS due_count,
                   CASE WHEN d.on_time = 'yes' THEN 1 ELSE 0 END AS on_time_count,
                   CASE WHEN d.on_time = 'yes' THEN 0 ELSE 1 END AS late_count,
                   CASE WHEN d.on_time = 'yes' THEN 100.0 ELSE 0.0 END AS on_time_rate,
                   c.school_doc_on_time_target AS target
              FROM school_doc_incoming d
              JOIN res_company c ON c.id = d.company_id
             WHERE d.handling_deadline IS NOT NULL
               AND d.state NOT IN ('returned', 'void')
               AND (d.on_time IS NOT NULL OR d.is_late)
            """
        )

    def action_open_document(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "school.doc.incoming",
            "res_id": self.document_id.id,
            "view_mode": "form",
        }
