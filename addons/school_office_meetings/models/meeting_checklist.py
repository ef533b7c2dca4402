from odoo import fields, models

from .meeting import TYPES

KINDS = [
    ("consumables", "Consumables"),
    ("equipment", "Equipment"),
    ("set_up", "Room Set-up"),
    ("support", "During the Meeting"),
    ("tidying", "After the Meeting"),
]


class SchoolMeetingChecklist(models.Model):
    """What is looked at for every meeting of some kind (MTG-08, 09, 10, 30).

    The school writes its own lists; calling a meeting copies their rows to it.
    """

    _name = "school.meeting.checklist"
    _description = "Meeting Check List"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(index="btree_not_null", copy=False)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, default="equipment", required=True)
    meeting_type = fields.Selection(
        TYPES, "Only for", help="Empty: for meetings of every type."
    )
    body_ids = fields.Many2many(
        "school.meeting.body",
        "school_meeting_checklist_body_rel",
        "checklist_id",
        "body_id",
        "Only for Bodies",
        check_company=True,
    )
    post_id = fields.Many2one(
        "school.post",
        "Done by",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="Whoever holds this post sees the rows in My Office and is reminded.",
    )
    line_ids = fields.One2many("school.meeting.checklist.line", "checklist_id", "Rows")

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL AND code != ''",
        "This school already has a check list with this code.",
    )
    _list_idx = models.Index("(company_id, sequence, id)")

    def _applies_to(self, meeting):
        """Whether the list is for this meeting."""
        self.ensure_one()
        return (not self.meeting_type or self.meeting_type == meeting.type) and (
            not self.body_ids or meeting.body_id in self.body_ids
        )
