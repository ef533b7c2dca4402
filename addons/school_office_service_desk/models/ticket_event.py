from odoo import api, fields, models

from odoo.addons.school_office_base.tools.pg_guard import guard_table


class SchoolTicketEvent(models.Model):
    """What happened to a ticket, why, and by whom: rows are only ever added.

    Routing decisions, queue jumps, referrals, hand-overs and changes of urgency or
    service are questions that are asked later (DESK-08, DESK-10, DESK-13). A trigger
    keeps every row as it was written.
    """

    _name = "school.ticket.event"
    _description = "History of a Request"
    _inherit = ["school.ticket.line", "school.fact.mixin"]
    _order = "id desc"
    _rec_name = "kind"

    # An index of more columns begins with it.
    ticket_id = fields.Many2one(index=False)
    kind = fields.Selection(
        [
            ("received", "Received"),
            ("routed", "Routed"),
            ("assigned", "Assigned"),
            ("taken", "Taken"),
            ("handed", "Handed Over"),
            ("asked", "Asked for What Is Missing"),
            ("waiting", "Waiting"),
            ("resumed", "Goes On"),
            ("follow_up", "Reminded the Requester"),
            ("answered", "Answered"),
            ("progress", "Told the Progress"),
            ("on_site", "On Site"),
            ("planned", "Plan Made"),
            ("solved", "Solved"),
            ("confirmed", "Confirmed"),
            ("phoned", "Confirmed by Telephone"),
            ("reopened", "Reopened"),
            ("closed", "Closed"),
            ("refused", "Refused"),
            ("referred", "Referred"),
            ("void", "Void"),
            ("jumped", "Moved in the Queue"),
            ("moved_back", "Moved Back in the Queue"),
            ("urgency", "Urgency Changed"),
            ("service", "Service Changed"),
            ("merged", "Merged"),
            ("split", "Split"),
            ("cause", "Common Cause"),
            ("part", "Department Involved"),
            ("voice", "Somebody Else Reported It"),
            ("escalated", "Escalated"),
            ("alarm", "Group Alarmed"),
            ("note", "Note"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    at = fields.Datetime(
        "When",
        required=True,
        readonly=True,
        default=lambda self: fields.Datetime.now(),
    )
    user_id = fields.Many2one(
        "res.users",
        "By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: the requester, or the desk itself.",
    )
    value_from = fields.Char("From", readonly=True)
    value_to = fields.Char("To", readonly=True)
    reason = fields.Text(readonly=True)
    old_handler_id = fields.Many2one(
        "res.users",
        "Handler Before",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _at_idx = models.Index("(at)")
    _ticket_idx = models.Index("(ticket_id, id)")

    def init(self):  # pylint: disable=missing-return
        super().init()
        guard_table(
            self.env.cr, self._table, "The history of a request is never rewritten."
        )

    @api.model
    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}
