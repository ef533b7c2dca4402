from odoo import api, fields, models

ROLES = [
    ("chair", "Chair"),
    ("member", "Attends"),
    ("recorder", "Minutes Taker"),
    ("observer", "Observer"),
    ("guest", "Guest"),
]


class SchoolMeetingParticipant(models.Model):
    """One person of a meeting: what he answered, whether he came (参会人员).

    The rows together are the sign-in sheet of MTG-13.
    """

    _name = "school.meeting.participant"
    _description = "Participant of a Meeting"
    _inherit = ["school.clock.mixin", "school.meeting.line", "school.frozen.mixin"]
    _order = "meeting_id, sequence, id"
    _rec_name = "person_name"

    _server_fields = frozenset(
        {
            "answer",
            "answered_at",
            "deputy_id",
            "attendance",
            "signed_in_at",
            "signed_in_by_id",
            "sign_in_method",
            "left_at",
        }
    )

    # A draft lets people in and out again.
    meeting_id = fields.Many2one(ondelete="cascade", index=False)
    sequence = fields.Integer(default=100)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        check_company=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Guest",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    person_name = fields.Char("Name", compute="_compute_person_name", store=True)
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="For which he comes.",
    )
    role = fields.Selection(ROLES, default="member", required=True)
    is_voting = fields.Boolean("May Vote", default=True)
    is_key = fields.Boolean(
        "Key Person",
        help="Must answer, and is phoned about an important meeting (MTG-06).",
    )
    answer = fields.Selection(
        [
            ("none", "No Answer Yet"),
            ("accepted", "Comes"),
            ("declined", "Cannot Come"),
            ("deputy", "Sends a Deputy"),
        ],
        default="none",
        required=True,
        readonly=True,
        copy=False,
    )
    answered_at = fields.Datetime(readonly=True, copy=False)
    deputy_id = fields.Many2one(
        "res.users",
        check_company=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    attendance = fields.Selection(
        [
            ("none", "Not Yet"),
            ("present", "Present"),
            ("late", "Late"),
            ("absent", "Absent"),
            ("left", "Left Early"),
        ],
        default="none",
        required=True,
        readonly=True,
        copy=False,
    )
    signed_in_at = fields.Datetime(readonly=True, copy=False)
    signed_in_by_id = fields.Many2one(
        "res.users", "Signed In by", readonly=True, copy=False
    )
    sign_in_method = fields.Selection(
        [("qr", "Code on the Screen"), ("list", "List"), ("clerk", "Clerk")],
        readonly=True,
        copy=False,
    )
    left_at = fields.Datetime(readonly=True, copy=False)

    _order_idx = models.Index("(meeting_id, sequence, id)")
    _person_check = models.Constraint(
        "CHECK (num_nonnulls(user_id, partner_id) = 1)",
        "A participant is one person: somebody of the school, or a guest.",
    )
    _user_uniq = models.UniqueIndex(
        "(meeting_id, user_id) WHERE user_id IS NOT NULL",
        "This person is on the list already.",
    )
    _partner_uniq = models.UniqueIndex(
        "(meeting_id, partner_id) WHERE partner_id IS NOT NULL",
        "This guest is on the list already.",
    )

    @api.depends("user_id.name", "partner_id.name")
    def _compute_person_name(self):
        for participant in self.sudo():
            participant.person_name = (
                participant.user_id.name or participant.partner_id.name
            )
