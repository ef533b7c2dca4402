from odoo import api, models
from odoo.exceptions import AccessError

ADMIN = "school_office_base.group_school_admin"


class SchoolMeetingBody(models.Model):
    """Who lets people into a body whose meetings are for its members only.

    The office enters bodies and their members; of these it would thereby let itself in.
    So only who leads the body, its minutes taker or the school administrator do it, and
    each change of its members stands in its history, which the members read.
    """

    _inherit = "school.meeting.body"

    def write(self, vals):
        self._check_lets_in()
        return super().write(vals)

    def _check_lets_in(self):
        user = self.env.user
        if self.env.su or user.has_group(ADMIN):
            return
        for body in self.sudo().filtered(lambda b: b.visibility == "members"):
            leads = body._members().filtered(
                lambda member: member.role in ("chair", "deputy_chair")
            )
            if user not in leads.user_id | body.recorder_id:
                raise AccessError(
                    self.env._(
                        "“%(body)s” meets for its members only: who belongs to it is "
                        "entered by who leads it, its minutes taker or the school "
                        "administrator.",
                        body=body.name,
                    )
                )

    def _note_members(self, text):
        for body in self.sudo().filtered(lambda b: b.visibility == "members"):
            body.with_user(self.env.user).sudo()._message_log(body=text)


class SchoolMeetingSchedule(models.Model):
    """Who names the organiser of all its meetings lets him into all of them."""

    _inherit = "school.meeting.schedule"

    @api.model_create_multi
    def create(self, vals_list):
        schedules = super().create(vals_list)
        schedules.sudo().body_id.with_env(self.env)._check_lets_in()
        return schedules

    def write(self, vals):
        self.sudo().body_id.with_env(self.env)._check_lets_in()
        result = super().write(vals)
        self.sudo().body_id.with_env(self.env)._check_lets_in()
        return result


class SchoolMeetingMember(models.Model):
    _inherit = "school.meeting.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        if not self.env.su:
            members.body_id._check_lets_in()
            for member in members:
                member._note(self.env._("Member: %s", member.sudo().user_id.name))
        return members

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self.body_id._check_lets_in()
        result = super().write(vals)
        self.body_id._check_lets_in()
        if vals.keys() - {"sequence"}:
            for member in self:
                member._note(
                    self.env._("Membership changed: %s", member.sudo().user_id.name)
                )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_let_in(self):
        if self.env.su:
            return
        self.body_id._check_lets_in()
        for member in self:
            member._note(
                self.env._("No longer a member: %s", member.sudo().user_id.name)
            )

    def _note(self, text):
        self.body_id._note_members(text)
