import random

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

CRITERIA = ("efficiency", "decisions", "organisation", "content")
FEWEST = 3


class SchoolMeetingEvaluation(models.Model):
    """Who is asked what he thinks of a meeting, and whether he has said it (MTG-28).

    One row per participant, made for all at once when the meeting ends, so neither its
    id nor any time in it says when he answered; it leads to no answer. When the
    evaluation closes the rows go.
    """

    _name = "school.meeting.evaluation"
    _description = "Evaluation Asked of a Participant"
    _inherit = ["school.record"]
    _order = "meeting_id desc, id"

    meeting_id = fields.Many2one(
        "school.meeting",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, check_company=True
    )
    state = fields.Selection(
        [("open", "Asked"), ("done", "Answered")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )

    _once_uniq = models.UniqueIndex(
        "(meeting_id, user_id)", "Everybody is asked once about a meeting."
    )

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return False

    def action_rate(self):
        """Open the four questions."""
        self.ensure_one()
        self.check_access("read")
        return self._dialog(
            "school.meeting.rate",
            self.env._("How Was the Meeting?"),
            evaluation_id=self.id,
        )

    def _answer(self, scores, word):
        """Put one anonymous answer into the box.

        :param scores: ``{criterion: 1 to 5}``
        """
        self.ensure_one()
        self.check_access("read")
        # Superuser: nobody has rights on answers, and the row is locked against a
        # second tap.
        mine = self.sudo()
        if mine.user_id != self.env.user:
            raise AccessError(self.env._("You are not asked about this meeting."))
        if any(scores.get(name) not in range(1, 6) for name in CRITERIA):
            raise UserError(self.env._("Give each question one to five stars."))
        mine.lock_for_update()
        mine.invalidate_recordset(["state"])
        if mine.state != "open" or mine.meeting_id.evaluation_state != "open":
            raise UserError(
                self.env._(
                    "You have answered, or the evaluation is closed. As nothing links "
                    "an answer to you, it cannot be changed."
                )
            )
        self.env["school.meeting.evaluation.answer"]._put(mine.meeting_id, scores, word)
        mine._mark_done()

    def _mark_done(self):
        """Note that somebody has answered, not when (superuser)."""
        self.env.cr.execute(
            SQL(
                "UPDATE school_meeting_evaluation SET state = 'done' WHERE id IN %s",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["state"], flush=False)


class SchoolMeeting(models.Model):
    """What the participants thought of the meeting."""

    _inherit = "school.meeting"

    _server_fields = frozenset(
        {
            "evaluation_state",
            "evaluation_until",
            "evaluation_asked",
            "evaluation_count",
            "evaluation_average",
            *(f"evaluation_{name}" for name in CRITERIA),
        }
    )

    # Answers come in, and are counted, after the minutes are final.
    _frozen_exempt_fields = _server_fields

    evaluation_state = fields.Selection(
        [("none", "Not Asked"), ("open", "Asking"), ("closed", "Counted")],
        "Evaluation",
        default="none",
        required=True,
        readonly=True,
        copy=False,
    )
    evaluation_until = fields.Datetime(readonly=True, copy=False)
    evaluation_asked = fields.Integer("Asked", readonly=True, copy=False)
    evaluation_count = fields.Integer("Answers", readonly=True, copy=False)
    evaluation_efficiency = fields.Float(
        "Efficiency", readonly=True, copy=False, digits=(3, 2), aggregator="avg"
    )
    evaluation_decisions = fields.Float(
        "Quality of Decisions",
        readonly=True,
        copy=False,
        digits=(3, 2),
        aggregator="avg",
    )
    evaluation_organisation = fields.Float(
        "Organisation", readonly=True, copy=False, digits=(3, 2), aggregator="avg"
    )
    evaluation_content = fields.Float(
        "Content", readonly=True, copy=False, digits=(3, 2), aggregator="avg"
    )
    evaluation_average = fields.Float(
        "Stars", readonly=True, copy=False, digits=(3, 2), aggregator="avg"
    )
    evaluation_word_ids = fields.One2many(
        "school.meeting.evaluation.word", "meeting_id", "In Own Words"
    )
    is_evaluation_low = fields.Boolean(compute="_compute_is_evaluation_low")
    can_rate = fields.Boolean(compute="_compute_can_rate")

    _evaluation_idx = models.Index("(evaluation_until) WHERE evaluation_state = 'open'")

    @api.depends("evaluation_average", "evaluation_count")
    def _compute_is_evaluation_low(self):
        for meeting in self:
            low = meeting.company_id.sudo().school_meeting_evaluation_low
            meeting.is_evaluation_low = 0 < meeting.evaluation_average < low

    @api.depends_context("uid")
    @api.depends("evaluation_state")
    def _compute_can_rate(self):
        asked = (
            self.env["school.meeting.evaluation"]
            .sudo()
            .search(
                [
                    ("meeting_id", "in", self.ids),
                    ("user_id", "=", self.env.uid),
                    ("state", "=", "open"),
                ]
            )
            .meeting_id
        )
        for meeting in self:
            meeting.can_rate = meeting._origin in asked

    def action_rate(self):
        """Open the four questions about this meeting."""
        self.ensure_one()
        self.check_access("read")
        row = self.env["school.meeting.evaluation"].search(
            [
                ("meeting_id", "=", self.id),
                ("user_id", "=", self.env.uid),
                ("state", "=", "open"),
            ]
        )
        if not row:
            raise UserError(
                self.env._("You have answered, or are not asked about this meeting.")
            )
        return row.action_rate()

    def _meeting_evaluated(self):
        """Note in the history what came out; once per closing (superuser)."""
        for meeting in self.filtered("evaluation_average"):
            meeting._note(
                "evaluation",
                self.env._(
                    "%(stars)s of 5 stars from %(count)s people.",
                    stars=f"{meeting.evaluation_average:.1f}",
                    count=meeting.evaluation_count,
                ),
            )

    def _open_evaluation(self):
        """Ask those who were there; called when a meeting ends (superuser)."""
        Evaluation = self.env["school.meeting.evaluation"].sudo()
        rows = []
        for meeting in self.sudo().filtered(lambda m: m.evaluation_state == "none"):
            company = meeting.company_id
            users = meeting._evaluated_by()
            # Fewer could be guessed.
            if len(users) < FEWEST or not company.school_meeting_evaluation_days:
                continue
            meeting.write(
                {
                    "evaluation_state": "open",
                    "evaluation_asked": len(users),
                    "evaluation_until": company._worktime().add(
                        fields.Datetime.now(),
                        company.school_meeting_evaluation_days,
                        "working_day",
                    ),
                }
            )
            rows += [
                {
                    "company_id": company.id,
                    "meeting_id": meeting.id,
                    "user_id": user.id,
                }
                for user in users
            ]
        Evaluation.create(rows)

    def _evaluated_by(self):
        """Who was there, with a login: participants, or the deputies who came."""
        absent = ("absent",)
        came = self.participant_ids.filtered(
            lambda p: p.attendance not in absent and p.answer != "declined"
        )
        return came.mapped(
            lambda p: p.deputy_id if p.answer == "deputy" else p.user_id
        ).filtered("active")

    def _close_evaluation(self):
        """Count the answers once; from then on nobody can tell who gave which."""
        for meeting in self:
            meeting._count_answers()
        self.env["school.meeting.evaluation"].sudo().search(
            [("meeting_id", "in", self.ids)]
        )._forget()
        self._meeting_evaluated()
        self._tell_low_evaluation()

    def _count_answers(self):
        Answer = self.env["school.meeting.evaluation.answer"].sudo()
        answers = Answer.search([("meeting_id", "=", self.id)])
        count = len(answers)
        vals = {"evaluation_state": "closed", "evaluation_count": count}
        if count >= max(self.company_id.school_meeting_evaluation_fewest, FEWEST):
            averages = [sum(answers.mapped(name)) / count for name in CRITERIA]
            vals.update(
                {
                    f"evaluation_{name}": average
                    for name, average in zip(CRITERIA, averages, strict=True)
                }
            )
            vals["evaluation_average"] = sum(averages) / len(CRITERIA)
            words = [w.strip() for w in answers.mapped("word") if w and w.strip()]
            # Not in the order in which they came: that could tell who wrote what.
            random.SystemRandom().shuffle(words)
            self.env["school.meeting.evaluation.word"].sudo().create(
                [
                    {
                        "company_id": self.company_id.id,
                        "meeting_id": self.id,
                        "name": word,
                    }
                    for word in words
                ]
            )
        self.write(vals)
        answers._forget()

    def _tell_low_evaluation(self):
        """The organiser hears of an average below the school's mark (MTG-28)."""
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": meeting.organizer_id,
                    "subject": lambda env, meeting=meeting: env._(
                        "Low evaluation: %(meeting)s", meeting=meeting.name
                    ),
                    "body": lambda env, meeting=meeting: env._(
                        "%(stars)s of 5 stars from %(count)s people.",
                        stars=f"{meeting.evaluation_average:.1f}",
                        count=meeting.evaluation_count,
                    ),
                    "record": meeting,
                    "kind": "meeting_evaluation",
                }
                for meeting in self
                if meeting.is_evaluation_low
            ]
        )

    @api.model
    def _cron_evaluations(self):
        """Close what is due, and sum terms up that are over (MTG-28)."""
        now = fields.Datetime.now()
        domain = [
            ("evaluation_state", "=", "open"),
            ("evaluation_until", "<=", now),
            ("company_id.school_state", "!=", "closed"),
        ]
        due = self.sudo().search(domain, limit=50).try_lock_for_update()
        due.filtered_domain(domain)._close_evaluation()
        Summary = self.env["school.meeting.evaluation.summary"]
        self.env["res.company"]._in_each_school(Summary._sum_up_term)
        self.env["ir.cron"]._commit_progress(
            len(due), remaining=self.sudo().search_count(domain)
        )
