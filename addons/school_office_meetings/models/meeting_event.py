from odoo import api, fields, models

from odoo.addons.school_office_base.tools.pg_guard import guard_table

KINDS = [
    ("planned", "Plan Handed In"),
    ("approved", "Plan Approved"),
    ("refused", "Plan Not Approved"),
    ("called", "Called"),
    ("late", "Called Too Late"),
    ("sent", "Notice Sent"),
    ("moved", "Postponed"),
    ("cancelled", "Cancelled"),
    ("invited", "Invited Later"),
    ("answered", "Answer"),
    ("deputy", "Deputy Named"),
    ("phoned", "Phoned"),
    ("urged", "Urged"),
    ("delivered", "Also Made Known"),
    ("venue", "Room"),
    ("material", "Materials"),
    ("checklist", "Check List"),
    ("permission", "Photographs and Recording"),
    ("started", "Opened"),
    ("signed_in", "Sign-in"),
    ("consent", "Extra Item"),
    ("item", "Agenda"),
    ("recusal", "Recusal"),
    ("vote", "Vote"),
    ("ended", "Ended"),
    ("minutes", "Minutes"),
    ("resolution", "Resolution"),
    ("evaluation", "Evaluation"),
    ("closed", "Closed"),
    ("note", "Note"),
]


class SchoolMeetingEvent(models.Model):
    """What happened to a meeting, when, by whom and why: rows are only ever added.

    When the notice went out and what was changed afterwards is asked about later. A
    trigger keeps every row as it was written. Use ``meeting._note(kind, text)``.
    """

    _name = "school.meeting.event"
    _description = "History of a Meeting"
    _inherit = ["school.meeting.line", "school.fact.mixin"]
    _order = "id desc"
    _rec_name = "kind"

    # An index of more columns begins with it.
    meeting_id = fields.Many2one(index=False)
    kind = fields.Selection(KINDS, "What", required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    text = fields.Text("Details", readonly=True)

    _meeting_idx = models.Index("(meeting_id, id)")

    def init(self):  # pylint: disable=missing-return
        super().init()
        guard_table(
            self.env.cr, self._table, "The history of a meeting is never rewritten."
        )

    @api.model
    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    def _is_deletable(self):
        return False


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    log_ids = fields.One2many(
        "school.meeting.event", "meeting_id", "History", readonly=True, copy=False
    )

    def _note(self, kind, text="", at=None):
        """Add a line to the history of each meeting.

        :param text: one text for all, or ``{meeting: text}``
        """
        now = at or fields.Datetime.now()
        texts = text if isinstance(text, dict) else None
        # sudo: nobody has the right to write the history by hand
        return (
            self.env["school.meeting.event"]
            .sudo()
            ._add_facts(
                [
                    {
                        "company_id": meeting.company_id.id,
                        "meeting_id": meeting.id,
                        "kind": kind,
                        "at": now,
                        "user_id": self.env.uid,
                        "text": (texts[meeting] if texts else text) or False,
                    }
                    for meeting in self
                ]
            )
        )
