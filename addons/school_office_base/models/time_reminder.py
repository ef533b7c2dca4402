from odoo import fields, models


class SchoolTimeReminder(models.Model):
    """That a step of a clock has been carried out: what was due, who was told.

    One row per clock, step and occurrence: the database lets each happen once.
    """

    _name = "school.time.reminder"
    _description = "Reminder Sent"
    _inherit = ["school.record"]
    _order = "id desc"
    _rec_name = "step_id"

    clock_id = fields.Many2one(
        "school.time.clock",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    step_id = fields.Many2one(
        "school.time.step",
        "Reminder",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    occurrence = fields.Integer(required=True, readonly=True)
    due_at = fields.Datetime("Planned For", required=True, readonly=True)
    done_at = fields.Datetime("Sent On", required=True, readonly=True)
    user_ids = fields.Many2many("res.users", string="Told", readonly=True)
    result = fields.Selection(
        [
            ("sent", "Told"),
            ("skipped", "Overtaken by a Later One"),
            ("nobody", "Nobody to Tell"),
            ("quiet", "Only on Record"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="quiet",
    )

    _once = models.UniqueIndex(
        "(clock_id, step_id, occurrence)", "This reminder has been sent."
    )
