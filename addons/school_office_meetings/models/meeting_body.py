from odoo import fields, models

KINDS = [
    ("office", "Office Team Meeting"),
    ("morning", "Morning Meeting"),
    ("coordination", "Coordination Meeting"),
    ("principal", "Principal's Meeting"),
    ("party", "Party Committee"),
    ("congress", "Staff Congress"),
    ("department", "Department Meeting"),
    ("project", "Project Group"),
    ("other", "Other"),
]
VISIBILITIES = [
    ("staff", "All Staff"),
    ("participants", "Participants"),
    ("members", "Members Only"),
]


class SchoolMeetingBody(models.Model):
    """A body that meets (会议机构), with the rules by which it decides.

    Quorum (法定人数), majority and what a recusal does are data, so that each school
    writes down its own rules of procedure (MTG-17, domain facts 3.7 and 4.7).
    """

    _name = "school.meeting.body"
    _description = "Meeting Body"
    _inherit = ["school.record", "mail.thread"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(index="btree_not_null", copy=False)
    kind = fields.Selection(KINDS, default="other", required=True, tracking=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Prepares the meetings of this body.",
    )
    member_ids = fields.One2many("school.meeting.member", "body_id", "Members")
    meeting_ids = fields.One2many("school.meeting", "body_id", "Meetings")
    visibility = fields.Selection(
        VISIBILITIES,
        default="participants",
        required=True,
        tracking=True,
        help="Who sees that the body meets, and about what. Members only: not even "
        "the office, but for the clerk named in the meeting.",
    )
    recorder_id = fields.Many2one(
        "res.users",
        "Minutes Taker",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: whoever holds the post of minutes taker.",
    )
    # quorum and votes
    quorum_numerator = fields.Integer("Quorum", default=1, required=True)
    quorum_denominator = fields.Integer("Quorum of", default=2, required=True)
    quorum_strict = fields.Boolean(
        "More Than",
        default=True,
        help="More than this share of the voting members, not just as many.",
    )
    special_quorum_numerator = fields.Integer(
        "Quorum for Special Matters", default=2, required=True
    )
    special_quorum_denominator = fields.Integer(
        "Quorum for Special Matters of", default=3, required=True
    )
    special_quorum_strict = fields.Boolean("More Than (Special Matters)")
    majority_base = fields.Selection(
        [
            ("cast", "Votes Cast For and Against"),
            ("present", "Voting Members Present"),
            ("members", "All Voting Members"),
        ],
        "Majority Of",
        default="members",
        required=True,
    )
    majority_numerator = fields.Integer("Majority", default=1, required=True)
    majority_denominator = fields.Integer("Majority of", default=2, required=True)
    majority_strict = fields.Boolean("Majority: More Than", default=True)
    recusal_lowers_base = fields.Boolean(
        default=True,
        help="Who leaves an item because it concerns him is not counted among the "
        "members for that item.",
    )
    portfolio_rule = fields.Selection(
        [
            ("none", "Decide Anyway"),
            ("warn", "Warn"),
            ("postpone", "Do Not Decide"),
        ],
        "Member in Charge Absent",
        default="warn",
        required=True,
    )
    secret_ballot = fields.Boolean("Votes Are Secret by Default")

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL AND code != ''",
        "This school already has a meeting body with this code.",
    )
    _list_idx = models.Index("(company_id, sequence, name, id)")
    _quorum_check = models.Constraint(
        """CHECK (
            quorum_numerator BETWEEN 0 AND quorum_denominator
            AND special_quorum_numerator BETWEEN 0 AND special_quorum_denominator
            AND majority_numerator BETWEEN 0 AND majority_denominator
            AND quorum_denominator > 0
            AND special_quorum_denominator > 0
            AND majority_denominator > 0
        )""",
        "A share is a fraction between 0 and 1, such as 1 of 2 or 2 of 3.",
    )
