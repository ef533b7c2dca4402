from datetime import datetime

from odoo import api, fields, models
from odoo.tools.misc import format_date, format_datetime


class SchoolMeetingMinutes(models.Model):
    """The minutes as one reader sees them on the screen."""

    _inherit = "school.meeting.minutes"

    reading = fields.Html(
        "Text",
        compute="_compute_reading",
        compute_sudo=False,
        sanitize=False,
        help="As you may read it.",
    )

    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_reading(self):
        # Everything in it is escaped by the template.
        qweb = self.env["ir.qweb"]
        for minutes in self:
            minutes.reading = minutes._origin and qweb._render(
                "school_office_meetings.minutes_paper",
                {"view": minutes._origin._paper_view()},
            )

    def _paper_view(self, printed=False, for_guest=False):
        """What :meth:`_reader_view` returns, in words and in the reader's language.

        :param printed: it leaves the screen and goes from hand to hand: of the absent
            it says who was excused, and not why (the lists of GB/T 9704 10.3)
        :param for_guest: as somebody without a user reads it
        """
        self.ensure_one()
        view = self._reader_view(for_guest)
        if printed:
            view["absent"] = [{**row, "reason": ""} for row in view["absent"]]
        names = "、".join
        head = [
            (self.env._("Time"), self._when_words(view)),
            (self.env._("Place"), view["place"]),
            (self.env._("Chair"), view["chair"]),
            (self.env._("Minutes taker"), view["recorder"]),
            (self.env._("Present"), names(view["present"])),
            (self.env._("Late"), names(view["late"])),
            (self.env._("Left early"), names(view["left"])),
            (self.env._("Excused"), self._absent_words(view, excused=True)),
            (self.env._("Absent"), self._absent_words(view, excused=False)),
            (self.env._("Observers"), names(view["observers"])),
        ]
        if view["kind"] == "correction":
            head = [(self.env._("Corrects"), view["corrects"]["number"]), *head[:1]]
        return {
            **view,
            "heading": self._paper_heading(view),
            "head": [row for row in head if row[1]],
            "parts": [self._paper_part(view, part) for part in view["items"]],
        }

    def _paper_heading(self, view):
        if view["kind"] == "correction":
            return self.env._(
                "Correction of the Minutes: %(title)s", title=view["title"]
            )
        return self.env._("Minutes: %(title)s", title=view["title"])

    def _paper_part(self, view, part):
        if part.get("hidden"):
            return {
                "heading": self.env._("Item %(number)s", number=part["no"]),
                "hidden": True,
                "texts": [],
                "sha256": part["sha256"],
            }
        texts = [
            (label, self._part_words(key, part.get(key)))
            for key, label in self._text_labels().items()
        ]
        if part.get("recused"):
            texts.append((self.env._("Recused"), "、".join(part["recused"])))
        heading = part["title"]
        if view["kind"] == "minutes":
            heading = self.env._(
                "%(number)s. %(title)s", number=part["no"], title=part["title"]
            )
        return {
            "heading": heading,
            "hidden": False,
            "texts": [(label, words) for label, words in texts if words],
        }

    def _when_words(self, view):
        tz = self.company_id.sudo()._school_tz().zone
        start, stop = (self._moment(view[name]) for name in ("start", "stop"))
        if not start:
            return ""

        def hour(moment):
            return format_datetime(self.env, moment, tz=tz, dt_format="HH:mm")

        words = f"{self._date_words(view)} {hour(start)}"
        return f"{words}–{hour(stop)}" if stop else words

    @api.model
    def _moment(self, text):
        return text and datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")

    def _absent_words(self, view, excused):
        """Those who were absent, with or without a word."""
        return "、".join(
            f"{row['name']}（{row['reason']}）" if row["reason"] else row["name"]
            for row in view["absent"]
            if bool(row["excused"] or row["reason"]) == excused
        )

    def _date_words(self, view):
        moment = self._moment(view["start"])
        return moment and format_date(
            self.env, self.company_id._school_date(moment), date_format="long"
        )
