from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .meeting_resolution import OPEN


class SchoolMeetingResolution(models.Model):
    """The steps of a resolution: each checks its caller and leaves a progress row."""

    _inherit = "school.meeting.resolution"

    # Decided: the minutes are final

    def _open_resolutions(self):
        """Let drafts count: the minutes that hold them were approved (superuser)."""
        drafts = self.filtered(lambda resolution: resolution.state == "draft")
        for resolution in drafts:
            if not resolution.due_date:
                raise UserError(
                    self.env._(
                        "“%(resolution)s” has no due date.", resolution=resolution.name
                    )
                )
        now = fields.Datetime.now()
        vals_by_meeting = {}
        for resolution in drafts.sorted("id"):
            vals_by_meeting.setdefault(resolution.meeting_id, []).append(resolution)
        for meeting, resolutions in vals_by_meeting.items():
            prefix = meeting._minutes().number or ""
            for index, resolution in enumerate(resolutions, 1):
                resolution.reference = f"{prefix}-{index}" if prefix else False
        for company, resolutions in drafts.grouped("company_id").items():
            resolutions.write(
                {
                    "state": "open",
                    "opened_at": now,
                    "last_progress_at": now,
                    "follow_up_on": resolutions._next_follow_up(company),
                }
            )
        for resolution in drafts:
            resolution.first_due_date = resolution.due_date
            if resolution.replaces_ids:
                resolution._replace_earlier()
        drafts._schedule_owner()
        drafts._tell_owner(
            lambda env, r: env._("A resolution for you: %(name)s", name=r.name),
            lambda env, r: env._(
                "Decided by the meeting “%(meeting)s”. Due on %(date)s.",
                meeting=r.meeting_id.name,
                date=r.due_date,
            ),
        )
        return drafts

    @api.model
    def _next_follow_up(self, company):
        days = company.school_meeting_follow_up_days
        return days and company._school_date() + timedelta(days=days)

    def _replace_earlier(self):
        """End the resolutions this one supersedes or cancels (superuser)."""
        self.ensure_one()
        earlier = self.replaces_ids.filtered(lambda r: r.state in OPEN)
        earlier.write(
            {
                "state": self.replace_kind,
                "superseded_by_id": self.id,
                "finished_at": fields.Datetime.now(),
                "has_problem": False,
            }
        )
        for resolution in earlier:
            resolution._note_progress(
                self.replace_kind, self.env._("By %(later)s", later=self.display_name)
            )
        earlier._drop_activities()
        earlier._tell_owner(
            lambda env, r: env._("Ended by a later resolution: %(name)s", name=r.name)
        )
        earlier._freeze()

    # What the owner does

    def _report_progress(self, percent, text, files=None):
        """Add progress; the bar and the follow-up go by the last row."""
        self.ensure_one()
        self._check_owner()
        self._check_to_do()
        text = (text or "").strip()
        if not text:
            raise UserError(self.env._("Say in a few words how far it is."))
        if not 0 <= percent < 100:
            raise UserError(
                self.env._(
                    "Progress is between 0 and 99 percent; report it done when it is."
                )
            )
        resolution = self.sudo()
        resolution._note_progress("progress", text, percent, files)
        resolution.write(
            {
                "state": "in_progress",
                "percent": percent,
                "last_progress": text,
                "last_progress_at": fields.Datetime.now(),
                "follow_up_on": self._next_follow_up(self.company_id.sudo()),
            }
        )

    def _report_done(self, evidence, files=None):
        """Say it is done, with what shows it; somebody else accepts it."""
        self.ensure_one()
        self._check_owner()
        self._check_to_do()
        evidence = (evidence or "").strip()
        if not evidence:
            raise UserError(
                self.env._(
                    "Say what shows that it is done; add a file if there is one."
                )
            )
        resolution = self.sudo()
        files = resolution._take_files(files)
        resolution._note_progress("reported", evidence, 100, files)
        resolution.write(
            {
                "state": "reported",
                "evidence": evidence,
                "evidence_ids": [Command.link(file.id) for file in files],
                "reported_at": fields.Datetime.now(),
                "reported_by_id": self.env.uid,
                "percent": 100,
                "last_progress": evidence,
                "last_progress_at": fields.Datetime.now(),
                "follow_up_on": False,
            }
        )
        people = resolution._accepters()
        self.env["school.notice"]._queue(
            people,
            lambda env: env._("Please accept: %(name)s", name=resolution.name),
            lambda env: env._(
                "%(person)s reports it done: %(evidence)s",
                person=self.env.user.name,
                evidence=evidence,
            ),
            record=resolution,
            kind="resolution",
        )

    def _report_problem(self, note):
        """Say what stands in the way; the chair and the office are told (MTG-27)."""
        self.ensure_one()
        self._check_owner()
        self._check_to_do()
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Say what stands in the way."))
        resolution = self.sudo()
        resolution._note_progress("problem", note)
        resolution.write({"has_problem": True, "problem_note": note})
        self.env["school.notice"]._queue(
            resolution.meeting_id._minutes_makers() - self.env.user,
            lambda env: env._("A resolution is stuck: %(name)s", name=resolution.name),
            lambda env: note,
            record=resolution,
            kind="resolution",
        )
        self._resolution_problem(note)

    def _resolution_problem(self, note):
        """Hook: somebody reported what stands in the way of one resolution."""

    # What others do

    def action_accept(self):
        """Accept the evidence: the resolution is done for good."""
        self.check_access("read")
        self._check_to_do(("reported",))
        for resolution in self:
            if not resolution.may_accept:
                raise AccessError(
                    self.env._(
                        "“%(resolution)s” is accepted by the chair or whoever "
                        "supervises the owner, never by the owner.",
                        resolution=resolution.name,
                    )
                )
        resolutions = self.sudo()
        now = fields.Datetime.now()
        for resolution in resolutions:
            resolution._note_progress("accepted", self.env._("Accepted"), 100)
        resolutions.write(
            {
                "state": "done",
                "accepted_by_id": self.env.uid,
                "finished_at": now,
                "has_problem": False,
            }
        )
        resolutions._drop_activities()
        resolutions._tell_owner(
            lambda env, r: env._("Done and accepted: %(name)s", name=r.name)
        )
        resolutions._register_end()
        resolutions._freeze()
        return True

    def _send_back(self, reason):
        """The evidence does not do: the owner goes on."""
        self.ensure_one()
        self.check_access("read")
        self._check_to_do(("reported",))
        if not self.may_accept:
            raise AccessError(
                self.env._("Only who may accept the evidence may send it back.")
            )
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say what is missing."))
        resolution = self.sudo()
        resolution._note_progress("sent_back", reason, 90)
        resolution.write(
            {
                "state": "in_progress",
                "percent": 90,
                "reported_at": False,
                "reported_by_id": False,
                "last_progress": reason,
                "follow_up_on": self._next_follow_up(resolution.company_id),
            }
        )
        resolution._tell_owner(
            lambda env, r: env._("Not accepted yet: %(name)s", name=r.name),
            lambda env, r: reason,
        )

    def _reassign(self, owner, reason):
        """Give it to somebody else, with the reason (BASE-31)."""
        self._check_steer()
        self._check_to_do()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why somebody else takes it over."))
        for resolution in self.sudo():
            company = resolution.company_id
            if owner.share or company not in owner.sudo().company_ids:
                raise UserError(self.env._("Choose somebody who works at this school."))
            former = resolution.owner_id
            if former == owner:
                continue
            resolution._note_progress(
                "reassigned",
                self.env._(
                    "From %(former)s to %(owner)s: %(reason)s",
                    former=former.name,
                    owner=owner.name,
                    reason=reason,
                ),
            )
            resolution.write({"owner_id": owner.id})
            resolution._drop_activities()
            resolution._schedule_owner()
            resolution._tell_owner(
                lambda env, r: env._("A resolution for you: %(name)s", name=r.name),
                lambda env, r: reason,
            )

    def action_problem_settled(self):
        """What stood in the way is out of it."""
        self._check_owner()
        for resolution in self.sudo().filtered("has_problem"):
            resolution._note_progress("settled", resolution.problem_note or "")
            resolution.write({"has_problem": False})
        return True

    def action_urge(self):
        """Remind the owners (催办); each reminder counts."""
        self._check_steer()
        self._check_to_do()
        self.sudo()._tell_owner(
            lambda env, r: env._("Reminder: %(name)s", name=r.name),
            lambda env, r: env._(
                "Due on %(date)s. Please report how far it is.", date=r.due_date
            ),
        )
        for resolution in self.sudo():
            resolution._note_progress("urged", self.env._("Reminded"))
            resolution.urge_count += 1
        return True

    # Dialogs

    def action_progress(self):
        return self._open_step("progress", self.env._("Report Progress"))

    def action_report(self):
        return self._open_step("report", self.env._("Report It Done"))

    def action_send_back(self):
        return self._open_step("send_back", self.env._("Not Enough Yet"))

    def action_problem(self):
        return self._open_step("problem", self.env._("Report a Problem"))

    def action_reassign(self):
        return self._open_step("reassign", self.env._("Give to Somebody Else"))

    def action_extend(self):
        return self._open_step("extend", self.env._("Ask for a Later Date"))

    def _open_step(self, step, title):
        self.check_access("read")
        return self._dialog(
            "school.meeting.resolution.step",
            title,
            step=step,
            resolution_ids=self.ids,
            percent=self.percent if len(self) == 1 else 0,
        )

    # Around

    def _note_progress(self, kind, text, percent=None, files=None):
        """Append one row; the caller is in superuser mode and has checked."""
        self.ensure_one()
        files = self._take_files(files)
        return self.env["school.meeting.progress"].create(
            {
                "company_id": self.company_id.id,
                "resolution_id": self.id,
                "kind": kind,
                "at": fields.Datetime.now(),
                "user_id": self.env.uid,
                "percent": self.percent if percent is None else percent,
                "text": text,
                "attachment_ids": [Command.link(file.id) for file in files],
            }
        )

    def _take_files(self, files):
        """Make uploaded files of the caller files of the resolution (superuser)."""
        self.ensure_one()
        files = files or self.env["ir.attachment"]
        mine = files.sudo().filtered(
            lambda file: (
                (file.res_model, file.res_id) == (self._name, self.id)
                or (file.create_uid.id == self.env.uid and not file.res_id)
            )
        )
        if mine != files.sudo():
            raise AccessError(self.env._("Add files you have just uploaded yourself."))
        (mine.filtered(lambda file: not file.res_id)).write(
            {"res_model": self._name, "res_id": self.id}
        )
        return mine

    def _schedule_owner(self):
        """Put each resolution into the to-dos of its owner."""
        if not self:
            return
        todo = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": resolution.id,
                    "activity_type_id": todo.id,
                    "user_id": resolution.owner_id.id,
                    "date_deadline": resolution.due_date,
                    "summary": resolution.with_context(
                        lang=resolution.owner_id.lang
                    ).env._("Resolution to carry out"),
                }
                for resolution in self
            ]
        )

    def _drop_activities(self):
        self.sudo().activity_ids.unlink()

    def _tell_owner(self, subject, body=None):
        """Queue a message to the owners and helpers.

        :param subject, body: functions of an environment and a resolution
        """
        rows = []
        for resolution in self:
            people = resolution.owner_id | resolution.helper_ids
            rows.append(
                {
                    "users": people - self.env.user,
                    "subject": lambda env, r=resolution: subject(env, r),
                    "body": (lambda env, r=resolution: body(env, r)) if body else "",
                    "record": resolution,
                    "kind": "resolution",
                    "company": resolution.company_id,
                }
            )
        self.env["school.notice"].sudo()._queue_rows(rows)

    def _register_end(self):
        """Write the end of resolutions into the book of minutes (superuser)."""
        for company, resolutions in self.grouped("company_id").items():
            self.env["school.register"]._append(
                company,
                "minutes",
                [
                    {
                        "event": "resolution_done",
                        "record": resolution,
                        "number": resolution.reference,
                        "payload": {
                            "matter": False
                            if resolution.is_marked
                            else resolution.name,
                            "owner": resolution.owner_id.name,
                            "due": resolution.due_date,
                            "evidence": False
                            if resolution.is_marked
                            else resolution.evidence,
                            "files": resolution._file_fingerprint(),
                            "accepted_by": resolution.accepted_by_id.name,
                        },
                    }
                    for resolution in resolutions
                ],
            )
