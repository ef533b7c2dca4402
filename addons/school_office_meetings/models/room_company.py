from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

REGISTER = "meeting_vote"


class ResCompany(models.Model):
    """What a school sets for the time in the room."""

    _inherit = "res.company"

    school_meeting_speaking_minutes = fields.Integer(
        "Speaking Time per Item",
        default=10,
        help="Minutes. Proposal, for MTG-16.",
    )
    school_meeting_sign_in_minutes = fields.Integer(
        "Sign-in Opens before the Meeting",
        default=30,
        help="Minutes. Proposal, for MTG-13.",
    )
    school_meeting_late_minutes = fields.Integer(
        "Late after the Start",
        default=5,
        help="Minutes after which whoever signs in is late. Proposal, for MTG-13.",
    )
    school_meeting_code_seconds = fields.Integer(
        "Life of a Sign-in Code",
        default=25,
        help="Seconds between two codes on the screen. Proposal, for MTG-13.",
    )

    @api.constrains(
        "school_meeting_speaking_minutes",
        "school_meeting_sign_in_minutes",
        "school_meeting_late_minutes",
        "school_meeting_code_seconds",
    )
    def _check_school_meeting_room(self):
        for company in self:
            if not 10 <= company.school_meeting_code_seconds <= 120:
                raise ValidationError(
                    self.env._(
                        "A sign-in code lives for 10 to 120 seconds: shorter cannot be "
                        "scanned, longer can be passed on."
                    )
                )
            if (
                min(
                    company.school_meeting_speaking_minutes,
                    company.school_meeting_sign_in_minutes,
                    company.school_meeting_late_minutes,
                )
                < 0
            ):
                raise ValidationError(
                    self.env._("Minutes of a meeting cannot be negative.")
                )

    def _school_set_up(self):
        result = super()._school_set_up()
        for company in self:
            self.env["school.register"]._ensure(
                company, REGISTER, _lt("Register of Votes")
            )
        return result
