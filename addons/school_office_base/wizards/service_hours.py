from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.base.models.res_partner import _tz_get

from ..models.calendar_exception import WEEKDAYS
from ..tools.worktime import hour_to_minutes


class SchoolServiceHours(models.TransientModel):
    """The weekly service hours of a school, for its administrator (BASE-02).

    Working hours belong to whoever manages the instance; this form is the narrow way to
    change those of one school, and shows first how many deadlines move.
    """

    _name = "school.service.hours"
    _description = "Service Hours"
    _inherit = ["school.record"]

    tz = fields.Selection(_tz_get, "Time Zone", required=True)
    line_ids = fields.One2many("school.service.hours.line", "wizard_id", "Hours")
    moved_count = fields.Integer("Deadlines Moved", compute="_compute_moved_count")
    message = fields.Char(compute="_compute_moved_count")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        company = self.env.company.sudo()
        values["tz"] = company._school_zone()
        lines = company.resource_calendar_id.attendance_ids.filtered(
            lambda line: line._is_work_period() and line.week_type != "1"
        )
        values["line_ids"] = [
            (
                0,
                0,
                {
                    "weekday": line.dayofweek,
                    "hour_from": line.hour_from,
                    "hour_to": line.hour_to,
                    "company_id": company.id,
                },
            )
            for line in lines.sorted(lambda line: (line.dayofweek, line.hour_from))
        ]
        return values

    @api.depends("tz", "line_ids.weekday", "line_ids.hour_from", "line_ids.hour_to")
    def _compute_moved_count(self):
        clocks = self.env["school.time.clock"].sudo()
        for wizard in self:
            wizard.moved_count, wizard.message = 0, False
            if not wizard.tz or any(
                line.hour_from >= line.hour_to for line in wizard.line_ids
            ):
                continue
            worktime, ranges, days = wizard.company_id._calendar_hypothesis(
                hours=(wizard.tz, wizard._pattern())
            )
            moved = clocks._forecast(wizard.company_id, worktime, ranges)
            wizard.moved_count = len(moved)
            wizard.message = self.env._(
                "Deadlines that move: %(count)s. Days that change: %(days)s.",
                count=len(moved),
                days=len(days),
            )

    def _pattern(self):
        pattern = {}
        for line in self.line_ids.filtered("weekday"):
            span = (hour_to_minutes(line.hour_from), hour_to_minutes(line.hour_to))
            for parity in (0, 1):
                pattern.setdefault((parity, int(line.weekday)), []).append(span)
        return pattern

    def _check_hours(self):
        if not self.line_ids:
            raise UserError(
                self.env._("Enter when the school serves, or nothing can ever be due.")
            )
        previous = None
        for line in self.line_ids.sorted(lambda line: (line.weekday, line.hour_from)):
            if (
                previous
                and previous.weekday == line.weekday
                and previous.hour_to > line.hour_from
            ):
                raise ValidationError(
                    self.env._(
                        "The hours of %(day)s overlap.",
                        day=dict(
                            line._fields["weekday"]._description_selection(self.env)
                        )[line.weekday],
                    )
                )
            previous = line

    def action_apply(self):
        """Let the school keep these hours; running clocks are counted anew."""
        self.ensure_one()
        if not self.env.user.has_group("school_office_base.group_school_admin"):
            raise UserError(
                self.env._("Only the school administrator changes service hours.")
            )
        self._check_hours()
        company = self.company_id.sudo()
        company._check_school_is_open()
        moved = self.moved_count
        names = dict(
            self.env["school.service.hours.line"]
            ._fields["weekday"]
            ._description_selection(self.env)
        )
        company.resource_calendar_id.write(
            {
                "tz": self.tz,
                "two_weeks_calendar": False,
                "attendance_ids": [fields.Command.clear()]
                + [
                    fields.Command.create(
                        {
                            "name": names[line.weekday],
                            "dayofweek": line.weekday,
                            "hour_from": line.hour_from,
                            "hour_to": line.hour_to,
                            "day_period": "full_day",
                        }
                    )
                    for line in self.line_ids
                ],
            }
        )
        company._calendar_version()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The service hours are in force. %(count)s deadlines moved.",
                    count=moved,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class SchoolServiceHoursLine(models.TransientModel):
    """One stretch of service on a weekday."""

    _name = "school.service.hours.line"
    _description = "Service Hours of a Weekday"
    _inherit = ["school.record"]
    _order = "weekday, hour_from, id"

    wizard_id = fields.Many2one(
        "school.service.hours",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    weekday = fields.Selection(WEEKDAYS, required=True)
    hour_from = fields.Float("From", required=True, default=8.5)
    hour_to = fields.Float("To", required=True, default=17.5)

    _check_hours = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "Service ends after it begins, within one day.",
    )
