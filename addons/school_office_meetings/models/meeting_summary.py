from collections import defaultdict
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.school_office_base.tools.rows import insert_rows
from odoo.addons.school_office_base.tools.worktime import WorkTimeError

from .meeting_resolution import OPEN, TO_DO

WEEK = timedelta(days=7)


class SchoolMeetingSummary(models.Model):
    """The weekly summary of open resolutions for those who supervise (MTG-26).

    One per school, week and reader: the office director gets all of them, a supervising
    leader those of his departments, the chair of a confidential body its own. It is a
    picture of that moment and does not change.
    """

    _name = "school.meeting.summary"
    _description = "Weekly Summary of Resolutions"
    _inherit = ["school.record"]
    _order = "week desc, id"
    _rec_name = "week"

    week = fields.Date("Week of", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Addressed to",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    made_at = fields.Datetime("Made on", required=True, readonly=True)
    open_count = fields.Integer("Open", readonly=True)
    late_count = fields.Integer("Overdue", readonly=True)
    reported_count = fields.Integer("To Be Accepted", readonly=True)
    finished_count = fields.Integer("Finished This Week", readonly=True)
    line_ids = fields.One2many(
        "school.meeting.summary.line", "summary_id", "Open Resolutions", readonly=True
    )

    _once = models.UniqueIndex(
        "(company_id, week, user_id)", "This summary has been made already."
    )

    @api.model
    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    def _is_deletable(self):
        return False

    @api.depends("week", "user_id")
    def _compute_display_name(self):
        for summary in self:
            summary.display_name = self.env._(
                "Resolutions, week of %(week)s", week=summary.week
            )

    # When

    @api.model
    def _due_moment(self, company, monday):
        """When the summary of the week that begins on ``monday`` is due, in UTC.

        On the day the school chose; if it does not work then, on the last working day
        before it in the same week; None in a week without any.
        """
        worktime = company._worktime()
        day = monday + timedelta(days=int(company.school_meeting_summary_weekday))
        while day >= monday:
            if self._is_workday(worktime, day):
                return company._school_moment(day, company.school_meeting_summary_hour)
            day -= timedelta(days=1)
        return None

    @api.model
    def _is_workday(self, worktime, day):
        """Whether the school works on a day; a day beyond its calendar is none."""
        try:
            close = worktime.close_of_day(day)
        except WorkTimeError:
            return False
        # Of a free day the close is its last second, which is no service.
        return worktime.is_open(close - timedelta(seconds=1))

    @api.model
    def _week_due(self, company, now):
        """The Monday of the latest week whose summary is due by ``now``, or None.

        A week that was missed while the server was down is caught up with, one only.
        """
        today = company._school_date(now)
        monday = today - timedelta(days=today.weekday())
        for week in (monday, monday - WEEK):
            moment = self._due_moment(company, week)
            if moment and moment <= now:
                return week
        return None

    @api.model
    def _cron_summaries(self):
        """Make the summaries that are due, each once, however many jobs run."""
        now = fields.Datetime.now()
        schools = (
            self.env["res.company"]
            .sudo()
            .search([("is_school", "=", True), ("school_state", "=", "open")])
        )
        due = {}
        for company in schools:
            try:
                week = self._week_due(company, now)
            except WorkTimeError:
                # A school without service hours has no weeks yet.
                continue
            if week and (company.school_meeting_summary_week or week - WEEK) < week:
                due[company] = week
        schools._in_each_school(
            lambda school: self._make(school, due[school], now), list(due)
        )

    @api.model
    def _make(self, company, week, now):
        """Make the summaries of one school and week; return them.

        Who comes second finds the row of the school locked, changed, or says himself
        that it was done.
        """
        if (
            not self._lock_school(company)
            or (company.sudo().school_meeting_summary_week or week - WEEK) >= week
        ):
            return self.browse()
        company.sudo().school_meeting_summary_week = week
        readers, finished = self._readers(company, now)
        vals_list, lines = [], []
        for user, resolutions in readers.items():
            if not resolutions:
                continue
            done = finished[user]
            late = resolutions.filtered(lambda r: r._is_overdue(company, now))
            vals_list.append(
                {
                    "company_id": company.id,
                    "week": week,
                    "user_id": user.id,
                    "made_at": now,
                    "open_count": len(resolutions),
                    "late_count": len(late),
                    "reported_count": len(
                        resolutions.filtered(lambda r: r.state == "reported")
                    ),
                    "finished_count": len(done),
                }
            )
            lines.append((resolutions, late))
        summaries = insert_rows(self.sudo(), vals_list)
        rows = []
        for summary, (resolutions, late) in zip(summaries, lines, strict=True):
            ordered = late.sorted("due_date") | resolutions.sorted("due_date")
            rows += [
                {
                    "company_id": company.id,
                    "summary_id": summary.id,
                    "sequence": number,
                    "resolution_id": resolution.id,
                    "name": resolution.name,
                    "owner_id": resolution.owner_id.id,
                    "department_id": resolution.department_id.id or False,
                    "due_date": resolution.due_date,
                    "is_late": resolution in late,
                    "percent": resolution.percent,
                    "state": resolution.state,
                    "last_progress": resolution.last_progress or False,
                }
                for number, resolution in enumerate(ordered, 1)
            ]
        insert_rows(self.env["school.meeting.summary.line"].sudo(), rows)
        summaries._tell()
        return summaries.sudo(self.env.su)

    @api.model
    def _lock_school(self, company):
        """Whether the row of the school is ours, as we have read it."""
        self.env.flush_all()
        cr = self.env.cr
        try:
            with cr.savepoint(flush=False):
                cr.execute(
                    SQL(
                        "SELECT id FROM res_company WHERE id = %s"
                        " FOR NO KEY UPDATE SKIP LOCKED",
                        company.id,
                    ),
                    log_exceptions=False,
                )
                found = cr.fetchall()
        except SerializationFailure:
            # Changed since our snapshot: somebody else was faster.
            return False
        company.invalidate_recordset(["school_meeting_summary_week"], flush=False)
        return bool(found)

    @api.model
    def _readers(self, company, now):
        """Who supervises what: ``({user: open ones}, {user: finished this week})``.

        A constant number of queries, whatever there is.
        """
        Resolution = self.env["school.meeting.resolution"].sudo()
        of_school = Domain("company_id", "=", company.id)
        found = Resolution.search(
            of_school & Domain("state", "in", OPEN), order="due_date, id"
        )
        finished = Resolution.search(
            of_school
            & Domain("state", "=", "done")
            & Domain("finished_at", ">", now - WEEK)
            & Domain("finished_at", "<=", now)
        )
        scopes = self._scopes(company, found | finished)
        return (
            {user: mine & found for user, mine in scopes.items()},
            {user: mine & finished for user, mine in scopes.items()},
        )

    @api.model
    def _scopes(self, company, resolutions):
        """``{user: those of the resolutions he supervises}``."""
        Post = self.env["school.post"].sudo()
        scopes = defaultdict(resolutions.browse)
        ordinary = resolutions.filtered(lambda r: not r.is_marked)
        for director in Post._find(company, "director")._users():
            scopes[director] |= ordinary
        departments = ordinary.department_id
        supervisors = departments._supervisors() if departments else {}
        for department, mine in ordinary.grouped("department_id").items():
            users = (
                supervisors[department]
                if department
                else Post._find(company, "supervising_leader")._users()
            )
            for user in users:
                scopes[user] |= mine
        # What is confidential is summarised for who chaired the meeting only.
        confidential = resolutions - ordinary
        for chair, mine in confidential.grouped(
            lambda r: r.meeting_id.chair_id
        ).items():
            if chair:
                scopes[chair] |= mine
        people = self.env["res.users"].sudo().browse(user.id for user in scopes)
        working = people.filtered(
            lambda u: u.active and not u.share and company in u.company_ids
        )
        return {user: scopes[user] for user in working.sudo(False)}

    def _tell(self):
        """Queue one message per reader, late ones first."""
        rows = []
        for summary in self:
            worst = summary.line_ids.filtered("is_late")[:5]
            secret = any(worst.resolution_id.mapped("is_marked"))

            def subject(env, summary=summary):
                return env._(
                    "Open resolutions: %(open)s, of which late: %(late)s",
                    open=summary.open_count,
                    late=summary.late_count,
                )

            def body(env, summary=summary, worst=worst, secret=secret):
                lines = [
                    env._(
                        "%(due)s %(owner)s: %(name)s",
                        due=line.due_date,
                        owner=line.owner_id.name,
                        name=line.name,
                    )
                    for line in worst
                    if not secret
                ]
                return "\n".join(
                    [
                        *lines,
                        env._(
                            "To be accepted: %(reported)s. Finished this week: "
                            "%(finished)s.",
                            reported=summary.reported_count,
                            finished=summary.finished_count,
                        ),
                    ]
                )

            rows.append(
                {
                    "users": summary.user_id,
                    "subject": subject,
                    "body": body,
                    "record": summary,
                    "kind": "resolution_summary",
                    "company": summary.company_id,
                }
            )
        self.env["school.notice"].sudo()._queue_rows(rows)

    def action_open_resolutions(self):
        """Open the resolutions as they are today, late ones first."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_meetings.meeting_resolution_action"
        )
        ids = self.line_ids.resolution_id.ids
        return {**action, "domain": [("id", "in", ids)], "context": {}}


class SchoolMeetingSummaryLine(models.Model):
    """A resolution as it stood when the summary was made."""

    _name = "school.meeting.summary.line"
    _description = "Resolution in a Weekly Summary"
    _inherit = ["school.record"]
    _order = "summary_id, sequence, id"

    summary_id = fields.Many2one(
        "school.meeting.summary",
        required=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(readonly=True)
    resolution_id = fields.Many2one(
        "school.meeting.resolution",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    name = fields.Char("Matter", readonly=True)
    owner_id = fields.Many2one("res.users", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True, check_company=True)
    due_date = fields.Date(readonly=True)
    is_late = fields.Boolean("Overdue", readonly=True)
    percent = fields.Integer("Progress (%)", readonly=True, aggregator=None)
    state = fields.Selection(
        # The labels come translated: those of a callable are not looked up again.
        selection=lambda self: (
            self.env["school.meeting.resolution"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        string="Status",
        readonly=True,
    )
    last_progress = fields.Text(readonly=True)

    _order_idx = models.Index("(summary_id, sequence, id)")

    @api.model
    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    def _is_deletable(self):
        return False

    def action_open_resolution(self):
        """Open the resolution as it is today."""
        self.ensure_one()
        self.check_access("read")
        return self._form_of(self.resolution_id)


class SchoolMeetingResolution(models.Model):
    _inherit = "school.meeting.resolution"

    def _is_overdue(self, company, now):
        return self.state in TO_DO and self.due_date < company._school_date(now)


class ResCompany(models.Model):
    _inherit = "res.company"

    school_meeting_summary_week = fields.Date(
        "Last Weekly Summary",
        readonly=True,
        copy=False,
        help="Monday of the week of which open resolutions were summarised last.",
    )
