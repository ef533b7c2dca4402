from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

TIME_FIELDS = frozenset(
    {"start", "stop", "start_date", "stop_date", "duration", "allday"}
)
# What the meeting says; the calendar shows it.
MEETING_FIELDS = frozenset(
    {
        "active",
        "attendee_ids",
        "description",
        "location",
        "name",
        "notes",
        "partner_ids",
        "privacy",
        "recurrency",
        "recurrence_id",
        "res_id",
        "res_model",
        "res_model_id",
        "rrule",
        "show_as",
        "user_id",
        "videocall_location",
    }
)
# What reminds everybody: only who called the meeting changes it for all.
KEEPER_FIELDS = frozenset({"alarm_ids", "categ_ids"})
SCHOOL_FIELDS = frozenset({"school_meeting_id", "school_company_id"})


class CalendarEvent(models.Model):
    """Calendar entries belong to a school, and those of called meetings to the meeting.

    Core lets every employee read and change every entry of every company.
    """

    _inherit = "calendar.event"

    school_company_id = fields.Many2one(
        "res.company",
        "School",
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self.env.company,
    )
    school_meeting_id = fields.Many2one(
        "school.meeting",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _get_public_fields(self):
        return super()._get_public_fields() | {"school_company_id"}

    @api.model
    def _get_activity_excluded_models(self):
        return [*super()._get_activity_excluded_models(), "school.meeting"]

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                if SCHOOL_FIELDS & {name for name, value in vals.items() if value}:
                    raise AccessError(
                        self.env._("A school meeting is entered by calling it.")
                    )
                vals["school_company_id"] = self.env.company.id
            self = self.with_context(
                **{f"default_{name}": False for name in SCHOOL_FIELDS}
            )
        return super().create(vals_list)

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if SCHOOL_FIELDS & vals.keys():
            raise AccessError(
                self.env._("Whose a calendar entry is cannot be changed by hand.")
            )
        ours = self.filtered(lambda event: event.sudo().school_meeting_id)
        if KEEPER_FIELDS & vals.keys():
            ours._school_check_keeper()
        if ours and (vals.keys() & (TIME_FIELDS | MEETING_FIELDS)):
            ours._school_write_meeting(vals)
            vals = {
                name: value
                for name, value in vals.items()
                if name not in TIME_FIELDS | MEETING_FIELDS | {"recurrence_update"}
            }
            others = self - ours
            if others:
                raise UserError(self.env._("Change school meetings one at a time."))
            return super().write(vals) if vals else True
        return super().write(vals)

    def _school_write_meeting(self, vals):
        """Someone drags or edits a called meeting in the calendar.

        Who may postpone it does so by that, and everybody is told; for all others the
        calendar only shows it.
        """
        for event in self:
            meeting = event.sudo().school_meeting_id.sudo(False)
            changed = {
                name
                for name in (TIME_FIELDS | MEETING_FIELDS) & vals.keys()
                if not event._school_is_same(name, vals[name])
            }
            if not changed:
                continue
            event._school_check_keeper()
            if changed & MEETING_FIELDS:
                raise UserError(
                    self.env._(
                        "This is a school meeting: open it to change more than its "
                        "time, so that everybody is told."
                    )
                )
            if meeting.is_all_day or vals.get("allday"):
                raise UserError(
                    self.env._("Open the meeting to postpone it to another day.")
                )
            start = fields.Datetime.to_datetime(vals.get("start")) or meeting.start
            stop = fields.Datetime.to_datetime(vals.get("stop"))
            if not stop:
                stop = start + (meeting.stop - meeting.start)
            meeting._move(start, stop, self.env._("Moved in the calendar"))
            # At once, or the calendar would jump back.
            meeting.sudo()._calendar_write_times()

    def _school_check_keeper(self):
        for event in self:
            meeting = event.sudo().school_meeting_id.sudo(False)
            if not meeting:
                continue
            if not meeting.has_access("read"):
                # Of a restricted meeting others learn neither number nor organiser.
                raise AccessError(
                    self.env._(
                        "This is a school meeting: open it to change more than its "
                        "time, so that everybody is told."
                    )
                )
            if not meeting.has_access("write"):
                raise AccessError(
                    self.env._(
                        "“%(meeting)s” was called by %(organizer)s: only who called it "
                        "can change it. You can say in it whether you come.",
                        meeting=event.name,
                        organizer=meeting.sudo().organizer_id.name,
                    )
                )

    def _school_is_same(self, name, value):
        field = self._fields[name]
        if field.type in ("one2many", "many2many"):
            return not value
        cached = field.convert_to_cache(value, self)
        return field.convert_to_record(cached, self) == self.sudo()[name]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_school_meetings(self):
        if not self.env.su:
            self._school_check_none()

    def _school_check_none(self):
        """Refuse to delete the entry of a meeting, or to write of it as core does."""
        if self.sudo().school_meeting_id:
            raise UserError(
                self.env._(
                    "This is a school meeting: cancel the meeting, so that everybody "
                    "is told."
                )
            )

    def action_unlink_event(self, attendee_id=None, recurrence=False):
        """Who may cancel the meeting is asked why; core would write a letter first."""
        meeting = self.sudo().school_meeting_id.sudo(False)
        if not meeting:
            return super().action_unlink_event(attendee_id, recurrence)
        if len(self) > 1:
            self._school_check_none()
        self._school_check_keeper()
        # Called by a script of core, for which no server completes the views.
        return {**meeting.action_cancel(), "views": [(False, "form")]}

    def action_sendmail(self):
        """People get the notice of the meeting, not the invitation of the calendar."""
        if self.sudo().school_meeting_id:
            raise UserError(
                self.env._("People are invited in the meeting, not in the calendar.")
            )
        return super().action_sendmail()

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        # Core looks at what stands in entries which it thinks everybody may read;
        # searching one's messages would then fail at the first of another school.
        visible = self._filtered_access("read")
        result = super(
            CalendarEvent, visible
        )._mail_get_operation_for_mail_message_operation(message_operation)
        return {**dict.fromkeys(self - visible, "read"), **result}

    def action_join_meeting(self, partner_id):
        if self.sudo().school_meeting_id:
            raise UserError(
                self.env._("People are invited in the meeting, not in the calendar.")
            )
        return super().action_join_meeting(partner_id)
