from odoo import api, fields, models
from odoo.exceptions import UserError

from .meeting_resolution import HELD


class SchoolMeetingBody(models.Model):
    _inherit = "school.meeting.body"

    confirms_minutes = fields.Boolean(
        "Approves the Last Minutes",
        default=True,
        help="Its next meeting begins with the approval of the minutes of the last.",
    )


class SchoolMeetingMinutes(models.Model):
    """The next meeting of the body approves the minutes of the last one."""

    _inherit = "school.meeting.minutes"

    confirm_state = fields.Selection(
        [
            ("none", "Not Asked"),
            ("waiting", "Before the Next Meeting"),
            ("approved", "Approved by the Meeting"),
            ("corrected", "Approved With a Correction"),
        ],
        "Next Meeting",
        default="none",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    confirm_item_id = fields.Many2one(
        "school.meeting.item",
        "Approved Under",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    confirm_meeting_id = fields.Many2one(
        related="confirm_item_id.meeting_id", string="Meeting That Approves"
    )
    confirmed_at = fields.Datetime("Approved by the Meeting on", readonly=True)
    confirmed_by_id = fields.Many2one("res.users", "Noted by", readonly=True)
    may_confirm = fields.Boolean(compute="_compute_may_confirm")

    @api.depends_context("uid")
    @api.depends("confirm_state", "confirm_item_id")
    def _compute_may_confirm(self):
        for minutes in self:
            meeting = minutes.sudo().confirm_item_id.meeting_id
            minutes.may_confirm = (
                minutes.confirm_state == "waiting"
                and meeting.state in HELD
                and self.env.user in meeting._minutes_makers()
            )

    def action_confirm(self):
        """Note that the next meeting approved the minutes as they are."""
        self._check_confirm()
        self.sudo()._confirm("approved")
        return True

    def action_confirm_corrected(self):
        """Note that it approved them with a correction, and begin its note."""
        self.ensure_one()
        self._check_confirm()
        self.sudo()._confirm("corrected")
        note = self._make_correction()
        return self._form_of(note, name=self.env._("Correction Note"))

    def _check_confirm(self):
        self.check_access("read")
        for minutes in self:
            if not minutes.may_confirm:
                raise UserError(
                    self.env._(
                        "The chair, the minutes taker or the organiser of the next "
                        "meeting notes this, once it has begun."
                    )
                )

    def _confirm(self, result):
        """Note what the next meeting said (superuser)."""
        self.write(
            {
                "confirm_state": result,
                "confirmed_at": fields.Datetime.now(),
                "confirmed_by_id": self.env.uid,
            }
        )
        for minutes in self:
            minutes._note_in_book(f"confirmed_{result}")

    def _missing_to_submit(self):
        missing = super()._missing_to_submit()
        for item in self.meeting_id.item_ids:
            earlier = item.confirms_minutes_id
            if earlier.confirm_state == "waiting" and self.kind == "minutes":
                missing.append(
                    self.env._(
                        "Note what the meeting said about the minutes %(number)s.",
                        number=earlier.number,
                    )
                )
        return missing

    def _compose_item(self, number, item):
        part = super()._compose_item(number, item)
        earlier = item.confirms_minutes_id
        if earlier and not part["decision"]:
            texts = {
                "approved": self.env._(
                    "The minutes %(number)s are approved.", number=earlier.number
                ),
                "corrected": self.env._(
                    "The minutes %(number)s are approved with a correction.",
                    number=earlier.number,
                ),
            }
            part["decision"] = texts.get(earlier.confirm_state, "")
        return part

    def _finalize(self):
        result = super()._finalize()
        if self.kind == "minutes" and self.body_id.confirms_minutes:
            self.confirm_state = "waiting"
            upcoming = self.env["school.meeting"]._upcoming(self.body_id)
            if upcoming:
                self.env["school.meeting"]._put_minutes_first(upcoming)
        return result
