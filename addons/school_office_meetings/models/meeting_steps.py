from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# While one of these holds nobody has been told yet.
BEFORE_CALL = ("draft", "planned", "approved")
# What people were told cannot change without telling them again.
TOLD_FIELDS = frozenset({"name", "type", "body_id", "start", "stop", "is_all_day"})


class SchoolMeeting(models.Model):
    """The steps of a meeting. Each checks the caller, writes once and says why.

    Others join in by the hooks at the end: they are called in superuser mode, on all
    meetings of a step at once, inside its transaction.
    """

    _inherit = "school.meeting"

    _approval_purposes = {"plan": _lt("Plan of a meeting")}
    _approval_gates = {"plan": {"state": {"called", "in_session", "ended", "closed"}}}
    _approval_protected_fields = frozenset(
        {"name", "purpose", "type", "body_id", "department_id", "start", "stop"}
    )

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        # Already the draft shows what the body left over: its members, its overdue
        # resolutions, the minutes it has to approve.
        meetings.filtered("body_id")._check_may_meet()
        return meetings

    def write(self, vals):
        if not self.env.su and not TOLD_FIELDS.isdisjoint(vals):
            self._check_not_told(vals)
        result = super().write(vals)
        if vals.get("body_id"):
            self._check_may_meet()
        return result

    def _check_not_told(self, vals):
        for meeting in self:
            if meeting.state in BEFORE_CALL:
                continue
            changed = [
                name
                for name in TOLD_FIELDS & vals.keys()
                if meeting._fields[name].convert_to_write(meeting[name], meeting)
                != meeting._fields[name].convert_to_write(
                    meeting._fields[name].convert_to_record(
                        meeting._fields[name].convert_to_cache(vals[name], meeting),
                        meeting,
                    ),
                    meeting,
                )
            ]
            if changed:
                raise UserError(
                    self.env._(
                        "“%(meeting)s” has been called: people rely on the notice. Use "
                        "Postpone to change the time, or cancel it and call another "
                        "one.",
                        meeting=meeting.name,
                    )
                )

    # Small checks

    def _check_state_in(self, *states):
        wrong = self.filtered(lambda meeting: meeting.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(meeting)s” is “%(state)s”: this step does not fit.",
                    meeting=wrong[0].name,
                    state=labels[wrong[0].state],
                )
            )

    def _check_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason stays with the meeting."))
        return reason

    def _lock_for_step(self):
        """Keep two people from taking the same step; who comes second sees the first.

        A meeting that changed since this transaction began is a serialization failure,
        which Odoo runs again.
        """
        self.flush_recordset()
        self.env.cr.execute(
            "SELECT id FROM school_meeting WHERE id = ANY(%s) ORDER BY id"
            " FOR NO KEY UPDATE",
            [self.ids],
        )
        self.invalidate_recordset(["state"])

    # The plan (MTG-02)

    def action_submit_plan(self):
        """Hand in the plan; a leader approves it before any notice goes out."""
        self.check_access("write")
        self._lock_for_step()
        self._check_state_in("draft")
        self._check_may_meet()
        for meeting in self:
            if not meeting.needs_plan:
                raise UserError(
                    self.env._(
                        "“%(meeting)s” needs no plan: call it.", meeting=meeting.name
                    )
                )
            missing = meeting._missing_elements()
            if missing:
                raise UserError("\n".join(missing))
        # sudo: only the steps set the state; the caller was checked above
        self.sudo().write({"state": "planned"})
        action = self.action_approval_submit("plan")
        self._note("planned")
        return action

    def action_call(self, reason=None):
        """Call the meetings: number them, send the notices, enter them in calendars.

        Who calls later than the school asks for is asked why first (MTG-05).
        """
        self.check_access("write")
        late = self.filtered(lambda meeting: meeting._is_late_notice())
        reason = (reason or "").strip()
        if late and not reason:
            return self._step_dialog("call", self.env._("Call the Meeting"))
        self._call(reason)
        return True

    def _call(self, reason=""):
        self._lock_for_step()
        # sudo: steps of a meeting, whoever of those who may write it takes them
        meetings = self.sudo()
        meetings._check_state_in("draft", "approved")
        self._check_may_meet()
        for meeting in meetings:
            if meeting.state == "draft" and meeting.needs_plan:
                raise UserError(
                    self.env._(
                        "The plan of “%(meeting)s” comes first: hand it in, and call "
                        "the meeting when it is approved.",
                        meeting=meeting.name,
                    )
                )
            missing = meeting._missing_to_call()
            if missing:
                raise UserError("\n".join(missing))
        late = meetings.filtered(lambda meeting: meeting._is_late_notice())
        if late:
            reason = self._check_reason(reason)
        now = fields.Datetime.now()
        meetings._assign_numbers()
        for meeting in meetings:
            meeting.write(
                {
                    "state": "called",
                    "called_at": now,
                    "called_by_id": self.env.uid,
                    "planned_start": meeting.start,
                    "planned_stop": meeting.stop,
                    "late_reason": reason if meeting in late else False,
                }
            )
        self._note("called")
        if late:
            late.sudo(self.env.su)._note("late", reason)
        meetings._meeting_called()

    def action_call_dialog(self):
        """Show what people will read, then send it."""
        self.check_access("write")
        self._check_state_in("draft", "approved")
        return self._step_dialog("call", self.env._("Call the Meeting"))

    def action_postpone(self):
        self.check_access("write")
        self._check_state_in("called")
        return self._step_dialog("move", self.env._("Postpone the Meeting"))

    def action_cancel(self):
        self.check_access("write")
        self._check_state_in(*BEFORE_CALL, "called")
        return self._step_dialog("cancel", self.env._("Cancel the Meeting"))

    def _move(self, start, stop, reason):
        """Put a called meeting to another time and tell everybody."""
        self.check_access("write")
        self._lock_for_step()
        self._check_state_in("called")
        reason = self._check_reason(reason)
        if not start or not stop or stop <= start:
            raise UserError(self.env._("A meeting ends after it begins."))
        if start <= fields.Datetime.now():
            raise UserError(self.env._("The new time has already passed."))
        meetings = self.sudo()
        old = {m: (m.start, m.stop, m._meeting_venue()) for m in meetings}
        for meeting in meetings:
            if (meeting.start, meeting.stop) == (start, stop):
                raise UserError(self.env._("This is the time it has already."))
            meeting.write(
                {
                    "start": start,
                    "stop": stop,
                    "notice_sequence": meeting.notice_sequence + 1,
                }
            )
        self._note(
            "moved",
            {
                meeting: f"{meeting._local(old[meeting.sudo()][0]):%Y-%m-%d %H:%M} → "
                f"{meeting._local(start):%Y-%m-%d %H:%M}: {reason}"
                for meeting in self
            },
        )
        # Who said yes said it to another time.
        meetings.participant_ids._ask_again()
        meetings._meeting_moved(old)

    def _cancel(self, reason):
        """Call a meeting off and tell whoever was told of it."""
        self.check_access("write")
        self._lock_for_step()
        self._check_state_in(*BEFORE_CALL, "called")
        reason = self._check_reason(reason)
        meetings = self.sudo()
        for meeting in meetings:
            meeting.write(
                {
                    "state": "cancelled",
                    "cancelled_at": fields.Datetime.now(),
                    "cancel_reason": reason,
                    "notice_sequence": meeting.notice_sequence + 1,
                }
            )
        running = meetings.approval_case_id.filtered(lambda c: c.state == "running")
        if running:
            running._void(self.env._("The meeting was cancelled."))
        self._note("cancelled", reason)
        meetings._meeting_cancelled(reason)

    def action_close(self):
        """Close the file: minutes out, room tidy, set complete (MTG-29, MTG-30)."""
        self.check_access("write")
        self._lock_for_step()
        self._check_state_in("ended")
        for meeting in self:
            missing = meeting._missing_to_close()
            if missing:
                raise UserError("\n".join(missing))
        meetings = self.sudo()
        meetings.write({"state": "closed", "closed_at": fields.Datetime.now()})
        self._note("closed")
        meetings._meeting_closed()
        return True

    def _step_dialog(self, step, title, **context):
        """Open the one dialog of the steps for these meetings."""
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "school.meeting.step",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_step": step,
                "default_meeting_ids": [fields.Command.set(self.ids)],
                **context,
            },
        }

    # Who may call whom together

    def _check_may_meet(self):
        """A body is called by the office, its chair or its minutes taker.

        A body that meets for its members only, not by the office either.
        """
        if self.env.su:
            return
        is_clerk = self.env.user.has_group("school_office_meetings.group_meeting_clerk")
        for meeting in self:
            body = meeting.body_id.sudo()
            if is_clerk and body.visibility != "members":
                continue
            if body and self.env.user not in body._callers():
                raise UserError(
                    self.env._(
                        "“%(body)s” is called by its chair, its minutes taker, the "
                        "head of the department that prepares it, or the office.",
                        body=body.name,
                    )
                )

    # What is missing

    def _missing_elements(self):
        """What has to be settled before anything is sent (MTG-03)."""
        self.ensure_one()
        missing = []
        if not self.start or not self.stop:
            missing.append(self.env._("Say when the meeting begins and ends."))
        elif self.start <= fields.Datetime.now():
            missing.append(self.env._("The time of the meeting has already passed."))
        if not self.participant_ids:
            missing.append(self.env._("Say who takes part."))
        return missing

    def _missing_to_call(self):
        """Return sentences about what keeps the meeting from being called.

        Extend it: ``super()`` and your own; called in superuser mode. What only calls
        for a reason, as a notice that goes out late, does not belong here.
        """
        missing = self._missing_elements()
        if not self.chair_id:
            missing.append(self.env._("Say who chairs the meeting."))
        return missing

    def _missing_to_close(self):
        """Return sentences about what keeps the file from being closed; extend it."""
        self.ensure_one()
        return []

    # Approval of the plan

    def _approval_gated_by(self, vals):
        gated = super()._approval_gated_by(vals)
        return {
            purpose: records.filtered("needs_plan")
            for purpose, records in gated.items()
            if any(records.mapped("needs_plan"))
        }

    def _approval_file_fingerprints(self):
        # The plan is what the form says; papers are gathered after it (MTG-07).
        return {}

    @api.model
    def _approval_canonical(self, record, name):
        # Once called, a meeting is postponed by a step of its own, which tells
        # everybody; what was approved is the time it was called for.
        if (
            record._name == self._name
            and name in ("start", "stop")
            and record.called_at
        ):
            name = f"planned_{name}"
        return super()._approval_canonical(record, name)

    def _approval_department(self):
        return (
            self.department_id
            or self.organizer_id._school_employee(self.company_id).department_id
        )

    def _approval_facts(self):
        types = dict(self._fields["type"]._description_selection(self.env))
        return [
            (label, value)
            for label, value in (
                (self.env._("Type"), types[self.type]),
                (self.env._("Meeting Body"), self.body_id.name),
                (self.env._("When"), self._when_text(self.env)),
                (self.env._("Where"), self._where_text()),
                (self.env._("Chair"), self.chair_id.sudo().name),
                (
                    self.env._("Participants"),
                    ", ".join(
                        name for name in self.participant_ids.mapped("person_name")
                    ),
                ),
                (self.env._("Agenda"), "; ".join(self.item_ids.mapped("name"))),
                (self.env._("Purpose"), self.purpose),
            )
            if value
        ]

    def _approval_is_restricted(self):
        return self.is_restricted

    def _approval_granted(self, case):
        self.filtered(lambda m: m.state == "planned").write({"state": "approved"})
        self._note("approved")

    def _plan_back(self, kind, text):
        back = self.filtered(lambda m: m.state in ("planned", "approved"))
        back.write({"state": "draft"})
        back._note(kind, text)

    def _approval_refused(self, case):
        self._plan_back("refused", "")

    def _approval_returned(self, case, opinion):
        self._plan_back("refused", "")

    def _approval_withdrawn(self, case):
        self._plan_back("note", self.env._("The plan was withdrawn."))

    def _approval_voided(self, case):
        self._plan_back(
            "note", self.env._("The plan was changed after it had been approved.")
        )

    # Hooks. Extend them with super(); each owner does his part there.

    def _meeting_called(self):
        """Called, and numbered. In superuser mode, for all meetings of the step."""

    def _meeting_moved(self, old):
        """Put to another time or room.

        :param old: ``{meeting: (start, stop, venue)}`` as it was
        """

    def _meeting_cancelled(self, reason):
        """Called off; also before it was called."""

    def _meeting_started(self):
        """Opened by the chair or the minutes taker."""

    def _meeting_ended(self):
        """Ended."""

    def _meeting_closed(self):
        """Everything done, the file is closed."""

    def _venue_lost(self, booking, reason):
        """The room was taken away: the organiser looks for another one."""
        for meeting in self.sudo():
            meeting._note("venue", reason)
            meeting.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=meeting.organizer_id.id,
                summary=meeting.with_context(lang=meeting.organizer_id.lang).env._(
                    "The room was taken away: find another one"
                ),
                note=reason,
            )
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": meeting.organizer_id,
                    "subject": lambda env, m=meeting: env._(
                        "The room of “%(meeting)s” was taken away", meeting=m.name
                    ),
                    "body": reason,
                    "record": meeting,
                    "urgent": True,
                    "kind": "meeting",
                }
                for meeting in self.sudo()
            ]
        )

    def _freeze_record(self):
        """Minutes are final: what they stand on is kept as it was."""
        self._freeze()

    def _meeting_venue(self):
        """The room, whether or not rooms are kept in the system."""
        return self["venue_id"] if "venue_id" in self._fields else None

    def action_note_channel(self):
        """Note that it was also made known on the board, in a group chat … (MTG-06)"""
        self.check_access("write")
        self._check_state_in("called")
        return self._step_dialog("channel", self.env._("Also Made Known"))

    def _note_channel(self, channel, note=""):
        self.check_access("write")
        self._check_state_in("called")
        wizard = self.env["school.meeting.step"]
        labels = dict(wizard._fields["channel"]._description_selection(self.env))
        self._note("delivered", " · ".join(filter(None, (labels[channel], note))))
