import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

BATCH = 50
MAX_TRIES = 3


class SchoolMeetingDispatch(models.Model):
    """What still has to be sent about a meeting: notices, calendars.

    Calling a meeting leaves one row here and wakes the scheduled action; the clerk does
    not wait for letters and calendars. The form says "being sent" until it is done.
    """

    _name = "school.meeting.dispatch"
    _description = "Sending of a Meeting Notice"
    _inherit = ["school.meeting.line", "school.fact.mixin"]
    _order = "id"
    _rec_name = "kind"

    # An index of more columns begins with it.
    meeting_id = fields.Many2one(index=False)
    kind = fields.Selection(
        [
            ("called", "Call"),
            ("invited", "Invitation Later"),
            ("moved", "Postponement"),
            ("cancelled", "Cancellation"),
            ("deputy", "Deputy"),
            ("urged", "Reminder"),
        ],
        required=True,
        readonly=True,
    )
    row_ids = fields.Json("Participants", readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
        default="waiting",
        required=True,
        readonly=True,
    )
    try_count = fields.Integer("Tries", readonly=True)
    error = fields.Char(readonly=True)

    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")
    _meeting_idx = models.Index("(meeting_id, id)")

    @api.model
    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    def _is_deletable(self):
        return False

    @api.model
    def _cron_send(self):
        """Send what waits, a batch per call; what fails is tried again."""
        domain = [("state", "=", "waiting")]
        jobs = self.sudo().search(domain, order="id", limit=BATCH)
        jobs = jobs.try_lock_for_update().filtered_domain(domain)
        jobs._send()
        self.env["ir.cron"]._commit_progress(
            len(jobs), remaining=self.sudo().search_count(domain)
        )

    def _send(self):
        """Send in the order of the queue; what is alike goes together."""
        while self:
            kind = self[0].kind
            seen, group = set(), self.browse()
            for job in self:
                if job.kind != kind or job.meeting_id.id in seen:
                    break
                seen.add(job.meeting_id.id)
                group |= job
            group._send_group(kind)
            self -= group

    def _send_group(self, kind):
        try:
            with self.env.cr.savepoint():
                self.meeting_id._dispatch(
                    kind,
                    {
                        job.meeting_id: self.env["school.meeting.participant"]
                        .browse(job.row_ids or ())
                        .exists()
                        for job in self
                    },
                )
                self.write({"state": "done", "error": False})
        except Exception as error:
            _logger.exception("Meeting notices %s could not be sent", self.ids)
            if len(self) > 1:
                # One bad meeting does not keep the others waiting.
                for job in self:
                    job._send_group(kind)
                return
            tries = self.try_count + 1
            # What a person can do something about; the rest is for the log.
            known = isinstance(error, UserError) and str(error)[:250]
            self.write(
                {
                    "try_count": tries,
                    "error": known or type(error).__name__,
                    "state": "failed" if tries >= MAX_TRIES else "waiting",
                }
            )
            if self.state == "failed":
                self.meeting_id._dispatch_failed(self.error)


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    dispatch_state = fields.Selection(
        [("waiting", "Being Sent"), ("failed", "Could Not Be Sent"), ("done", "Sent")],
        "Notices",
        compute="_compute_dispatch_state",
        compute_sudo=True,
    )
    dispatch_error = fields.Char(
        "Why", compute="_compute_dispatch_state", compute_sudo=True
    )

    @api.depends_context("lang")
    def _compute_dispatch_state(self):
        states = {}
        for meeting, state, errors in self.env["school.meeting.dispatch"]._read_group(
            [("meeting_id", "in", self.ids)],
            ["meeting_id", "state"],
            ["error:array_agg_distinct"],
        ):
            states.setdefault(meeting.id, {})[state] = errors
        for meeting in self:
            found = states.get(meeting.id, {})
            meeting.dispatch_state = next(
                (state for state in ("failed", "waiting", "done") if state in found),
                False,
            )
            meeting.dispatch_error = self.env._("; ").join(
                filter(None, found.get("failed", ()))
            )

    def action_send_again(self):
        """Try once more what could not be sent."""
        self.check_access("write")
        # sudo: nobody has the right to write the queue by hand
        jobs = (
            self.env["school.meeting.dispatch"]
            .sudo()
            .search([("meeting_id", "in", self.ids), ("state", "=", "failed")])
        )
        if not jobs:
            raise UserError(self.env._("Nothing is left to be sent again."))
        jobs.write({"state": "waiting", "try_count": 0})
        self._wake_sender()
        return True

    def _dispatch_failed(self, error):
        """Nobody was reached: the organiser hears of it, and sends again."""
        for meeting in self:
            meeting.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=meeting.organizer_id.id,
                summary=meeting.with_context(lang=meeting.organizer_id.lang).env._(
                    "The notices could not be sent: send them again"
                ),
                note=error,
            )

    def _queue_dispatch(self, kind, participants=None):
        """Have something sent about these meetings, outside of this request.

        :param participants: those it is for, everybody if not given
        """
        # sudo: nobody has the right to write the queue by hand
        self.env["school.meeting.dispatch"].sudo()._add_facts(
            [
                {
                    "company_id": meeting.company_id.id,
                    "meeting_id": meeting.id,
                    "kind": kind,
                    "row_ids": (participants & meeting.participant_ids).ids
                    if participants
                    else [],
                    "state": "waiting",
                    "try_count": 0,
                }
                for meeting in self
            ]
        )
        self._wake_sender()

    def _wake_sender(self):
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "school_office_meetings.cron_dispatch"
        )
        if cron_id:
            self.env["ir.cron"].sudo().browse(cron_id)._trigger()

    def _meeting_called(self):  # pylint: disable=missing-return
        super()._meeting_called()
        self._queue_dispatch("called")

    def _meeting_moved(self, old):  # pylint: disable=missing-return
        super()._meeting_moved(old)
        self._queue_dispatch("moved")

    def _meeting_cancelled(self, reason):  # pylint: disable=missing-return
        super()._meeting_cancelled(reason)
        told = self.filtered("called_at")
        if told:
            told._queue_dispatch("cancelled")

    def _dispatch(self, kind, rows):
        """Bring the calendars up to date and write to people; in superuser mode.

        :param rows: ``{meeting: participants}``; none means all of them
        """
        self._calendar_update(kind)
        now = fields.Datetime.now()
        notices, reached = [], self.env["school.meeting.participant"]
        for meeting in self:
            if kind not in ("cancelled",) and meeting.state != "called":
                # Called off, or begun, before it went out.
                continue
            some = rows.get(meeting) or meeting.participant_ids
            notices += meeting._notice_rows(kind, some)
            reached |= some
        self.env["school.notice"]._queue_rows(notices)
        if kind in ("called", "moved", "invited"):
            reached.write({"notified_at": now})
            reached.meeting_id._note(
                "sent",
                {
                    # Of the scheduled action nobody knows what it speaks.
                    meeting: meeting.with_context(
                        lang=meeting.company_id.partner_id.lang
                    ).env._(
                        "%(count)s people",
                        count=len(reached & meeting.participant_ids),
                    )
                    for meeting in reached.meeting_id
                },
            )

    def _notice_rows(self, kind, participants):
        """Return what goes into the outbox for the people of one meeting."""
        self.ensure_one()
        restricted = self.is_restricted
        users = (
            participants.deputy_id
            if kind == "deputy"
            else participants.user_id | participants.deputy_id
        )
        common = {
            # Of a restricted meeting the text says time and place only, and nothing
            # links to it; so the outbox need not hide even that.
            "record": None if restricted else self,
            "company": self.company_id,
            "urgent": self.type == "urgent" or kind in ("moved", "cancelled"),
        }
        rows = []
        if users:
            rows.append(
                {
                    **common,
                    "users": users,
                    "kind": f"meeting_{kind}",
                    "subject": lambda env: self._notice_subject(env, kind),
                    "body": lambda env: self._notice_body(env, kind),
                }
            )
        for guest in participants.filtered("partner_id"):
            rows.append(
                {
                    **common,
                    "users": guest.partner_id,
                    "channel": "email",
                    "kind": f"meeting_{kind}",
                    "subject": lambda env: self._notice_subject(env, kind),
                    "body": lambda env, g=guest: g._guest_body(env, kind),
                }
            )
        return rows
