from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

from ..tools import rota

HORIZON_DAYS = 14
SHOWN_GAPS = 3


class SchoolRapidGroup(models.Model):
    """A rapid-response group (快速响应小组, DESK-14): who comes at once, and for what.

    System failures, urgent papers, water and power, sudden needs of rooms. An urgent
    request of its services alarms whoever is on duty; if nobody is, all its members.
    """

    _name = "school.rapid.group"
    _description = "Rapid-Response Group"
    _inherit = ["school.record"]
    _order = "sequence, id"
    _server_fields = frozenset({"channel_id"})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="The name by which the addons find it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    service_ids = fields.Many2many(
        "school.service",
        "school_rapid_group_service_rel",
        "group_id",
        "service_id",
        "Services",
        check_company=True,
        help="Urgent requests for these alarm the group.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "school_rapid_group_member_rel",
        "group_id",
        "user_id",
        "Members",
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    duty_ids = fields.One2many("school.rapid.duty", "group_id", "Duty Roster")
    alarm_ids = fields.One2many("school.rapid.alarm", "group_id", "Alarms")
    cover = fields.Selection(
        [("service", "In Service Hours"), ("always", "Day and Night")],
        "Somebody Is on Duty",
        required=True,
        default="service",
        help="The roster is checked for gaps in this time.",
    )
    use_channel = fields.Boolean(
        "Discuss Channel",
        help="Alarms are also posted in a channel that only the members see.",
    )
    channel_id = fields.Many2one(
        "discuss.channel",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="set null",
    )
    phone_list = fields.Text(
        compute="_compute_phone_list", help="From the staff directory."
    )
    duty_user_ids = fields.Many2many(
        "res.users", string="On Duty Now", compute="_compute_duty"
    )
    gap_text = fields.Char("Gaps in the Roster", compute="_compute_duty")
    open_alarm_count = fields.Integer(compute="_compute_open_alarm_count")

    _list_idx = models.Index("(company_id, sequence, id)")

    @api.constrains("member_ids")
    def _check_members(self):
        for group in self:
            strangers = group.sudo().member_ids.filtered(
                lambda user, group=group: (
                    user.share or group.company_id not in user.company_ids
                )
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work at %(school)s.",
                        person=strangers[0].name,
                        school=group.company_id.name,
                    )
                )
            off = group.sudo().duty_ids.filtered(
                lambda duty, group=group: (
                    duty.user_id not in group.member_ids
                    and duty.date_to > fields.Datetime.now()
                )
            )
            if off:
                raise ValidationError(
                    self.env._(
                        "%(person)s is still on the roster: change the roster first.",
                        person=off[0].user_id.name,
                    )
                )

    @api.depends("member_ids")
    def _compute_phone_list(self):
        # sudo: the work telephones of the members, and nothing else of them
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("user_id", "in", self.member_ids.ids),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
        )
        phones = {
            (employee.company_id, employee.user_id): employee.mobile_phone
            or employee.work_phone
            for employee in employees
        }
        for group in self:
            lines = (
                (user.name, phones.get((group.company_id, user)))
                for user in group.sudo().member_ids
            )
            group.phone_list = "\n".join(
                f"{name}  {phone}" for name, phone in lines if phone
            )

    @api.depends("duty_ids.date_from", "duty_ids.date_to", "duty_ids.user_id", "cover")
    def _compute_duty(self):
        """Who is on duty, and when in the next days nobody is; one query."""
        now = fields.Datetime.now()
        end = now + timedelta(days=HORIZON_DAYS)
        duties = self.env["school.rapid.duty"].search(
            [
                ("group_id", "in", self.ids),
                ("date_to", ">", now),
                ("date_from", "<", end),
            ]
        )
        by_group = duties.grouped("group_id")
        for group in self:
            own = by_group.get(group._origin, duties.browse())
            group.duty_user_ids = own.filtered(lambda d: d.date_from <= now).user_id
            missing = rota.gaps(
                group._needed_spans(now, end),
                [(duty.date_from, duty.date_to) for duty in own],
            )
            group.gap_text = group._gap_sentence(missing)

    def _needed_spans(self, start, end):
        """The spans in which somebody must be on duty."""
        if self.cover == "always" or not self.company_id:
            return [(start, end)]
        worktime = self.company_id._worktime()
        spans, moment = [], start
        while moment < end:
            opening = worktime.next_open(moment)
            closing = worktime.open_until(opening) if opening else None
            if not closing or opening >= end:
                break
            spans.append((opening, min(closing, end)))
            moment = closing
        return spans

    def _gap_sentence(self, missing):
        if not missing:
            return False
        zone = str(self.company_id._school_tz())
        shown = [
            self.env._(
                "%(start)s to %(end)s",
                start=format_datetime(self.env, start, tz=zone, dt_format="short"),
                end=format_datetime(self.env, stop, tz=zone, dt_format="short"),
            )
            for start, stop in missing[:SHOWN_GAPS]
        ]
        if len(missing) > SHOWN_GAPS:
            shown.append(
                self.env._("and %(count)s more", count=len(missing) - SHOWN_GAPS)
            )
        return self.env._("; ").join(shown)

    def _compute_open_alarm_count(self):
        counts = dict(
            self.env["school.rapid.alarm"]._read_group(
                [("group_id", "in", self.ids), ("state", "=", "open")],
                ["group_id"],
                ["__count"],
            )
        )
        for group in self:
            group.open_alarm_count = counts.get(group, 0)

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups.filtered("use_channel")._sync_channel()
        return groups

    def write(self, vals):
        result = super().write(vals)
        if {"use_channel", "member_ids", "name", "active"} & vals.keys():
            self._sync_channel()
        return result

    def _sync_channel(self):
        """Keep a private channel whose members are those of the group."""
        Channel = self.env["discuss.channel"].sudo()
        for group in self.sudo():
            if not group.use_channel or not group.active:
                continue
            partners = group.member_ids.partner_id
            if not group.channel_id:
                # A group chat: nobody but its members finds or reads it.
                group.channel_id = Channel.with_company(group.company_id).create(
                    {"name": group.name, "channel_type": "group"}
                )
            channel = group.channel_id
            # Core makes whoever creates a channel its member.
            members = channel.channel_member_ids
            members.filtered(lambda m, p=partners: m.partner_id not in p).unlink()
            missing = partners - channel.channel_member_ids.partner_id
            self.env["discuss.channel.member"].sudo().create(
                [
                    {"channel_id": channel.id, "partner_id": partner.id}
                    for partner in missing
                ]
            )

    def _on_duty(self, at=None):
        """``{group id: users on duty}`` in one query."""
        at = at or fields.Datetime.now()
        duties = (
            self.env["school.rapid.duty"]
            .sudo()
            .search(
                [
                    ("group_id", "in", self.ids),
                    ("date_from", "<=", at),
                    ("date_to", ">", at),
                ]
            )
        )
        people = dict.fromkeys(self.ids, self.env["res.users"].sudo())
        for duty in duties:
            people[duty.group_id.id] |= duty.user_id
        return people

    def _is_deletable(self):
        return not self.sudo().alarm_ids

    def action_channel(self):
        """Open the channel of the group, for its members."""
        self.ensure_one()
        self.check_access("read")
        if self.env.user not in self.sudo().member_ids:
            raise UserError(
                self.env._("Only the members of the group read its channel.")
            )
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "context": {"active_id": self.sudo().channel_id.id},
        }

    def action_alarms(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Alarms"),
            "res_model": "school.rapid.alarm",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("group_id", "=", self.id)],
        }
