from datetime import timedelta

import vobject
from dateutil import tz

from odoo import api, fields, models
from odoo.tools.misc import hmac

KINDS = (
    "meeting_called",
    "meeting_moved",
    "meeting_invited",
    "meeting_deputy",
    "meeting_cancelled",
)


class SchoolMeeting(models.Model):
    """Meetings as iCalendar (RFC 5545), for letters and subscribed calendars."""

    _inherit = "school.meeting"

    def _ics(self, method="PUBLISH", env=None):
        """Return the meetings as the bytes of one calendar file.

        The number of an entry never changes and ``SEQUENCE`` counts its changes, so a
        calendar that has it moves it, or strikes it out, instead of showing it twice.
        """
        env = env or self.env
        calendar = vobject.iCalendar()
        calendar.add("prodid").value = "-//School Office//Meetings//EN"
        calendar.add("method").value = method
        host = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        base = self.env["ir.config_parameter"].get_base_url()
        # sudo: place and people of a meeting may be read by whoever is called to it
        for meeting in self.sudo():
            event = calendar.add("vevent")
            event.add("uid").value = f"meeting-{meeting.id}@{host}"
            event.add("dtstamp").value = self._ics_moment(meeting.write_date)
            if meeting.is_all_day:
                times = meeting._calendar_times()
                event.add("dtstart").value = times["start_date"]
                event.add("dtend").value = times["stop_date"] + timedelta(days=1)
            else:
                event.add("dtstart").value = self._ics_moment(meeting.start)
                event.add("dtend").value = self._ics_moment(meeting.stop)
            event.add("sequence").value = str(meeting.notice_sequence)
            event.add("status").value = (
                "CANCELLED" if meeting.state == "cancelled" else "CONFIRMED"
            )
            event.add("summary").value = meeting._open_name(env)
            event.add("url").value = f"{base}/odoo/school.meeting/{meeting.id}"
            if meeting.is_restricted:
                event.add("class").value = "PRIVATE"
                continue
            where = meeting._where_text()
            if where:
                event.add("location").value = where
            text = "\n".join(
                f"{label}: {value}"
                for label, value in meeting.with_env(env).sudo()._notice_lines(env)[2:]
            )
            if text:
                event.add("description").value = text
            email = meeting.organizer_id.email
            if email:
                organizer = event.add("organizer")
                organizer.value = f"mailto:{email}"
                organizer.params["CN"] = [meeting.organizer_id.name.replace('"', "'")]
        return calendar.serialize().encode()

    @staticmethod
    def _ics_moment(moment):
        # The zone that vobject knows: it compares another one with it day by day.
        return moment.replace(microsecond=0, tzinfo=tz.UTC)


class SchoolNotice(models.Model):
    _inherit = "school.notice"

    def _files(self):
        files = super()._files()
        if self.kind in KINDS and self.res_model == "school.meeting" and self.res_id:
            meeting = self.env["school.meeting"].sudo().browse(self.res_id)
            method = "CANCEL" if self.kind == "meeting_cancelled" else "PUBLISH"
            env = self.with_context(lang=self.lang).env
            return [*files, ("meeting.ics", meeting._ics(method, env))]
        return files


class SchoolMeetingParticipant(models.Model):
    """The link by which a guest answers without signing in."""

    _inherit = "school.meeting.participant"

    def _answer_token(self):
        """What only the letter to this guest contains."""
        self.ensure_one()
        # sudo: the key of the database is nobody's to read
        return hmac(
            self.env(su=True),
            "school-meeting-answer",
            (self.id, self.meeting_id.id, self.partner_id.id),
        )

    def _answer_url(self):
        return f"{self.get_base_url()}/meeting/answer/{self.id}/{self._answer_token()}"

    def _guest_body(self, env, kind):
        """The letter to a guest: the notice, and his own link."""
        body = self.meeting_id._notice_body(env, kind)
        if kind == "cancelled":
            return body
        lines = body.splitlines()[:-1]
        lines.append(
            env._("Say whether you come: %(url)s", url=self.sudo()._answer_url())
        )
        return "\n".join(lines)


class SchoolMeetingFeed(models.Model):
    """A secret address under which somebody's own calendar reads his meetings.

    The address contains a keyed hash of the row and its turn, so nothing that opens it
    is stored; renewing counts the turn up and the old address is dead.
    """

    _name = "school.meeting.feed"
    _description = "Calendar Subscription"
    _inherit = ["school.record"]
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
    )
    active = fields.Boolean("Valid", default=True, readonly=True)
    turn = fields.Integer(default=1, readonly=True)
    url = fields.Char("Address", compute="_compute_url")

    _user_uniq = models.UniqueIndex(
        "(user_id, company_id)", "This person has a subscription already."
    )

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _compute_url(self):
        for feed in self:
            # Only its owner ever sees it, whatever the rules say.
            own = feed.active and feed.user_id == self.env.user
            feed.url = own and (
                f"{feed.get_base_url()}/meeting/feed/{feed.id}/{feed._token()}.ics"
            )

    def _token(self):
        self.ensure_one()
        return hmac(
            self.env(su=True),
            "school-meeting-feed",
            (self.id, self.sudo().user_id.id, self.sudo().turn),
        )

    def action_renew(self):
        """Make a new address: the old one opens nothing from now on."""
        self.check_access("read")
        for feed in self.sudo():
            feed.write({"turn": feed.turn + 1, "active": True})
        return self._open_mine()

    def action_revoke(self):
        """Close the address."""
        self.check_access("read")
        for feed in self.sudo():
            feed.write({"active": False, "turn": feed.turn + 1})
        return self._open_mine()

    @api.model
    def _open_mine(self):
        """Open one's own subscription; made the first time."""
        self.check_access("read")
        company = self.env.company
        # sudo: nobody writes these rows by hand; it is his own
        feed = (
            self.sudo()
            .with_context(active_test=False)
            .search([("user_id", "=", self.env.uid), ("company_id", "=", company.id)])
        ) or self.sudo().create({"user_id": self.env.uid, "company_id": company.id})
        return self._form_of(
            feed, name=self.env._("My Meetings in Another Calendar"), target="new"
        )

    def _meetings(self):
        """What the person of the feed was called to; as he himself may see it."""
        self.ensure_one()
        user = self.user_id
        Meeting = (
            self.env["school.meeting"]
            .with_user(user)
            .with_context(
                allowed_company_ids=self.company_id.ids,
                lang=user.lang,
                tz=user.tz,
            )
        )
        return Meeting.search(
            [
                ("company_id", "=", self.company_id.id),
                ("called_at", "!=", False),
                ("has_part", "=", True),
                ("stop", ">=", fields.Datetime.now() - timedelta(days=90)),
            ],
            limit=1000,
        )


class SchoolOutsideAct(models.Model):
    _inherit = "school.outside.act"

    @api.model
    def _windows(self):
        """The links of guests and calendars: so many uses in a minute."""
        return {**super()._windows(), "meeting_answer": 1, "meeting_feed": 1}
