from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .ticket import AGENT, OPEN_STATES


class SchoolRapidAlarm(models.Model):
    """An urgent request was called out to a group; somebody says "I am on my way".

    Its clock runs day and night: who is on duty answers within 30 minutes, else the
    whole group is told, then the post of the group, then the director.
    """

    _name = "school.rapid.alarm"
    _description = "Alarm"
    _inherit = ["school.clock.mixin", "school.ticket.line"]
    _order = "id desc"
    _rec_name = "ticket_id"
    _clock_holder_fields = ()

    group_id = fields.Many2one(
        "school.rapid.group",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    at = fields.Datetime("Alarmed on", required=True, readonly=True)
    user_ids = fields.Many2many(
        "res.users",
        "school_rapid_alarm_user_rel",
        "alarm_id",
        "user_id",
        "Alarmed",
        readonly=True,
    )
    nobody_on_duty = fields.Boolean(
        readonly=True, help="Nobody was on duty, so all members were told."
    )
    state = fields.Selection(
        [
            ("open", "Nobody Has Answered"),
            ("acknowledged", "Somebody Is on It"),
            ("over", "Over"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    acknowledged_at = fields.Datetime("Answered on", readonly=True)
    acknowledged_by_id = fields.Many2one("res.users", "Answered By", readonly=True)
    phone_list = fields.Text(related="group_id.phone_list", related_sudo=True)
    ticket_name = fields.Char(related="ticket_id.name", string="Matter")
    ticket_number = fields.Char(related="ticket_id.number")
    place_id = fields.Many2one(related="ticket_id.place_id")
    emergency_contact_ids = fields.Many2many(related="ticket_id.emergency_contact_ids")
    can_answer = fields.Boolean(compute="_compute_can_answer")

    _open_uniq = models.UniqueIndex(
        "(group_id, ticket_id) WHERE state = 'open'",
        "This request has called the group out already.",
    )
    _list_idx = models.Index("(company_id, id DESC)")

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    @api.depends_context("uid")
    @api.depends("state", "user_ids")
    def _compute_can_answer(self):
        for alarm in self:
            alarm.can_answer = alarm.state == "open" and alarm._is_called(self.env.user)

    def _is_called(self, user):
        """Whether ``user`` may answer: who was alarmed, any member, the desk."""
        alarm = self.sudo()
        return (
            user in alarm.user_ids
            or user in alarm.group_id.member_ids
            or user.has_group(AGENT)
        )

    def action_acknowledge(self):
        """I am on my way: the clock stops and the request is mine (one tap)."""
        self.ensure_one()
        self.check_access("read")
        if not self._is_called(self.env.user):
            raise AccessError(self.env._("Only who was alarmed answers the alarm."))
        alarm = self.sudo()
        alarm.lock_for_update()
        if alarm.state != "open":
            raise UserError(
                self.env._(
                    "%(person)s has answered this alarm already.",
                    person=alarm.acknowledged_by_id.name or self.env._("Somebody"),
                )
            )
        alarm._acknowledge(self.env.user)
        return self._form_of(alarm.ticket_id)

    def _acknowledge(self, user):
        """Stop the alarm and give the request to ``user`` (superuser)."""
        self.ensure_one()
        ticket = self.ticket_id
        self.write(
            {
                "state": "acknowledged",
                "acknowledged_at": fields.Datetime.now(),
                "acknowledged_by_id": user.id,
            }
        )
        if ticket.state in OPEN_STATES and user not in ticket.excluded_user_ids:
            ticket._take_by_alarm(user)
        self._tell(
            self.user_ids - user,
            lambda env: env._("%(person)s is on the way", person=user.name),
            urgent=True,
        )
        self._post(self.env._("%(person)s is on the way.", person=user.name))

    def _let_in(self):
        """Whom the alarm may call can read what it is about (superuser)."""
        users = self.user_ids
        if not self.ticket_id.is_restricted:
            users |= self.group_id.member_ids - self.ticket_id.excluded_user_ids
        self.ticket_id.allowed_user_ids = [
            fields.Command.link(user.id) for user in users
        ]

    def _clock_responsible_users(self):
        return self.user_ids - self.sudo().ticket_id.excluded_user_ids

    def _clock_step_users(self, step):
        """Who is told next: the whole group, but whom the request is about."""
        alarm = self.sudo()
        return alarm.group_id.member_ids - alarm.ticket_id.excluded_user_ids

    def _notice_is_secret(self):
        # An alarm calls somebody to a place; ``_text`` keeps the rest to itself.
        return False

    def _tell(self, users, subject, urgent=True):
        self.env["school.notice"]._queue(
            users - self.sudo().ticket_id.excluded_user_ids,
            lambda env: f"{self.ticket_id.number}: {subject(env)}",
            lambda env: self._text(env),
            record=self,
            urgent=urgent,
            kind="alarm",
        )

    def _text(self, env):
        """Matter, place and telephones, in the language of ``env``."""
        ticket = self.ticket_id
        restricted = ticket.is_restricted
        # What is restricted is read on its page: messages leave the house.
        lines = [] if restricted else [ticket.name]
        if ticket.place_id:
            lines.append(env._("Place: %(place)s", place=ticket.place_id.complete_name))
        if not restricted and (ticket.requester_name or ticket.requester_phone):
            lines.append(
                env._(
                    "Reported by: %(who)s",
                    who=" ".join(
                        filter(None, (ticket.requester_name, ticket.requester_phone))
                    ),
                )
            )
        contacts = ticket.emergency_contact_ids
        if contacts:
            lines.append(env._("Emergency telephones:"))
            lines += [f"{contact.name}  {contact.phone}" for contact in contacts]
        if self.phone_list:
            lines.append(env._("The group:"))
            lines.append(self.phone_list)
        return "\n".join(lines)

    def _post(self, text):
        """Write into the channel of the group, as the system.

        Everybody in the channel reads it, also who joined it and is no member: nothing
        about a restricted request stands there.
        """
        for alarm in self.filtered(lambda alarm: not alarm.ticket_id.is_restricted):
            channel = alarm.group_id.channel_id
            if not (alarm.group_id.use_channel and channel):
                continue
            link = Markup('<a href="/odoo/school.rapid.alarm/%s">%s</a>') % (
                alarm.id,
                alarm.ticket_id.number or "",
            )
            channel.with_user(self.env.ref("base.user_root")).message_post(
                body=Markup("%s %s") % (link, text),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )


class SchoolTicket(models.Model):
    _inherit = "school.ticket"

    alarm_ids = fields.One2many("school.rapid.alarm", "ticket_id", "Alarms")
    has_open_alarm = fields.Boolean(compute="_compute_has_open_alarm")

    @api.depends("alarm_ids.state")
    def _compute_has_open_alarm(self):
        for ticket in self:
            ticket.has_open_alarm = "open" in ticket.alarm_ids.mapped("state")

    def _ticket_registered(self):  # pylint: disable=missing-return
        super()._ticket_registered()
        self.filtered("is_red")._alarm_groups()

    def write(self, vals):
        result = super().write(vals)
        if vals.get("urgency") == "2" or vals.get("service_id"):
            # sudo: who raises the urgency alarms, whatever his rights on groups
            self.sudo().filtered(lambda t: t.is_red and t.is_open)._alarm_groups()
        if "urgency" in vals:
            self.sudo()._settle_alarms()
        elif vals.get("acknowledged_at") or "state" in vals:
            # Only urgent requests have alarms: the others need not be asked.
            self.sudo().filtered("is_red")._settle_alarms()
        return result

    def _alarm_groups(self):
        """Alarm the groups of these urgent requests (superuser)."""
        if not self:
            return
        groups = self.env["school.rapid.group"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("service_ids", "in", self.service_id.ids),
            ]
        )
        if not groups:
            return
        Alarm = self.env["school.rapid.alarm"]
        called = {
            (alarm.ticket_id, alarm.group_id)
            for alarm in Alarm.search([("ticket_id", "in", self.ids)])
        }
        people = groups._on_duty()
        now = fields.Datetime.now()
        vals_list = []
        for ticket in self:
            for group in groups:
                if (
                    ticket.service_id not in group.service_ids
                    or not group.member_ids
                    or (ticket, group) in called
                ):
                    continue
                on_duty = people[group.id] - ticket.excluded_user_ids
                users = on_duty or group.member_ids - ticket.excluded_user_ids
                vals_list.append(
                    {
                        "ticket_id": ticket.id,
                        "group_id": group.id,
                        "at": now,
                        "user_ids": [fields.Command.set(users.ids)],
                        "nobody_on_duty": not on_duty,
                    }
                )
        for alarm in Alarm.create(vals_list):
            alarm.ticket_id._log_event(
                "alarm",
                value_to=alarm.group_id.name,
                reason=self.env._("Nobody is on duty: all members are told.")
                if alarm.nobody_on_duty
                else self.env._(
                    "On duty: %(people)s",
                    people=self.env._(", ").join(alarm.user_ids.mapped("name")),
                ),
            )
            alarm._let_in()
            alarm._tell(alarm.user_ids, lambda env: env._("Alarm: come at once"))
            alarm._post(alarm.ticket_id.name)

    def _take_by_alarm(self, user):
        """Give an urgent request to who answered its alarm (superuser)."""
        now = fields.Datetime.now()
        old = {self.id: self.handler_id}
        vals = {"handler_id": user.id, "assigned_at": self.assigned_at or now}
        if not self.acknowledged_at:
            vals["acknowledged_at"] = now
        if self.state in ("new", "assigned"):
            vals["state"] = "in_progress"
        self.write(vals)
        self._log_event(
            "taken", value_to=user.name, reason=self.env._("Answered the alarm.")
        )
        if old[self.id] != user:
            self._ticket_assigned(old)

    def _settle_alarms(self):
        """Who takes an urgent request has answered; what has ended calls nobody."""
        if not self:
            return
        alarms = self.env["school.rapid.alarm"].search(
            [("ticket_id", "in", self.ids), ("state", "=", "open")]
        )
        for alarm in alarms:
            ticket = alarm.ticket_id
            if ticket.state not in OPEN_STATES or not ticket.is_red:
                alarm.state = "over"
            elif ticket.acknowledged_at:
                alarm.write(
                    {
                        "state": "acknowledged",
                        "acknowledged_at": fields.Datetime.now(),
                        "acknowledged_by_id": ticket.handler_id.id or self.env.uid,
                    }
                )

    @api.model
    def _present_by_post(self, posts, at=None):
        """Whoever is on duty counts as holding the post of rapid response."""
        present = super()._present_by_post(posts, at)
        rapid = posts.sudo().filtered(lambda post: post.code == "rapid_response")
        if rapid:
            groups = (
                self.env["school.rapid.group"]
                .sudo()
                .search([("company_id", "in", rapid.company_id.ids)])
            )
            people = groups._on_duty(at)
            for post in rapid:
                users = self.env["res.users"].sudo()
                for group in groups:
                    if group.company_id == post.company_id:
                        users |= people[group.id]
                if users:
                    present[post.id] = users
        return present
