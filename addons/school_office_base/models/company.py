import datetime
import logging
import re

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools.translate import LazyTranslate

from ..tools.worktime import local_seconds, to_datetime

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)
OFFICE_NAME = _lt("General Office")
DEFAULT_TZ = "Asia/Shanghai"
DEFAULT_HOURS = ((8.5, 17.5),)


class ResCompany(models.Model):
    """A school of the suite: its office profile and its settings.

    Settings are columns here, one per figure of the table *Defaults* of the
    requirements. The school administrator edits them through ``school.settings``, which
    asks for no right over companies.
    """

    _inherit = "res.company"

    is_school = fields.Boolean(
        index=True, help="This company is a school (学校) of the school office suite."
    )
    school_state = fields.Selection(
        [("open", "In Operation"), ("closed", "Closed")],
        string="School Status",
        default="open",
        required=True,
        copy=False,
        help="A closed school can be read and exported, never changed.",
    )
    school_closed_at = fields.Datetime("Closed On", readonly=True, copy=False)
    school_closed_reason = fields.Char(
        "Reason of the Closing", readonly=True, copy=False
    )

    # Office profile (BASE-01)
    school_code = fields.Char(
        "Short Code",
        copy=False,
        help="Stands in front of the numbers of this school, for example 育才 in "
        "育才办-20260901-001. Unique among the schools of this system.",
    )
    school_office_name = fields.Char("Office Name", translate=True)
    school_office_counter = fields.Char("Counter", help="Where people find the office.")
    school_office_mailbox = fields.Char("Office Mailbox")
    school_office_hotline = fields.Char("Hotline")
    school_office_website = fields.Char("Website of the Office")

    # School year (BASE-21)
    school_year_start_month = fields.Integer(
        "School Year Starts in Month",
        default=9,
        help="Month, 1 to 12. Numbers that restart each school year restart here. "
        "Proposal.",
    )

    # Internal directory (BASE-19)
    school_directory_month_1 = fields.Integer(
        "First Directory Update",
        default=6,
        help="Month, 1 to 12. Each department confirms its own people.",
    )
    school_directory_month_2 = fields.Integer(
        "Second Directory Update", default=12, help="Month, 1 to 12."
    )
    school_directory_days = fields.Integer(
        "Answer Time per Department", default=10, help="Working days. Proposal."
    )

    # Chasing (BASE-28)
    school_remind_before_days = fields.Integer(
        "Remind Before Due", default=2, help="Working days before. Proposal."
    )
    school_remind_on_due = fields.Boolean(
        "Remind When Due", default=True, help="Proposal."
    )
    school_remind_after_days = fields.Integer(
        "Remind After Due Every", default=1, help="Working days. Proposal."
    )
    school_escalate_after_days = fields.Integer(
        "Tell the Head After",
        default=3,
        help="Working days after the due date. Proposal.",
    )

    # Incoming documents (DOC-01, 03, 06, 10, 11, 12, 15, 17)
    school_doc_reception_time = fields.Float(
        "Daily Time of Document Reception",
        default=9.0,
        help="Time of day in the school's zone. Proposal.",
    )
    school_doc_reception_place_id = fields.Many2one(
        "school.place",
        "Place of Document Reception",
        check_company=True,
        domain="[('company_id', '=', id)]",
    )
    school_doc_damage_days = fields.Integer(
        "Follow-up of a Damaged or Missing Document",
        default=3,
        help="Working days. Proposal.",
    )
    school_doc_propose_hours = fields.Float(
        "From Registration to the Leader", default=2.0, help="Service hours. Proposal."
    )
    school_doc_sign_hours = fields.Float(
        "Signing by the Receiving Department", default=2.0, help="Service hours."
    )
    school_doc_sign_urgent_hours = fields.Float(
        "Signing of an Urgent Document", default=1.0, help="Service hours. Proposal."
    )
    school_doc_circulation_days = fields.Integer(
        "Longest Idle Time per Reader",
        default=1,
        help="Working days in circulation. Proposal.",
    )
    school_doc_handling_days = fields.Integer(
        "Handling When No Deadline Is Given",
        default=5,
        help="Working days. Proposal.",
    )
    school_doc_on_time_target = fields.Float(
        "Target Share of Documents Handled in Time", default=95.0, help="Percent."
    )

    _school_code_uniq = models.UniqueIndex(
        "(lower(school_code)) WHERE is_school AND school_code IS NOT NULL",
        "Another school already uses this short code.",
    )
    _school_months_check = models.Constraint(
        "CHECK (school_year_start_month BETWEEN 1 AND 12"
        " AND school_directory_month_1 BETWEEN 1 AND 12"
        " AND school_directory_month_2 BETWEEN 1 AND 12)",
        "A month is a number from 1 to 12.",
    )
    _school_share_check = models.Constraint(
        "CHECK (school_doc_on_time_target BETWEEN 0 AND 100)",
        "A share is between 0 and 100 percent.",
    )
    _school_times_check = models.Constraint(
        "CHECK (school_doc_reception_time >= 0 AND school_doc_reception_time < 24)",
        "A time of day is between 00:00 and 23:59.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._school_sync_partners()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "is_school" in vals:
            self._school_sync_partners()
        return result

    def _school_sync_partners(self):
        """Give the school its own partner and those of its people."""
        schools = self.filtered("is_school").sudo()
        for school in schools:
            if school.partner_id.company_id != school:
                school.partner_id.company_id = school
        if schools:
            self.env["res.users"].with_context(active_test=False).sudo().search(
                [("company_ids", "in", schools.ids)]
            )._school_sync_partners()

    @api.constrains("school_code", "is_school")
    def _check_school_code(self):
        for company in self.filtered("is_school"):
            code = company.school_code
            if code and not re.fullmatch(r"[\w-]{1,16}", code):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” cannot be a short code: use 1 to 16 letters, "
                        "digits or Chinese characters, without spaces.",
                        code=code,
                    )
                )

    @api.model
    def _school_positive_fields(self):
        """Settings for which a negative figure, or none, makes no sense."""
        return {
            name
            for name, field in self._fields.items()
            if name.startswith("school_")
            and field.type in ("integer", "float")
            and field.store
            and not field.compute
        }

    @api.constrains(lambda self: sorted(self._school_positive_fields()))
    def _check_school_figures(self):
        for name in self._school_positive_fields():
            for company in self:
                if company[name] < 0:
                    raise ValidationError(
                        self.env._(
                            "%(setting)s cannot be negative.",
                            setting=self._fields[name]._description_string(self.env),
                        )
                    )

    def cache_invalidation_fields(self):
        # Record rules ask whether a user belongs to a school.
        return super().cache_invalidation_fields() | {"is_school", "school_state"}

    @api.model
    def _seed_translations(self, record, field, term):
        """Write ``term`` into the translated ``field`` of ``record`` in every language.

        Names that set-up gives to posts, flows, registers … are data of the school, so
        no catalogue translates them later: each installed language is written once.

        :param term: a ``_lt("…")`` term (``_lt = LazyTranslate(__name__)``), so that
            the string is exported with the addon that names it.
        """
        languages = [code for code, __ in self.env["res.lang"].get_installed()]
        translations = {code: term._translate(code) for code in languages}
        translations["en_US"] = term._translate("en_US")
        record.update_field_translations(
            field, {"en_US": translations.pop("en_US"), **translations}
        )

    def _prepare_resource_calendar_values(self):
        values = super()._prepare_resource_calendar_values()
        if self.is_school:
            values.update(self._school_calendar_values())
        return values

    def _school_calendar_values(self, hours=DEFAULT_HOURS, tz=DEFAULT_TZ):
        """Return a working calendar, Monday to Friday, of these stretches (BASE-02).

        :param hours: ``((from, to), …)`` in hours of the day; 08:30–17:30 by default
        """
        weekdays = self.env["resource.calendar.attendance"]._fields["dayofweek"]
        names = dict(weekdays._description_selection(self.env))
        return {
            "name": self.env._("Service Hours"),
            "company_id": self.id,
            "tz": tz,
            "attendance_ids": [
                Command.create(
                    {
                        "name": names[day],
                        "dayofweek": day,
                        "hour_from": start,
                        "hour_to": stop,
                        "day_period": "full_day"
                        if len(hours) == 1
                        else ("morning", "afternoon")[number > 0],
                    }
                )
                for day in "01234"
                for number, (start, stop) in enumerate(hours)
            ],
        }

    def _school_tz(self):
        """Return the time zone in which the school lives."""
        self.ensure_one()
        return pytz.timezone(
            self.sudo().resource_calendar_id._school_tz_name() or DEFAULT_TZ
        )

    def _school_date(self, at=None):
        """Return the date it is in the school at ``at`` (UTC time or date), or now."""
        if at and not isinstance(at, datetime.datetime):
            return at
        moment = pytz.utc.localize(at or fields.Datetime.now())
        return moment.astimezone(self._school_tz()).date()

    def _school_moment(self, day, hour=0):
        """Return ``hour`` o'clock of a day on the school's wall, as naive UTC."""
        return to_datetime(local_seconds(self._school_tz(), day, round(hour * 60)))

    def _school_span(self, first, last):
        """Return when the days ``first`` to ``last`` begin and have ended there."""
        return self._school_moment(first), self._school_moment(last, 24)

    def _school_year(self, date=None):
        """Return the school year of ``date`` as text, for example ``2026-2027``."""
        date = date or self._school_date()
        term = self.env["school.term"]._at(self, date)
        if term:
            return term.school_year
        first = date.year - (date.month < self.school_year_start_month)
        return f"{first}-{first + 1}"

    def _check_school_is_open(self):
        for company in self:
            if company.school_state == "closed":
                raise UserError(
                    self.env._(
                        "%(school)s is closed: its records can be read and exported, "
                        "not changed.",
                        school=company.name,
                    )
                )

    @api.model
    def _in_each_school(self, work, schools=None):
        """Call ``work(school)`` for every open school: the frame of a scheduled action.

        A scheduled action commits what one school got before the next one's turn. A
        fault stops one school only; it is logged, and the next run tries again.

        :param schools: those to work for, if the caller knows them already
        """
        if schools is None:
            schools = self.sudo().search(
                [("is_school", "=", True), ("school_state", "=", "open")], order="id"
            )
        for done, school in enumerate(schools, 1):
            try:
                with self.env.cr.savepoint():
                    work(school)
            except Exception:
                _logger.exception("%s of school %s", work, school.id)
            # Called by hand, as for the demonstration, it is part of its caller.
            if self.env.context.get("ir_cron_progress_id"):
                self.env["ir.cron"]._commit_progress(1, remaining=len(schools) - done)

    @api.model
    def _in_school_days(self, domain_of):
        """Return a domain of ``domain_of(today)``, today being each open school's own.

        For scheduled actions of all schools: at one moment it is two or three dates.
        """
        schools = self.sudo().search(
            [("is_school", "=", True), ("school_state", "=", "open")]
        )
        by_day = schools.grouped(lambda school: school._school_date())
        return Domain.OR(
            Domain("company_id", "in", own.ids) & domain_of(day)
            for day, own in by_day.items()
        )

    def _register_hook(self):
        """After an update, give the schools what the new version brings.

        Here all addons are loaded; a script of one addon's update would run before the
        others know their own part of ``_school_set_up``.
        """
        super()._register_hook()
        if any(name.startswith("school_office_") for name in self.pool.updated_modules):
            self._school_set_up_all()

    @api.model
    def _school_set_up_all(self):
        """Set up every school in operation; a closed one waits until it is reopened."""
        self.sudo().search(
            [("is_school", "=", True), ("school_state", "=", "open")]
        )._school_set_up()

    def _school_set_up(self):
        """Give each school of ``self`` what it needs to work: posts, flows, limits.

        Every engine and addon extends this and must be idempotent: it also runs on
        schools that exist when an addon is installed or updated, and on one that is
        opened again. What a school has changed stays as the school wants it.
        """
        self.filtered(lambda c: not c.resource_calendar_id)._create_resource_calendar()
        for company in self.sudo().filtered(lambda c: not c.school_office_name):
            self._seed_translations(company, "school_office_name", OFFICE_NAME)
        self.env["school.post"]._ensure_standard(self)
        self.env["school.place"]._ensure_root(self)
