from odoo import SUPERUSER_ID, api, fields, models

from .meeting_evaluation import CRITERIA

WORD_LIMIT = 1000


class SchoolMeetingEvaluationAnswer(models.Model):
    """One answer in the box, until it is counted: nobody's (MTG-28).

    No role reads it. It names neither person nor moment: the superuser made it, at the
    end of the meeting.
    """

    _name = "school.meeting.evaluation.answer"
    _description = "Anonymous Answer about a Meeting"
    _inherit = ["school.record"]
    _log_access = False

    meeting_id = fields.Many2one(
        "school.meeting",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    efficiency = fields.Integer(readonly=True)
    decisions = fields.Integer("Quality of Decisions", readonly=True)
    organisation = fields.Integer(readonly=True)
    content = fields.Integer(readonly=True)
    word = fields.Text(readonly=True)

    _stars_check = models.Constraint(
        """CHECK (
            efficiency BETWEEN 1 AND 5 AND decisions BETWEEN 1 AND 5
            AND organisation BETWEEN 1 AND 5 AND content BETWEEN 1 AND 5
        )""",
        "Give each question one to five stars.",
    )

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    @api.model
    def _put(self, meeting, scores, word):
        """Put an answer into the box (superuser)."""
        self.with_user(SUPERUSER_ID).create(
            {
                "company_id": meeting.company_id.id,
                "meeting_id": meeting.id,
                **{name: scores[name] for name in CRITERIA},
                "word": (word or "").strip()[:WORD_LIMIT] or False,
            }
        )

    def _forget(self):
        """Remove what is counted (superuser)."""
        self.unlink()


class SchoolMeetingEvaluationRow(models.Model):
    _inherit = "school.meeting.evaluation"

    def _forget(self):
        """Nobody needs to know any more who has answered (superuser)."""
        self.env.cr.execute(
            "DELETE FROM school_meeting_evaluation WHERE id = ANY(%s)", [self.ids]
        )
        self.invalidate_model(flush=False)


class SchoolMeetingEvaluationWord(models.Model):
    """What somebody wrote, in no order (MTG-28)."""

    _name = "school.meeting.evaluation.word"
    _description = "Word about a Meeting"
    _inherit = ["school.meeting.prep.line"]
    _log_access = False
    _order = "meeting_id desc, id"

    name = fields.Text("In Own Words", required=True, readonly=True)

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return False
