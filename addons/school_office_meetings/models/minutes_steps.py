from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.school_office_base.tools.canonical import sha256_hex

from .meeting_resolution import HELD
from .minutes import FINAL, REVIEW
from .minutes_compose import TEXTS


class SchoolMeetingMinutes(models.Model):
    """From the draft to the book: review, number, freezing (MTG-20, DOC-08)."""

    _inherit = "school.meeting.minutes"

    def _check_makes(self):
        self.check_access("read")
        for minutes in self:
            if not (self.env.su or minutes.is_maker):
                raise AccessError(
                    self.env._(
                        "Only the chair, the minutes taker, the organiser or the "
                        "office may do this."
                    )
                )

    def _check_keeps(self):
        """Only who may read every part hands the minutes in."""
        self.check_access("read")
        for minutes in self:
            makers = minutes.sudo().meeting_id._minutes_makers()
            if not (self.env.su or self.env.user in makers):
                raise AccessError(
                    self.env._(
                        "The minutes taker, the chair or the organiser sends the "
                        "minutes to review."
                    )
                )

    def _check_in(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for minutes in self:
            if minutes.state not in states:
                raise UserError(
                    self.env._(
                        "“%(minutes)s” is in the state “%(state)s”: this step is not "
                        "possible now.",
                        minutes=minutes.name,
                        state=labels[minutes.state],
                    )
                )

    def action_submit(self):
        """Take the snapshot and send it to the chair or the responsible leader."""
        self._check_keeps()
        self._check_in("draft")
        for minutes in self:
            minutes._check_ready()
        records = self.sudo()
        records._snapshot()
        records.write({"submitted_by_id": self.env.uid})
        self.invalidate_recordset(["reviewer_ids"])
        self._approval_submit(REVIEW)
        records.write({"state": "review", "submitted_at": fields.Datetime.now()})
        return True

    def _check_ready(self):
        """Refuse with all reasons at once what nobody could approve."""
        self.ensure_one()
        missing = self.sudo()._missing_to_submit()
        if missing:
            raise UserError(
                self.env._("The minutes are not complete:")
                + "".join(f"\n- {sentence}" for sentence in missing)
            )

    def _missing_to_submit(self):
        """Sentences about what the minutes lack (superuser)."""
        self.ensure_one()
        meeting = self.meeting_id
        missing = []
        if self.kind == "correction":
            if not (self.correction or "").strip():
                missing.append(self.env._("Say what the minutes should say."))
            return missing
        if meeting.state not in ("ended", "closed"):
            missing.append(self.env._("The meeting has not ended yet."))
        if not meeting.item_ids:
            missing.append(self.env._("The agenda is empty."))
        for resolution in meeting.resolution_ids:
            if resolution.state == "draft" and not resolution.due_date:
                missing.append(
                    self.env._(
                        "“%(resolution)s” has no due date.", resolution=resolution.name
                    )
                )
        drafts = meeting.resolution_ids.filtered(lambda r: r.state == "draft")
        missing += [one._due_sentence(self.env) for one in drafts._due_too_early()]
        return missing

    def action_withdraw(self):
        """Take the minutes back from review, to go on writing."""
        self._check_makes()
        self._check_in("review")
        for minutes in self:
            minutes.sudo().approval_case_id.with_env(self.env).action_withdraw()
        return True

    # What the approval engine calls

    def _approval_check_submit(self, purpose):  # pylint: disable=missing-return
        super()._approval_check_submit(purpose)
        if any(not minutes.sudo().content_hash for minutes in self):
            raise UserError(self.env._("Use “Send to Review”."))
        self._check_in("draft")

    def _approval_beneficiaries(self):
        """Who wrote the minutes does not review them, whoever sent them."""
        return super()._approval_beneficiaries() | self.sudo().recorder_id

    def _approval_file_fingerprints(self):
        # Files beside the minutes (a photo, a slide) are not what is reviewed.
        return {}

    def _approval_facts(self):
        self.ensure_one()
        minutes = self.sudo()
        view = minutes._reader_view()
        facts = [
            (self.env._("Meeting"), minutes.meeting_id.display_name),
            (self.env._("Minutes Taker"), minutes.recorder_id.name or ""),
        ]
        if minutes.kind == "correction":
            return [
                *facts,
                (self.env._("Corrects"), minutes.corrects_id.display_name),
                (self.env._("What It Should Say"), minutes.correction),
            ]
        facts += [
            (self.env._("Present"), str(len(view["present"]))),
            (
                self.env._("Absent"),
                "、".join(row["name"] for row in view["absent"]) or "0",
            ),
            (self.env._("Agenda"), str(len(view["items"]))),
        ]
        facts += [
            (
                self.env._("Resolution %(number)s", number=number),
                self.env._(
                    "%(matter)s (%(owner)s, %(due)s)",
                    matter=resolution.name,
                    owner=resolution.owner_id.name,
                    due=resolution.due_date,
                ),
            )
            for number, resolution in enumerate(
                minutes.meeting_id.resolution_ids.sorted("id"), 1
            )
        ]
        return facts

    def _approval_granted(self, case):
        result = super()._approval_granted(case)
        for minutes in self.sudo():
            minutes._finalize()
        return result

    def _approval_refused(self, case):
        result = super()._approval_refused(case)
        self.sudo()._back_to_draft()
        return result

    def _approval_returned(self, case, opinion):
        result = super()._approval_returned(case, opinion)
        self.sudo()._back_to_draft()
        return result

    def _approval_withdrawn(self, case):
        result = super()._approval_withdrawn(case)
        self.sudo()._back_to_draft()
        return result

    def _back_to_draft(self):
        self.filtered(lambda minutes: minutes.state == "review").write(
            {"state": "draft", "submitted_at": False}
        )

    def _finalize(self):
        """Number, hash, book, freeze; then resolutions count (superuser)."""
        self.ensure_one()
        if not self._is_as_reviewed():
            raise UserError(
                self.env._(
                    "The record of the meeting is no longer what went to review. "
                    "Return the minutes to the minutes taker."
                )
            )
        self.write(
            {"reviewed_at": fields.Datetime.now(), "reviewed_by_id": self.env.uid}
        )
        self._assign_numbers()
        content = self._final_content()
        self.write(
            {"content": content, "sha256": sha256_hex(content), "state": "final"}
        )
        if self.kind == "minutes":
            drafts = self.meeting_id.resolution_ids
            drafts.filtered(lambda r: r.state == "draft")._open_resolutions()
            self.meeting_id._minutes_final()
        self._freeze()
        if self.distribute_at_once:
            sender = self.submitted_by_id or self.recorder_id
            self.with_user(sender).sudo()._distribute()
        self._note_in_book("corrected" if self.kind == "correction" else "approved")

    def _note_in_book(self, event):
        """Append to the book of minutes; of confidential ones only the hash."""
        self.ensure_one()
        self.env["school.register"]._append(
            self.company_id,
            "minutes",
            [
                {
                    "event": event,
                    "record": self,
                    "number": self.number,
                    "payload": {
                        "title": False if self.is_marked else self.name,
                        "meeting": self.meeting_id.number or "",
                        "held": self.meeting_id.start,
                        "sha256": self.sha256,
                        "parts": len(self.block_ids),
                        "corrects": self.corrects_id.number or "",
                        "reviewed_by": self.reviewed_by_id.name,
                    },
                }
            ],
        )

    # Corrections

    def action_correct(self):
        """Begin a correction note: it goes to review, is numbered and sent itself."""
        self.ensure_one()
        self._check_makes()
        self._check_in(*FINAL)
        note = self._make_correction()
        return self._form_of(note, name=self.env._("Correction Note"))

    def _make_correction(self, text=False, block=None):
        self.ensure_one()
        original = self.sudo()
        original = original.corrects_id or original
        # sudo: kind and origin are the server's; the caller has been checked
        note = original.create(
            {
                "kind": "correction",
                "corrects_id": original.id,
                "meeting_id": original.meeting_id.id,
                "correction": text,
                "corrected_block_id": block.id if block else False,
                "department_ids": original.department_ids.ids,
                "submitted_by_id": self.env.uid,
            }
        )
        return note.with_env(self.env)


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    minutes_ids = fields.One2many(
        "school.meeting.minutes", "meeting_id", "Minutes and Corrections"
    )
    minutes_id = fields.Many2one(
        "school.meeting.minutes", compute="_compute_minutes_id"
    )

    @api.depends("minutes_ids.kind")
    @api.depends_context("uid")
    def _compute_minutes_id(self):
        found = self.env["school.meeting.minutes"].search(
            [("meeting_id", "in", self.ids), ("kind", "=", "minutes")]
        )
        by_meeting = {minutes.sudo().meeting_id.id: minutes for minutes in found}
        for meeting in self:
            meeting.minutes_id = by_meeting.get(meeting._origin.id, False)

    def _minutes(self):
        """The minutes of these meetings, whoever asks (superuser)."""
        return self.sudo().minutes_ids.filtered(lambda m: m.kind == "minutes")

    def _meeting_ended(self):  # pylint: disable=missing-return
        super()._meeting_ended()
        self.sudo()._begin_minutes()

    def _begin_minutes(self):
        """Open the draft of the minutes; the minutes taker finds it in My Office."""
        meetings = self - self._minutes().meeting_id
        Minutes = self.env["school.meeting.minutes"].sudo()
        minutes = Minutes.create(
            [
                {
                    "meeting_id": meeting.id,
                    "department_ids": meeting._minutes_departments().ids,
                }
                for meeting in meetings
            ]
        )
        for one in self._minutes() - minutes:
            if not one.ended_at and one.meeting_id.ended_at:
                one.ended_at = one.meeting_id.ended_at
        return minutes

    def _minutes_departments(self):
        """Departments concerned: those of the items, where it is no secret."""
        self.ensure_one()
        if self.is_restricted:
            return self.env["hr.department"]
        return self.item_ids.department_id | self.item_ids.visible_department_ids

    def _minutes_final(self):
        """The minutes are final: so is what they stand on (superuser)."""
        self._freeze_record()
        # Also where nobody else has frozen them.
        (self.item_ids - self.item_ids.filtered("is_frozen"))._freeze()

    def action_minutes(self):
        """Open the minutes; the first who keeps them begins them."""
        self.ensure_one()
        self.check_access("read")
        minutes = self._minutes()
        if not minutes:
            self._check_maker()
            if self.state not in HELD:
                raise UserError(
                    self.env._(
                        "“%(meeting)s” has not met yet: there is nothing to record.",
                        meeting=self.name,
                    )
                )
            minutes = self.sudo()._begin_minutes()
        minutes = minutes.with_env(self.env)
        minutes.check_access("read")
        return self._form_of(minutes, name=self.env._("Meeting Minutes"))

    def _check_record_open(self):
        """Refuse to change what is under review or final, whoever asks."""
        self.flush_recordset()
        for minutes in self._minutes():
            if minutes.state == "review":
                raise UserError(
                    self.env._(
                        "The minutes of “%(meeting)s” are under review. Withdraw them "
                        "to change something.",
                        meeting=minutes.meeting_id.name,
                    )
                )
            if minutes.state in FINAL:
                raise UserError(
                    self.env._(
                        "The minutes of “%(meeting)s” are approved: a correction note "
                        "mends them, nothing else.",
                        meeting=minutes.meeting_id.name,
                    )
                )


class SchoolMeetingItem(models.Model):
    _inherit = "school.meeting.item"

    def write(self, vals):
        if not self._minutes_fields().isdisjoint(vals):
            self.sudo().meeting_id._check_record_open()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.sudo().meeting_id._check_record_open()
        return items

    @api.model
    def _minutes_fields(self):
        """What of an item goes into the minutes."""
        return {
            *TEXTS,
            "name",
            "kind",
            "department_id",
            "speaker_id",
            "visibility",
            "visible_department_ids",
        }
