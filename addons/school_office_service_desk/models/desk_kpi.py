from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import kpi

PERIODS = [("month", "Month"), ("quarter", "Quarter"), ("term", "Term")]


class SchoolDeskKpi(models.Model):
    """The sheet of key figures of a school for one period (量化指标, DESK-61).

    An open sheet is computed again every night and on demand; a closed one is final:
    its figures, the rules and the calendar by which they were judged, and the records
    behind each of them. The figures themselves are in ``desk_kpi_measures.py``.
    """

    _name = "school.desk.kpi"
    _description = "Key Figures"
    _inherit = ["school.frozen.mixin", "school.record", "mail.thread"]
    _order = "date_from desc, period desc, id desc"
    _frozen_lines = ("line_ids",)

    name = fields.Char(readonly=True)
    period = fields.Selection(PERIODS, required=True, readonly=True, index=True)
    term_id = fields.Many2one(
        "school.term",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    date_from = fields.Date("First Day", required=True, readonly=True)
    date_to = fields.Date("Last Day", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Being Counted"), ("closed", "Final")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    computed_at = fields.Datetime("Computed On", readonly=True)
    closed_at = fields.Datetime("Closed On", readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    calendar_text = fields.Char(
        "Calendar",
        readonly=True,
        help="The state of the school calendar by which time was counted.",
    )
    line_ids = fields.One2many("school.desk.kpi.line", "kpi_id", "Figures")
    analysis_ids = fields.One2many("school.desk.analysis", "kpi_id", "Cause Analyses")
    analysis_missing = fields.Boolean(compute="_compute_analysis_missing")
    alarm_count = fields.Integer("Alarms", readonly=True)

    _period_uniq = models.UniqueIndex(
        "(company_id, period, date_from)", "The figures of this period exist already."
    )
    _order_idx = models.Index("(date_from DESC, period DESC, id DESC)")

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"} - self._chatter_fields()

    @api.model
    def _chatter_fields(self):
        return frozenset(
            name for name in self._fields if name.startswith(("message_", "rating_"))
        )

    @api.depends("analysis_ids.state")
    def _compute_analysis_missing(self):
        for sheet in self:
            sheet.analysis_missing = any(
                analysis.state == "required" for analysis in sheet.analysis_ids
            )

    def _is_deletable(self):
        return False

    @api.model
    def _low_rating(self, company):
        """Ratings up to this many points are low (DESK-15)."""
        return getattr(company, "school_desk_low_rating", 2) or 2

    # Periods

    @api.model
    def _ensure_period(self, company, period, day=None):
        """Return the sheet of the period in which ``day`` lies, if there is one."""
        day = day or company._school_date()
        term = self.env["school.term"]
        if period == "month":
            first, last = kpi.month_of(day)
            name = f"{first:%Y-%m}"
        elif period == "quarter":
            first, last = kpi.quarter_of(day)
            name = company._school_desk_quarter(first)
        else:
            term = term._at(company, day)
            if not term:
                return self.browse()
            first, last, name = term.date_from, term.date_to, term.display_name
        sheet = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("period", "=", period),
                ("date_from", "=", first),
            ]
        )
        return sheet or self.sudo().create(
            {
                "company_id": company.id,
                "period": period,
                "term_id": term.id,
                "date_from": first,
                "date_to": last,
                "name": name,
            }
        )

    # Computing

    def action_refresh(self):
        """Compute the figures of an open sheet again."""
        self.check_access("read")
        for sheet in self:
            if sheet.state == "closed":
                raise UserError(
                    self.env._(
                        "The figures of %(period)s are final.", period=sheet.name
                    )
                )
        # Superuser: figures are the server's; the caller may read the sheet.
        self.sudo()._refresh()
        return True

    def _refresh(self):
        """Compute every figure of open sheets from the records behind them."""
        now = fields.Datetime.now()
        Line = self.env["school.desk.kpi.line"]
        for sheet in self.filtered(lambda sheet: sheet.state == "open"):
            known = {line.code: line for line in sheet.line_ids}
            versions = self.env["school.calendar.version"]
            fresh, alarms = [], 0
            for measure in sheet._measures():
                versions |= measure.pop("calendars", versions)
                vals = sheet._line_vals(measure)
                alarms += vals["verdict"] == "alarm"
                line = known.pop(measure["code"], None)
                if line:
                    line.write(vals)
                else:
                    fresh.append({**vals, "kpi_id": sheet.id})
            Line.create(fresh)
            Line.union(*known.values()).unlink()
            sheet.write(
                {
                    "computed_at": now,
                    "alarm_count": alarms,
                    "calendar_text": sheet._calendar_text(versions),
                }
            )
            sheet._require_analyses()

    def _line_vals(self, measure):
        part, whole = measure["part_ids"], measure["whole_ids"]
        return {
            "company_id": self.company_id.id,
            "code": measure["code"],
            "sequence": measure["sequence"],
            "part_count": len(part),
            "whole_count": len(whole),
            "share": kpi.rate(len(part), len(whole)) or 0.0,
            "has_value": bool(whole),
            "average": measure.get("average", 0.0),
            "answered": kpi.rate(measure["answered"], measure["asked"]) or 0.0
            if "asked" in measure
            else 0.0,
            "asked_count": measure.get("asked", 0),
            "target": measure.get("target", 0.0),
            "alarm": measure.get("alarm") or 0.0,
            "lower_is_better": measure.get("lower_is_better", False),
            "verdict": kpi.verdict(
                len(part),
                len(whole),
                measure["target"],
                measure.get("alarm"),
                measure.get("lower_is_better", False),
            )
            if "target" in measure
            else "none",
            "record_model": measure["model"],
            "part_ids": sorted(part),
            "whole_ids": sorted(whole),
            "rule_text": measure.get("rules") or False,
        }

    def _calendar_text(self, versions):
        versions |= self.company_id._calendar_version()
        return ", ".join(f"v{number}" for number in sorted(versions.mapped("number")))

    def _require_analyses(self):
        """An alarm makes the analysis of its causes compulsory (DESK-16).

        It is lifted if the rate recovers before the analysis has been handed in.
        """
        Analysis = self.env["school.desk.analysis"]
        for sheet in self:
            known = {analysis.code: analysis for analysis in sheet.analysis_ids}
            for line in sheet.line_ids:
                analysis = known.get(line.code)
                if line.code != "on_time" or sheet.period != "month":
                    continue
                if line.verdict == "alarm":
                    if not analysis:
                        Analysis._require(line)
                    elif analysis.state == "lifted":
                        analysis.state = "required"
                elif analysis and analysis.state == "required":
                    analysis.state = "lifted"

    # Closing

    def action_close(self):
        """Make the figures of a period that is over final."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "school_office_service_desk.group_desk_manager"
        ):
            raise AccessError(
                self.env._("Only the manager of the service desk closes a period.")
            )
        for sheet in self:
            if sheet.state == "closed":
                continue
            if sheet.date_to >= sheet.company_id._school_date():
                raise UserError(
                    self.env._(
                        "%(period)s can be closed when it is over.", period=sheet.name
                    )
                )
            sheet.sudo()._refresh()
            if sheet.analysis_missing:
                raise UserError(
                    self.env._(
                        "In %(period)s fewer tickets were on time than the alarm "
                        "allows: the analysis of the causes must be handed in first.",
                        period=sheet.name,
                    )
                )
            sheet.sudo()._close()
        return True

    def _close(self):
        self.ensure_one()
        self.write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
            }
        )
        self._freeze()

    @api.model
    def _cron_kpi(self):
        """Open the sheets of the running periods and compute all that are open."""
        self.env["res.company"]._in_each_school(self._refresh_open)

    @api.model
    def _refresh_open(self, school):
        for period, _label in PERIODS:
            self._ensure_period(school, period)
        self.sudo().search(
            [("company_id", "=", school.id), ("state", "=", "open")]
        )._refresh()
