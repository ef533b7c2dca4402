from odoo import fields, models

KINDS = [
    ("report", "Report"),
    ("discussion", "Discussion"),
    ("decision", "Decision"),
    ("election", "Election or Appointment"),
    ("other", "Other"),
]


class SchoolMeetingItem(models.Model):
    """An item of the agenda (议程), and what was decided on it (MTG-16, MTG-18)."""

    _name = "school.meeting.item"
    _description = "Agenda Item"
    _inherit = ["school.meeting.line", "school.frozen.mixin"]
    _order = "meeting_id, sequence, id"

    # A draft lets items in and out again.
    meeting_id = fields.Many2one(ondelete="cascade", index=False)
    sequence = fields.Integer(default=100)
    name = fields.Char("Item", required=True)
    kind = fields.Selection(KINDS, default="discussion", required=True)
    is_special = fields.Boolean(
        "Special Matter", help="Needs the body's quorum for special matters."
    )
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose matter it is.",
    )
    speaker_id = fields.Many2one(
        "res.users",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    minutes_planned = fields.Integer("Time (min)", default=10, help="Speaking time.")
    description = fields.Text()

    _order_idx = models.Index("(meeting_id, sequence, id)")
    _minutes_check = models.Constraint(
        "CHECK (minutes_planned >= 0)", "Speaking time cannot be negative."
    )
