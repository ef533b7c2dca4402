import ast
from datetime import datetime

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.pg_guard import guard_rows
from ..tools.worktime import (
    DAY_UNITS,
    UNITS,
    WorkTimeError,
    local_seconds,
    to_datetime,
)

UNIT_SELECTION = [
    ("service_minute", "Service Minutes"),
    ("service_hour", "Service Hours"),
    ("clock_hour", "Clock Hours"),
    ("working_day_clock_hour", "Clock Hours on Working Days"),
    ("working_day", "Working Days"),
    ("calendar_day", "Calendar Days"),
    ("month", "Months"),
]
CONDITIONS = (
    "start_domain",
    "stop_domain",
    "pause_domain",
    "reset_domain",
    "cancel_domain",
)
FIELD_CHOICES = (
    "amount_field",
    "unit_field",
    "date_field",
    "start_field",
    "stop_field",
    "reopening_field",
)


class SchoolTimePolicyVersion(models.Model):
    """What a time limit says, from its publication on for ever the same."""

    _name = "school.time.policy.version"
    _description = "Version of a Time Limit"
    _inherit = ["school.held.mixin"]
    _order = "policy_id, number desc"
    _held_lines = ("variant_ids", "step_ids")
    _server_fields = frozenset({"number", "published_at", "published_by_id"})

    policy_id = fields.Many2one(
        "school.time.policy",
        "Time Limit",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    res_model = fields.Selection(related="policy_id.res_model")
    number = fields.Integer("Version", readonly=True, copy=False)
    published_at = fields.Datetime("Published On", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "In Force"), ("retired", "Replaced")],
        compute="_compute_state",
        search="_search_state",
    )

    start_domain = fields.Char(
        "Starts When", default="[]", help="The clock starts when the record is so."
    )
    stop_domain = fields.Char(
        "Stops When", default="[]", help="The clock stops when the record is so."
    )
    pause_domain = fields.Char(
        "Pauses While", help="While the record is so, no time is counted."
    )
    reset_domain = fields.Char(
        "Starts Anew When",
        help="When the record becomes so, the clock is cancelled and starts again.",
    )
    cancel_domain = fields.Char(
        "Cancelled When",
        help="When the record is so, the clock is dropped, not judged.",
    )
    start_text = fields.Char(
        "Counts From",
        translate=True,
        help="In words, for the rule: “distribution”.",
    )
    start_field = fields.Char(
        help="Date and time on the record from which to count; empty: when it happens."
    )
    stop_field = fields.Char(
        help="Date and time on the record at which it was done; empty: when it happens."
    )

    source = fields.Selection(
        [
            ("fixed", "The Same for All"),
            ("fields", "As the Record Says"),
            ("date", "Until a Date of the Record"),
        ],
        "Time Limit Is",
        default="fixed",
        required=True,
    )
    amount = fields.Float(
        digits=(10, 2),
        help="Also used where the record says nothing; 0: no limit then.",
    )
    unit = fields.Selection(UNIT_SELECTION, default="working_day", required=True)
    amount_field = fields.Char("Field of the Amount")
    unit_field = fields.Char("Field of the Unit")
    date_field = fields.Char("Field of the Date")
    variant_ids = fields.One2many(
        "school.time.variant", "version_id", "Exceptions", copy=True
    )

    reopening = fields.Selection(
        [
            ("resume", "Goes On With the Time Left"),
            ("restart", "Starts Again, Earlier Result Dropped"),
            ("new_cycle", "Starts Again, Both Results Count"),
        ],
        "When Reopened",
        default="new_cycle",
        required=True,
    )
    reopening_field = fields.Char(
        "Field of the Reopening",
        help="Field of the record that says how it goes on, where the record knows.",
    )
    any_hour = fields.Boolean(
        "Remind at Any Hour",
        help="Otherwise people are told in service hours only.",
    )
    step_ids = fields.One2many("school.time.step", "version_id", "Reminders", copy=True)
    summary = fields.Char("Rule", compute="_compute_summary")

    _number_uniq = models.UniqueIndex(
        "(policy_id, number) WHERE number IS NOT NULL AND number > 0"
    )
    _draft_uniq = models.UniqueIndex(
        "(policy_id) WHERE published_at IS NULL",
        "There is a draft of this time limit already.",
    )
    _check_amount = models.Constraint(
        "CHECK(amount >= 0)", "A time limit cannot be negative."
    )

    def _is_held(self):
        return bool(self.published_at)

    def init(self):
        guard_rows(
            self.env.cr,
            self._table,
            "OLD.published_at IS NOT NULL",
            "A published time limit never changes.",
        )

    @api.depends("published_at", "policy_id.current_version_id")
    def _compute_state(self):
        for version in self:
            if not version.published_at:
                version.state = "draft"
            elif version.policy_id.sudo().current_version_id == version:
                version.state = "published"
            else:
                version.state = "retired"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        in_force = Domain(
            "id",
            "in",
            self.env["school.time.policy"]._search([]).subselect("current_version_id"),
        )
        published = Domain("published_at", "!=", False)
        choices = {
            "draft": ~published,
            "published": published & in_force,
            "retired": published & ~in_force,
        }
        return Domain.OR(choices[state] for state in value if state in choices)

    @api.depends("policy_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = (
                self.env._(
                    "%(policy)s, version %(number)s",
                    policy=version.policy_id.name,
                    number=version.number,
                )
                if version.number
                else self.env._("%(policy)s, draft", policy=version.policy_id.name)
            )

    @api.depends(
        "source",
        "amount",
        "unit",
        "amount_field",
        "date_field",
        "start_text",
        "variant_ids.name",
        "variant_ids.amount",
        "variant_ids.unit",
        "step_ids.summary",
    )
    def _compute_summary(self):
        for version in self:
            summary = self.env._("; ").join(version._summary_parts())
            version.summary = summary[:1].upper() + summary[1:]

    def _summary_parts(self):
        """The rule in plain words, part by part."""
        self.ensure_one()
        duration = self._duration_text(self.amount, self.unit) if self.amount else ""
        since = self.start_text
        if self.source == "date":
            field = self._field(self.date_field)
            limit = self.env._("until “%(field)s”", field=field)
            if duration:
                limit += self.env._(", else %(duration)s", duration=duration)
        elif self.source == "fields":
            field = self._field(self.amount_field)
            limit = self.env._("as “%(field)s” says", field=field)
            if duration:
                limit += self.env._(", else %(duration)s", duration=duration)
        else:
            limit = duration or self.env._("no limit")
        if since:
            limit = self.env._("%(limit)s after %(start)s", limit=limit, start=since)
        parts = [limit]
        for variant in self.variant_ids:
            parts.append(
                self.env._(
                    "%(case)s: %(duration)s",
                    case=variant.name,
                    duration=self._duration_text(variant.amount, variant.unit),
                )
            )
        return parts + [step.summary for step in self.step_ids if step.summary]

    def _field(self, name):
        model = self.env.get(self.res_model)
        field = model._fields.get(name or "") if model is not None else None
        if field is None:
            return name or ""
        return field._description_string(self.env)

    @api.model
    def _duration_text(self, amount, unit):
        """“2 service hours”, in the language of the reader."""
        number = f"{amount:g}"
        one = amount == 1
        texts = {
            "service_minute": self.env._("%(n)s service minutes", n=number)
            if not one
            else self.env._("1 service minute"),
            "service_hour": self.env._("%(n)s service hours", n=number)
            if not one
            else self.env._("1 service hour"),
            "clock_hour": self.env._("%(n)s clock hours", n=number)
            if not one
            else self.env._("1 clock hour"),
            "working_day_clock_hour": self.env._(
                "%(n)s h, not counting days of rest", n=number
            ),
            "working_day": self.env._("%(n)s working days", n=number)
            if not one
            else self.env._("1 working day"),
            "calendar_day": self.env._("%(n)s calendar days", n=number)
            if not one
            else self.env._("1 calendar day"),
            "month": self.env._("%(n)s months", n=number)
            if not one
            else self.env._("1 month"),
        }
        return texts.get(unit, number)

    # Checks

    @api.constrains(
        *CONDITIONS, *FIELD_CHOICES, "source", "amount", "unit", "policy_id"
    )
    def _check_rule(self):
        for version in self:
            model = self.env.get(version.res_model)
            if model is None:
                continue
            for name in CONDITIONS:
                version._check_condition(version[name], self._fields[name].string)
            kinds = {
                "amount_field": ("integer", "float"),
                "unit_field": ("selection",),
                "reopening_field": ("selection",),
                "date_field": ("date", "datetime"),
                "start_field": ("date", "datetime"),
                "stop_field": ("date", "datetime"),
            }
            for name, types in kinds.items():
                field = model._fields.get(version[name] or "")
                if version[name] and (field is None or field.type not in types):
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” is not a suitable field of %(model)s.",
                            field=version[name],
                            model=self.env["ir.model"]._get(model._name).name,
                        )
                    )
            needed = {"fields": "amount_field", "date": "date_field"}.get(
                version.source
            )
            if needed and not version[needed]:
                raise ValidationError(
                    self.env._("Choose the field of the record that tells the limit.")
                )
            version._check_amount_unit(version.amount, version.unit)

    def _check_condition(self, text, label):
        """Refuse a condition that cannot be evaluated, before it can be published."""
        try:
            domain = Domain(ast.literal_eval(text or "[]"))
            domain.validate(self.env[self.res_model])
        except Exception as error:
            raise ValidationError(
                self.env._(
                    "“%(label)s” cannot be understood: %(error)s",
                    label=label,
                    error=error,
                )
            ) from error

    @api.model
    def _check_amount_unit(self, amount, unit):
        if unit in DAY_UNITS and amount != int(amount):
            raise ValidationError(
                self.env._("Days and months are whole numbers; use hours for less.")
            )

    # Versions stay as they were published

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("policy_id"):
                policy = self.env["school.time.policy"].browse(vals["policy_id"])
                vals["company_id"] = policy.sudo().company_id.id
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        self._check_draft()
        return super().write(vals)

    def _is_deletable(self):
        return not self.published_at

    def _check_draft(self):
        published = self.sudo().filtered("published_at")
        if published:
            raise UserError(
                self.env._(
                    "%(version)s is published and never changes. Edit the time limit "
                    "to make a new version.",
                    version=published[0].display_name,
                )
            )

    def action_publish(self):
        """Let the draft count from now on; running clocks keep their version."""
        self.policy_id._check_can_configure()
        self._check_draft()
        for version in self:
            version._check_rule()
            if version.source == "fixed" and not version.amount:
                raise UserError(self.env._("Enter the amount of the time limit."))
        self._publish()
        return self._form_of(self.policy_id[:1])

    def _publish(self):
        for version in self.sudo():
            policy = version.policy_id
            version.write(
                {
                    "number": max(policy.version_ids.mapped("number"), default=0) + 1,
                    "published_at": fields.Datetime.now(),
                    "published_by_id": self.env.uid,
                }
            )
            version.flush_recordset()
            policy.current_version_id = version
        self.env.registry.clear_cache()

    # What a version says about records

    def _condition(self, name):
        """The condition ``name`` as a domain, None where there is none.

        An empty start condition holds for every record; any other empty one for none.
        """
        held = self._held_conditions()
        return held[name] if held else self._parse_condition(name)

    @tools.ormcache("self.id")
    def _held_conditions(self):
        """The conditions of a published version, which never change again."""
        version = self.sudo()
        if not version.published_at:
            return None
        return {name: version._parse_condition(name) for name in CONDITIONS}

    @tools.ormcache("self.id")
    def _held_variants(self):
        """``[(condition, amount, unit)]`` of a published version."""
        return self._parse_variants()

    def _steps(self):
        """The reminders as plain values, in their order."""
        return self._held_steps() if self.published_at else self._plain_steps()

    @tools.ormcache("self.id")
    def _held_steps(self):
        """The reminders of a published version."""
        return self._plain_steps()

    def _plain_steps(self):
        return [step._plain() for step in self.sudo().step_ids]

    def _parse_condition(self, name):
        conditions = ast.literal_eval(self[name] or "[]")
        if not conditions and name != "start_domain":
            return None
        return self._comparable(conditions)

    def _parse_variants(self):
        return [
            (
                self._comparable(ast.literal_eval(variant.domain or "[]")),
                variant.amount,
                variant.unit,
            )
            for variant in self.sudo().variant_ids
        ]

    def _comparable(self, conditions):
        """A domain in the form with which the ORM compares, so that it is found once.

        Moments such as "today" stay words until they are compared.
        """
        domain = Domain(conditions)
        model = self.env.get(self.sudo().policy_id.res_model)
        return domain if model is None else domain.optimize(model)

    def _matching(self, name, records):
        domain = self._condition(name)
        if domain is None:
            return records.browse()
        return records.filtered_domain(domain)

    def _used_fields(self):
        """Names of the fields of the record at which this version looks."""
        names = {self[name] for name in FIELD_CHOICES if self[name]}
        domains = [self._condition(name) for name in CONDITIONS]
        domains += [
            Domain(ast.literal_eval(v.domain or "[]")) for v in self.variant_ids
        ]
        for domain in domains:
            for condition in (domain or Domain.TRUE).iter_conditions():
                names.add(condition.field_expr.split(".")[0])
        return names

    def _targets(self, records):
        """``{record id: target}``: what each record is due to, as events keep it."""
        chosen = {}
        left = records
        variants = (
            self._held_variants() if self.published_at else self._parse_variants()
        )
        for domain, amount, unit in variants:
            matching = left.filtered_domain(domain)
            chosen.update(dict.fromkeys(matching.ids, (amount, unit)))
            left -= matching
        targets = {}
        for record in records:
            amount, unit = chosen.get(record.id, (self.amount, self.unit))
            own = self._own_target(record)
            if own:
                targets[record.id] = own
            elif amount:
                targets[record.id] = {"amount": amount, "unit": unit}
        return targets

    @api.model
    def _end_of_day(self, company, day):
        """When service closes on ``day``; beyond every calendar, when the day ends."""
        try:
            return company._worktime().close_of_day(day)
        except WorkTimeError:
            return to_datetime(local_seconds(company._school_tz(), day, 1440) - 1)

    def _reopening_of(self, record):
        """How a clock goes on when this record is reopened: its own way, if it has."""
        own = record[self.reopening_field] if self.reopening_field else False
        return own or self.reopening

    def _own_target(self, record):
        if self.source == "date" and record[self.date_field]:
            value = record[self.date_field]
            if not isinstance(value, datetime):
                value = self._end_of_day(record.company_id, value)
            return {"unit": "date", "at": fields.Datetime.to_string(value)}
        if self.source == "fields" and record[self.amount_field]:
            unit = record[self.unit_field] if self.unit_field else self.unit
            if unit in UNITS:
                return {"amount": record[self.amount_field], "unit": unit}
        return None
