from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools.number_pattern import NumberPattern, PatternError
from ..tools.rows import insert_rows

RESETS = [
    ("day", "Every day"),
    ("month", "Every month"),
    ("year", "Every year"),
    ("school_year", "Every school year"),
    ("never", "Never Restarts"),
]
HISTORY_REGISTER = "number"
# What giving a number asks of a series
_KNOWN = ("company_id", "kind", "pattern", "reset")


class SchoolNumberSeries(models.Model):
    """How the numbers of one kind look in one school, and when they start again
    (BASE-12).

    Numbers are given by ``_issue``: without gaps, never twice, in the order of the
    records, correct when many register at once (see ``school.serial``). Changing the
    pattern concerns the numbers to come only; the counter goes on.
    """

    _name = "school.number.series"
    _description = "Number series"
    _inherit = ["school.record", "mail.thread"]
    _order = "company_id, name, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Char(
        required=True,
        readonly=True,
        index=True,
        help="The technical name under which the software asks for a number.",
    )
    pattern = fields.Char(
        required=True,
        default="{code}-{date:%Y%m%d}-{seq:03d}",
        tracking=True,
        help="{code} and {office}: the code and the office name of the school; "
        "{date:%Y%m%d}, {year}, {school_year}: the day of registration; "
        "{seq:03d}: the running number, here with at least 3 digits.",
    )
    reset = fields.Selection(
        RESETS,
        "Starts Again",
        required=True,
        default="day",
        tracking=True,
        help="When the running number starts again from 1.",
    )
    preview = fields.Char(
        compute="_compute_preview",
        help="The number that would be given now, if nobody is faster.",
    )
    number_ids = fields.One2many("school.number", "series_id", readonly=True)
    number_count = fields.Integer(compute="_compute_counts")
    void_count = fields.Integer("Void", compute="_compute_counts")
    gap_count = fields.Integer("Missing", compute="_compute_counts")

    _server_fields = frozenset({"kind"})

    _kind_uniq = models.UniqueIndex(
        "(company_id, kind)",
        "This school has a series for this kind of number already.",
    )

    @api.depends("pattern", "reset", "company_id")
    def _compute_preview(self):
        now = fields.Datetime.now()
        periods = {}
        for series in self:
            day = (series.company_id or self.env.company)._school_date(now)
            year = series._school_year(day)
            periods[series] = day, year, series._period(day, year)
        heads = self._heads(
            {s._origin: period for s, (_d, _y, period) in periods.items() if s._origin}
        )
        for series, (day, year, period) in periods.items():
            head = heads.get((series._origin.id, period), 0)
            try:
                pattern = series._parsed_pattern()
                series.preview = series._render(pattern, day, year, head + 1)
            except UserError as error:
                series.preview = str(error.args[0])

    def _compute_counts(self):
        Number = self.env["school.number"]
        total, void = defaultdict(int), defaultdict(int)
        groups = Number._read_group(
            [("series_id", "in", self.ids)], ["series_id", "state"], ["__count"]
        )
        for series, state, count in groups:
            total[series] += count
            if state == "void":
                void[series] += count
        gaps = dict(
            self.env["school.number.gap"]._read_group(
                [("series_id", "in", self.ids)], ["series_id"], ["missing:sum"]
            )
        )
        for series in self:
            series.number_count = total[series._origin]
            series.void_count = void[series._origin]
            series.gap_count = gaps.get(series._origin, 0)

    @api.constrains("pattern", "reset")
    def _check_pattern(self):
        for series in self:
            series._parsed_pattern()

    def _parsed_pattern(self):
        """Return the checked pattern, or say in a sentence what is wrong with it."""
        self.ensure_one()
        try:
            return NumberPattern(self.pattern).check(self.reset)
        except PatternError as error:
            raise ValidationError(self._pattern_sentence(error)) from None

    def _pattern_sentence(self, error):
        match error.reason:
            case "braces":
                return self.env._(
                    "The pattern has a brace that is not closed or not opened. Write a "
                    "token as {seq:03d}."
                )
            case "token":
                return self.env._(
                    "%(token)s is not a token. Use {code}, {office}, {date:%%Y%%m%%d}, "
                    "{year}, {school_year} and {seq:03d}.",
                    token=error.detail,
                )
            case "seq":
                return self.env._(
                    "A pattern needs the running number {seq} exactly once; {seq:03d} "
                    "writes it with at least three digits."
                )
            case "seq_format":
                return self.env._(
                    "“%(format)s” is no way to write the running number. Use {seq} or, "
                    "for three digits, {seq:03d}.",
                    format=error.detail,
                )
            case "date_format":
                return self.env._(
                    "A date is written as in %(example)s, with the codes %(codes)s.",
                    example="{date:%Y%m%d}",
                    codes="%Y %y %m %d",
                )
            case "format":
                return self.env._(
                    "%(token)s takes no format after the colon.", token=error.detail
                )
        label = dict(self._fields["reset"]._description_selection(self.env))
        return self.env._(
            "The running number starts again (%(reset)s), but the pattern does not "
            "show when: the same number would be given twice. Add the date, as in "
            "{date:%%Y%%m%%d}, or let the number start again less often.",
            reset=label[error.detail],
        )

    def write(self, vals):
        changed = self.browse()
        if vals.keys() & {"pattern", "reset"}:
            before = {series: (series.pattern, series.reset) for series in self}
            changed = self
        result = super().write(vals)
        for series in changed:
            old = before[series]
            if old != (series.pattern, series.reset):
                series._record_history("changed", *old)
        return result

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        self.env.registry.clear_cache()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        series = super().create(vals_list)
        self.env.registry.clear_cache()
        return series

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _record_history(self, event, old_pattern=None, old_reset=None):
        """Keep in the register which pattern held when: it explains every old
        number.
        """
        self.ensure_one()
        payload = {"pattern": self.pattern, "reset": self.reset, "kind": self.kind}
        if old_pattern:
            payload.update(old_pattern=old_pattern, old_reset=old_reset)
        Register = self.env["school.register"]
        Register._append(
            self.company_id,
            HISTORY_REGISTER,
            [{"event": event, "record": self, "payload": payload}],
        )

    @api.model
    def _ensure(self, company, kind, name, pattern=None, reset=None):
        """Return the series of a kind, opened if the school has none yet.

        :param name: text, or a ``_lt("…")`` term to be written in every language
        """
        # Opening a school is the operator's business and must not need rights inside
        # it.
        Series = self.sudo().with_context(lang="en_US")
        series = Series.search([("company_id", "=", company.id), ("kind", "=", kind)])
        if not series:
            text = name if isinstance(name, str) else name._translate("en_US")
            vals = {"company_id": company.id, "kind": kind, "name": text}
            if pattern:
                vals["pattern"] = pattern
            if reset:
                vals["reset"] = reset
            series = Series.create(vals)
            if not isinstance(name, str):
                company._seed_translations(series, "name", name)
            series._record_history("opened")
        return series.with_env(self.env)

    @api.model
    def _issue(self, kind_by_record, at=None):
        """Give each record a number of its kind, in this order; return them in a dict.

        :param kind_by_record: ``{record: kind}``, records of any models with a company
        :param at: the moment that counts for the date, by default now
        """
        wanted = {
            (record._name, record.id): (record.company_id, kind)
            for record, kind in kind_by_record.items()
        }
        return dict(zip(kind_by_record, self._give(wanted, at), strict=True))

    @api.model
    def _give(self, wanted, at=None):
        """Insert the next numbers and return them.

        :param wanted: ``{(model, id): (company, kind)}``, in the order of the numbers
        """
        at = at or fields.Datetime.now()
        by_key = self._of_kinds(set(wanted.values()))
        patterns = {series: series._parsed_pattern() for series in by_key.values()}
        days = {series: series.company_id._school_date(at) for series in patterns}
        years = {series: series._school_year(day) for series, day in days.items()}
        periods = {
            series: series._period(day, years[series]) for series, day in days.items()
        }
        heads = self._lock_heads(periods)
        vals_list = []
        for (res_model, res_id), key in wanted.items():
            series = by_key[key]
            day, period = days[series], periods[series]
            heads[series.id, period] += 1
            vals_list.append(
                {
                    "company_id": series.company_id.id,
                    "series_id": series.id,
                    "kind": series.kind,
                    "period": period,
                    "date": day,
                    "seq": heads[series.id, period],
                    "text": series._render(
                        patterns[series], day, years[series], heads[series.id, period]
                    ),
                    "res_model": res_model,
                    "res_id": res_id,
                    "state": "used",
                }
            )
        # Nobody may write numbers; giving one is what the caller was allowed to do.
        Number = self.env["school.number"].sudo()
        schools = {vals["company_id"] for vals in vals_list}
        Number._check_schools_open(self.env["res.company"].browse(schools))
        given = self._given_query(vals_list)
        numbers = insert_rows(Number, vals_list, unless=given)
        if not numbers:
            self._refuse_given(given)
        return numbers

    @api.model
    def _of_kinds(self, keys):
        """``{(company, kind): series}`` with what giving a number asks of them."""
        # A teacher may cause a number to be given without being able to see the series.
        Series = self.sudo()
        by_key = {}
        for company, kind in keys:
            known = self._known(company.id, kind)
            if not known:
                raise UserError(
                    self.env._(
                        "%(school)s has no number series “%(kind)s”. The school "
                        "administrator opens it under Configuration, Numbers and "
                        "Registers.",
                        school=company.name,
                        kind=kind,
                    )
                )
            series_id, values = known
            by_key[company, kind] = series = Series.browse(series_id)
            for name, value in values.items():
                self._fields[name]._insert_cache(series, [value])
        return by_key

    @api.model
    @tools.ormcache("company_id", "kind")
    def _known(self, company_id, kind):
        """``(id, {field: value in the cache})`` of a series, None if there is none.

        Every number asks for it, and it changes once in years: so it is kept in the
        process, until Odoo's own signalling clears the caches of all of them.
        """
        series = self.sudo().search_fetch(
            [("company_id", "=", company_id), ("kind", "=", kind)], _KNOWN
        )
        if not series:
            return None
        fields_ = (self._fields[name] for name in _KNOWN)
        return series.id, {
            field.name: field.convert_to_cache(series[field.name], series)
            for field in fields_
        }

    def _lock_heads(self, counters):
        """Lock the counters ``{series: period}`` and return where each one stands."""
        keys = {(series.id, period) for series, period in counters.items()}
        heads = defaultdict(int)
        for series_id, period, seq in self.env["school.serial"]._lock_and_read(
            [f"number:{series_id}:{period}" for series_id, period in keys],
            self._heads_query(keys),
            only_locked=True,
        ):
            heads[series_id, period] = max(heads[series_id, period], seq)
        return heads

    def _heads(self, period_by_series):
        """Return ``{(series id, period): last number}`` as this transaction sees it."""
        if not period_by_series:
            return {}
        query = self._heads_query(
            {(series.id, period) for series, period in period_by_series.items()}
        )
        return {(s, period): seq for s, period, seq in self.env.execute_query(query)}

    def _heads_query(self, counters):
        # LATERAL with LIMIT 1 reads one index entry per counter, however many numbers
        # it has given.
        return SQL(
            """
            SELECT counter.series_id, counter.period, head.seq
              FROM (VALUES %s) AS counter (series_id, period),
           LATERAL (SELECT seq
                      FROM school_number
                     WHERE series_id = counter.series_id AND period = counter.period
                  ORDER BY seq DESC
                     LIMIT 1) AS head
            """,
            SQL(", ").join(SQL("(%s, %s)", *counter) for counter in sorted(counters)),
        )

    def _given_query(self, vals_list):
        """Finds a text that exists: an earlier pattern may have given it already.

        The unique index is what guarantees it; this is there to say it in a sentence.
        """
        for vals in vals_list:
            vals["text"] = vals["text"].strip()
        return SQL(
            "SELECT text FROM school_number WHERE (company_id, kind, text) IN (%s)",
            SQL(", ").join(
                SQL("(%s, %s, %s)", vals["company_id"], vals["kind"], vals["text"])
                for vals in vals_list
            ),
        )

    def _refuse_given(self, given):
        raise UserError(
            self.env._(
                "The number %(number)s was given before, under an earlier pattern. "
                "The school administrator must change the pattern so that new "
                "numbers differ from old ones.",
                number=self.env.execute_query(given)[0][0],
            )
        )

    def _render(self, pattern, day, school_year, seq):
        self.ensure_one()
        company = (self.company_id or self.env.company).sudo()
        values = {
            "code": company.school_code or "",
            "office": company.school_office_name or "",
        }
        for token, value in values.items():
            if token in pattern.tokens and not value:
                raise UserError(
                    self.env._(
                        "Numbers of %(series)s show the code or the name of the "
                        "office, and %(school)s has none yet. The school administrator "
                        "enters it in the settings of the school.",
                        series=self.name,
                        school=company.name,
                    )
                )
        return pattern.render(date=day, seq=seq, school_year=school_year, **values)

    def _period(self, day, school_year):
        """Return the name of the counting period to which a day belongs."""
        self.ensure_one()
        match self.reset:
            case "day":
                return day.isoformat()
            case "month":
                return f"{day:%Y-%m}"
            case "year":
                return f"{day:%Y}"
            case "school_year":
                return school_year
            case _:
                return "-"

    def _school_year(self, day):
        """Return the school year of a day, where this series has to know it."""
        if self.reset != "school_year" and "{school_year}" not in (self.pattern or ""):
            return ""
        return (self.company_id or self.env.company)._school_year(day)

    def action_numbers(self):
        """Open the numbers this series has given."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_base.action_school_number"
        )
        return {**action, "domain": [("series_id", "=", self.id)], "context": {}}

    def action_gaps(self):
        """Open the numbers this series has not given although it gave later ones."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_base.action_school_number_gap"
        )
        return {**action, "domain": [("series_id", "=", self.id)], "context": {}}
