from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.client_defaults import take_defaults
from .time_policy_version import UNIT_SELECTION

DAYS_MEASURED = 90


class SchoolProcedureStep(models.Model):
    """One step of a procedure: what is done, by whom, how, how long, with what.

    A step may name the time limit of the school that watches it; the flow chart then
    says how often it was kept in the last 90 days, so that the bottleneck is not only
    the step that may take longest but also the one that does.
    """

    _name = "school.procedure.step"
    _description = "Step of a Procedure"
    _inherit = [
        "school.record",
        "school.approval.line.mixin",
        "school.frozen.mixin",
    ]
    _order = "version_id, sequence, id"
    _approval_parent_field = "version_id"

    version_id = fields.Many2one(
        "school.procedure.version",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Step", required=True)
    kind = fields.Selection(
        [("task", "Work"), ("check", "Check or Decision")],
        required=True,
        default="task",
    )
    otherwise = fields.Char(
        "If Not", help="What happens if the check fails, for example back to step 2."
    )
    detail = fields.Text("How It Is Done")
    post_id = fields.Many2one(
        "school.post",
        "Responsible Post",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    department_id = fields.Many2one(
        "hr.department",
        "Responsible Department",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible Person",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    who = fields.Char("Responsible", compute="_compute_texts")
    requirement = fields.Text("Operating Requirement")
    limit_amount = fields.Float("Time Limit", digits=(10, 2))
    limit_unit = fields.Selection(UNIT_SELECTION, "Unit", default="service_hour")
    limit_text = fields.Char("Within", compute="_compute_texts")
    policy_id = fields.Many2one(
        "school.time.policy",
        "Watched By",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The time limit of the school that runs for this step. The flow chart "
        "then shows how often it is kept.",
    )
    points = fields.Text("Points to Note")
    forms = fields.Char("Forms Needed")

    _limit_check = models.Constraint(
        "CHECK (limit_amount >= 0)", "A time limit cannot be negative."
    )

    @api.depends("post_id", "department_id", "user_id", "limit_amount", "limit_unit")
    @api.depends_context("lang")
    def _compute_texts(self):
        for step in self:
            step.who = step._who_text()
            step.limit_text = step._limit_text()

    @api.constrains("limit_amount", "limit_unit")
    def _check_limit(self):
        for step in self:
            if step.limit_amount and not step.limit_unit:
                raise ValidationError(
                    self.env._(
                        "Choose the unit of the time limit of “%(step)s”.",
                        step=step.name,
                    )
                )

    @api.constrains("user_id")
    def _check_user(self):
        for step in self.sudo():
            user = step.user_id
            if user and (user.share or step.company_id not in user.company_ids):
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work at %(school)s.",
                        person=user.name,
                        school=step.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        take_defaults(self, vals_list, "version_id")
        for vals in vals_list:
            if vals.get("version_id"):
                version = self.env["school.procedure.version"].browse(
                    vals["version_id"]
                )
                if not self.env.su:
                    version.check_access("write")
                vals.setdefault("company_id", version.sudo().company_id.id)
        steps = super().create(vals_list)
        steps._check_draft()
        return steps

    def write(self, vals):
        if vals.keys() - self._all_frozen_exempt_fields() - {"is_frozen"}:
            self._check_draft()
        result = super().write(vals)
        if "version_id" in vals:
            self._check_draft()
        return result

    def _is_deletable(self):
        return self.sudo().version_id.state == "draft"

    def _check_draft(self):
        """Steps belong to what is approved: they change in a draft only."""
        if any(step.version_id.sudo().state != "draft" for step in self):
            raise UserError(
                self.env._(
                    "The steps of a procedure change in a draft only: revise the "
                    "procedure."
                )
            )

    def _copied_vals(self):
        names = ("sequence", "name", "kind", "otherwise", "detail", "requirement")
        names += ("limit_amount", "limit_unit", "points", "forms")
        vals = {name: self[name] for name in names}
        for name in ("post_id", "department_id", "user_id", "policy_id"):
            vals[name] = self[name].id
        return vals

    def _who_text(self):
        """Who is responsible, as the paper says: person, post or department."""
        return (
            self.user_id.sudo().name
            or self.post_id.sudo().display_name
            or self.department_id.sudo().name
            or ""
        )

    def _limit_text(self):
        if not self.limit_amount:
            return ""
        versions = self.env["school.time.policy.version"]
        return versions._duration_text(self.limit_amount, self.limit_unit)

    def _limit_days(self, day_seconds):
        """The time limit in working days, to compare steps with one another."""
        hours = day_seconds / 3600 or 8
        per_unit = {
            "service_minute": 1 / 60 / hours,
            "service_hour": 1 / hours,
            "clock_hour": 1 / 24,
            "working_day_clock_hour": 1 / 24,
            "working_day": 1,
            "calendar_day": 5 / 7,
            "month": 21,
        }
        return self.limit_amount * per_unit.get(self.limit_unit, 0)

    def _chart_rows(self):
        """Return ``{step: row}`` for the flow chart; a constant number of queries."""
        # Superuser: who may read the procedure may know who works by it.
        steps = self.sudo()
        holders = steps.post_id._users_by_post()
        heads = steps.department_id._heads()
        kept = steps._on_time()
        day_seconds = {
            company: company._worktime().day_seconds() for company in steps.company_id
        }
        rows = {}
        numbers = {}
        for step in self:
            step_sudo = step.sudo()
            number = numbers[step.version_id] = numbers.get(step.version_id, 0) + 1
            users = (
                step_sudo.user_id
                or holders.get(step_sudo.post_id.id)
                or heads.get(step_sudo.department_id)
                or self.env["res.users"]
            )
            limit = step._limit_text()
            rows[step.id] = {
                "number": number,
                "name": step.name or "",
                "who": step._who_text() or self.env._("Not said"),
                "people": ", ".join(users.sudo().mapped("name")[:3]),
                "time": self.env._("within %(limit)s", limit=limit) if limit else "",
                "remark": kept.get(step_sudo.policy_id.id, ""),
                "otherwise": self.env._("if not: %(what)s", what=step.otherwise)
                if step.kind == "check" and step.otherwise
                else "",
                "check": step.kind == "check",
                "days": step._limit_days(day_seconds[step_sudo.company_id]),
            }
        return rows

    def _on_time(self):
        """``{time limit: "92 % in time"}`` of the last 90 days, one query."""
        policies = self.policy_id
        if not policies:
            return {}
        since = fields.Datetime.now() - timedelta(days=DAYS_MEASURED)
        counts = {}
        for policy, state, count in (
            self.env["school.time.clock"]
            .sudo()
            ._read_group(
                [
                    ("policy_id", "in", policies.ids),
                    ("state", "in", ("met", "missed")),
                    ("superseded_by_id", "=", False),
                    ("ended_at", ">=", since),
                ],
                ["policy_id", "state"],
                ["__count"],
            )
        ):
            counts.setdefault(policy.id, {})[state] = count
        return {
            policy_id: self.env._(
                "kept: %(percent)s %% of %(count)s",
                percent=round(100 * found.get("met", 0) / sum(found.values())),
                count=sum(found.values()),
            )
            for policy_id, found in counts.items()
        }
