from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# As ``date.weekday()`` counts, and as the widget of the days of a week names them.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLAN_DAYS = 7


class SchoolSuggestionBox(models.Model):
    """A suggestion box (意见箱) and the days on which it is opened (DESK-24)."""

    _name = "school.suggestion.box"
    _description = "Suggestion Box"
    _inherit = ["school.record"]
    _order = "name, id"

    name = fields.Char(required=True)
    place_id = fields.Many2one(
        "school.place", check_company=True, index="btree_not_null"
    )
    active = fields.Boolean(default=True)
    mon = fields.Boolean("Monday")
    tue = fields.Boolean("Tuesday", default=True)
    wed = fields.Boolean("Wednesday")
    thu = fields.Boolean("Thursday")
    fri = fields.Boolean("Friday", default=True)
    sat = fields.Boolean("Saturday")
    sun = fields.Boolean("Sunday")
    opener_ids = fields.Many2many(
        "res.users",
        "school_suggestion_box_opener_rel",
        "box_id",
        "user_id",
        "Who Opens It",
        check_company=True,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
        help="Two of them sign each opening. Empty: whoever works at the service desk.",
    )
    opening_ids = fields.One2many("school.suggestion.opening", "box_id", "Openings")
    next_opening_on = fields.Date(compute="_compute_next_opening")
    late_count = fields.Integer("Missed Openings", compute="_compute_next_opening")

    @api.depends("opening_ids.state", "opening_ids.due_on")
    def _compute_next_opening(self):
        rows = self.env["school.suggestion.opening"]._read_group(
            [("box_id", "in", self.ids), ("state", "in", ("due", "signed"))],
            ["box_id"],
            ["due_on:array_agg"],
        )
        days = {box.id: sorted(found) for box, found in rows}
        for box in self:
            today = box.company_id._school_date() if box.company_id else None
            open_days = days.get(box.id, [])
            box.next_opening_on = next((d for d in open_days if d >= today), False)
            box.late_count = sum(day < today for day in open_days)

    @api.constrains(*WEEKDAYS)
    def _check_weekdays(self):
        for box in self:
            if not any(box[day] for day in WEEKDAYS):
                raise ValidationError(
                    self.env._(
                        "Say on which days “%(box)s” is opened: a box that nobody "
                        "opens is worse than none.",
                        box=box.name,
                    )
                )

    @api.constrains("opener_ids")
    def _check_openers(self):
        for box in self:
            openers = box.sudo().opener_ids
            if len(openers) == 1:
                raise ValidationError(
                    self.env._(
                        "Two different people sign each opening: name at least two, or "
                        "nobody, then the whole service desk may."
                    )
                )
            for user in openers:
                if user.share or box.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._("Only staff of the school open its boxes.")
                    )

    @api.model_create_multi
    def create(self, vals_list):
        boxes = super().create(vals_list)
        boxes._plan_openings()
        return boxes

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"active", *WEEKDAYS}:
            self._drop_unneeded_openings()
            self._plan_openings()
        return result

    def _is_deletable(self):
        return not self.sudo().opening_ids.filtered(lambda o: o.state != "due")

    @api.model
    def _cron_plan_openings(self):
        """Daily: put the openings of the coming week on the list.

        Opening a box is a duty with a date, not something one remembers: each has its
        own time limit, is reminded of and is missed on record.
        """
        self.env["res.company"]._in_each_school(
            lambda school: self.search(
                [("company_id", "=", school.id)]
            )._plan_openings()
        )

    def _plan_openings(self):
        Opening = self.env["school.suggestion.opening"].sudo()
        vals_list = []
        for company, own in self.filtered("active").grouped("company_id").items():
            today = company._school_date()
            existing = {
                (opening.box_id.id, opening.due_on)
                for opening in Opening.search_fetch(
                    [("box_id", "in", own.ids), ("due_on", ">=", today)],
                    ["box_id", "due_on"],
                )
            }
            days = [today + timedelta(days=n) for n in range(PLAN_DAYS)]
            # Nobody opens a box in the holidays; what lies in it waits for the next
            # day of opening.
            worked = [day for day in days if self._is_working_day(company, day)]
            vals_list += [
                {"company_id": company.id, "box_id": box.id, "due_on": day}
                for box in own
                for day in worked
                if box[WEEKDAYS[day.weekday()]] and (box.id, day) not in existing
            ]
        Opening.create(vals_list)

    @api.model
    def _is_working_day(self, company, day):
        worktime = company._worktime()
        close = worktime.close_of_day(day)
        start = close - timedelta(days=1)
        return bool(worktime.between(start, close, "service_hour"))

    def _drop_unneeded_openings(self):
        """Take days off the list on which the box is no longer opened, from tomorrow
        on: what was due and missed stays."""
        Opening = self.env["school.suggestion.opening"].sudo()
        for box in self:
            coming = Opening.search(
                [
                    ("box_id", "=", box.id),
                    ("state", "=", "due"),
                    ("due_on", ">", box.company_id._school_date()),
                ]
            )
            coming.filtered(
                lambda o, box=box: (
                    not (box.active and box[WEEKDAYS[o.due_on.weekday()]])
                )
            ).unlink()

    def _may_open(self, user):
        """Whether a person may sign the opening of this one box."""
        self.ensure_one()
        openers = self.sudo().opener_ids
        if openers:
            return user in openers
        return user.has_group("school_office_service_desk.group_desk_agent")
