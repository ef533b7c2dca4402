from babel.dates import format_datetime

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, get_lang


class SchoolMeeting(models.Model):
    """The notice: what people read (MTG-04), and what may be said in the open."""

    _inherit = "school.meeting"

    when_text = fields.Char("When", compute="_compute_when_text")
    school_time = fields.Char(
        "At the School",
        compute="_compute_school_time",
        help="When it is by the clock of the school, where yours shows another hour.",
    )

    def _compute_when_text(self):
        for meeting in self:
            meeting.when_text = meeting._when_text(self.env)

    @api.depends_context("tz", "lang")
    @api.depends("start", "stop", "is_all_day")
    def _compute_school_time(self):
        for meeting in self:
            meeting.school_time = (
                bool(meeting.start)
                and meeting.company_id._school_reads_otherwise(meeting.start)
                and meeting._when_text(self.env)
            )

    def _local(self, moment):
        """The wall time of the school: everybody of it comes at the same hour."""
        return fields.Datetime.context_timestamp(
            self.with_context(tz=str(self.company_id._school_tz())), moment
        )

    def _when_text(self, env):
        """Day and hours as the language of ``env`` has them, in the school's zone."""
        self.ensure_one()
        if not self.start:
            return ""
        locale = babel_locale_parse(get_lang(env).code)
        start = self._local(self.start)
        zh = locale.language == "zh"
        day = format_datetime(
            start, "y年M月d日 EEEE" if zh else "EEE d MMM y", locale=locale
        )
        if self.is_all_day:
            return f"{day} ({env._('all day')})"
        if not self.stop:
            return f"{day} {start:%H:%M}"
        stop = self._local(self.stop)
        if stop.date() == start.date():
            return f"{day} {start:%H:%M}–{stop:%H:%M}"
        return f"{day} {start:%H:%M} – {stop:%Y-%m-%d %H:%M}"

    def _where_text(self):
        venue = self._meeting_venue()
        # sudo: the room of a meeting may be read by whoever comes
        name = venue.sudo().display_name if venue else ""
        return " · ".join(filter(None, (name, self.venue_note)))

    def _open_name(self, env):
        """How the meeting is called where not only its people may read it."""
        if self.is_restricted:
            return env._("Meeting %(number)s", number=self.number or "")
        return self.name

    def _names(self, participants):
        return ", ".join(participants.sudo().mapped("person_name"))

    def _notice_is_secret(self):
        """Nothing about a restricted meeting leaves it but that it takes place."""
        return bool(self.sudo().is_restricted)

    def _notice_subject(self, env, kind="called"):
        name, when = self._open_name(env), self._when_text(env)
        match kind:
            case "moved":
                return env._(
                    "Postponed: %(meeting)s, %(when)s", meeting=name, when=when
                )
            case "cancelled":
                return env._(
                    "Cancelled: %(meeting)s, %(when)s", meeting=name, when=when
                )
            case "urged":
                return env._(
                    "Please answer: %(meeting)s, %(when)s", meeting=name, when=when
                )
            case "deputy":
                return env._(
                    "You are sent as deputy: %(meeting)s, %(when)s",
                    meeting=name,
                    when=when,
                )
            case _:
                return env._("Meeting: %(meeting)s, %(when)s", meeting=name, when=when)

    def _notice_lines(self, env, kind="called"):
        """``(label, value)`` of the notice; of a restricted meeting time and place."""
        self.ensure_one()
        lines = [
            (env._("When"), self._when_text(env)),
            (env._("Where"), self._where_text()),
            (env._("Video link"), self.online_url),
        ]
        if kind == "cancelled":
            lines = lines[:1]
        if self.is_restricted:
            return [(label, value) for label, value in lines if value]
        if kind == "cancelled":
            lines.append((env._("Reason"), self.cancel_reason))
        else:
            items = self.item_ids
            lines += [
                (env._("Chair"), self.chair_id.sudo().name),
                (env._("Participants"), self._names(self.participant_ids)),
                (
                    env._("Agenda"),
                    "\n".join(
                        f"  {number}. {item.name}"
                        for number, item in enumerate(items, 1)
                    )
                    and "\n"
                    + "\n".join(
                        f"  {number}. {item.name}"
                        for number, item in enumerate(items, 1)
                    ),
                ),
                (env._("To prepare"), self.materials_note),
                (env._("Please note"), self.requirements),
            ]
        lines.append((env._("Contact Person"), self._contact_words()))
        return [(label, value) for label, value in lines if value]

    def _contact_words(self):
        """Who answers questions, with his telephone or that of the office (MTG-04)."""
        self.ensure_one()
        # sudo: contacts of colleagues are not readable by everyone
        person = self.organizer_id.sudo()
        phone = person.partner_id.phone or self.company_id.sudo().school_office_hotline
        return " ".join(filter(None, (person.name, phone)))

    def _notice_body(self, env, kind="called"):
        """The text of the notice, rendered once for each language."""
        meeting = self.with_env(env).sudo()
        rows = [
            env._("%(label)s: %(value)s", label=label, value=value)
            for label, value in meeting._notice_lines(env, kind)
        ]
        rows.insert(0, meeting._notice_opening(env, kind))
        if kind not in ("cancelled",):
            rows.append(env._("Please answer in My Office whether you come."))
        return "\n".join(filter(None, rows))

    def _notice_opening(self, env, kind):
        match kind:
            case "moved":
                return env._("The meeting takes place at another time.")
            case "cancelled":
                return env._("The meeting does not take place.")
            case "urged":
                return env._("Your answer is still missing.")
            case "deputy":
                return env._("A colleague sends you in his place.")
        return env._("You are asked to come to a meeting.")
