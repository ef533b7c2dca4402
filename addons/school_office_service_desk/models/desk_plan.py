from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import kpi

MANAGER = "school_office_service_desk.group_desk_manager"


class SchoolDeskPlan(models.Model):
    """The improvement plan of a quarter (改进方案, DESK-57).

    Survey, ratings, samples and key figures of the quarter before are summed up in it;
    each point becomes a measure with an owner and a day, or is dropped with a reason.
    """

    _name = "school.desk.plan"
    _description = "Improvement Plan"
    _inherit = ["school.record", "mail.thread"]
    _order = "date_from desc, id desc"
    _server_fields = frozenset(
        {
            "name",
            "date_from",
            "date_to",
            "state",
            "agreed_at",
            "agreed_by_id",
            "closed_at",
        }
    )
    _draft_states = ()

    name = fields.Char("Quarter", required=True, readonly=True)
    date_from = fields.Date("First Day", required=True, readonly=True)
    date_to = fields.Date("Last Day", required=True, readonly=True)
    state = fields.Selection(
        [("draft", "Being Written"), ("agreed", "Agreed"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    review = fields.Text(
        "What the Last Quarter Has Shown",
        help="Surveys, ratings, samples and key figures, summed up.",
    )
    effect = fields.Text(
        "What the Plan Has Changed", help="Written when the plan is closed."
    )
    measure_ids = fields.One2many("school.desk.plan.measure", "plan_id", "Measures")
    measure_count = fields.Integer(compute="_compute_progress")
    done_count = fields.Integer("Done", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    agreed_at = fields.Datetime("Agreed On", readonly=True, copy=False)
    agreed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed On", readonly=True, copy=False)

    _quarter_uniq = models.UniqueIndex(
        "(company_id, date_from)", "This quarter has its plan already."
    )

    @api.depends("measure_ids.state")
    def _compute_progress(self):
        counts = {}
        for plan, state, count in self.env["school.desk.plan.measure"]._read_group(
            [("plan_id", "in", self.ids), ("state", "!=", "dropped")],
            ["plan_id", "state"],
            ["__count"],
        ):
            counts[plan.id, state] = count
        for plan in self:
            done = counts.get((plan.id, "done"), 0)
            total = done + sum(
                counts.get((plan.id, state), 0) for state in ("draft", "open")
            )
            plan.measure_count, plan.done_count = total, done
            plan.progress = 100.0 * done / (total or 1)

    def write(self, vals):
        if not self.env.su and {"review", "effect"} & vals.keys():
            for plan in self:
                if plan.state == "closed":
                    raise UserError(
                        self.env._(
                            "The plan of %(quarter)s is closed.", quarter=plan.name
                        )
                    )
        return super().write(vals)

    def _is_deletable(self):
        return False

    @api.model
    def _ensure_quarter(self, company, day=None):
        """Return the plan of the quarter of ``day``, made with what is known so far."""
        first, last = kpi.quarter_of(day or company._school_date())
        plan = self.sudo().search(
            [("company_id", "=", company.id), ("date_from", "=", first)]
        )
        if plan:
            return plan
        plan = self.sudo().create(
            {
                "company_id": company.id,
                "name": company._school_desk_quarter(first),
                "date_from": first,
                "date_to": last,
            }
        )
        plan._collect()
        return plan

    @api.model
    def _propose(self, company, rows):
        """Put points into the plan that is being written; once each.

        :param rows: dicts ``source``, ``source_key`` (unique in the school) and
            ``source_text``
        """
        plan = self._ensure_quarter(company)
        Measure = self.env["school.desk.plan.measure"].sudo()
        known = set(
            Measure.search(
                [
                    ("company_id", "=", company.id),
                    ("source_key", "in", [row["source_key"] for row in rows]),
                ]
            ).mapped("source_key")
        )
        return Measure.create(
            [
                {
                    **row,
                    "company_id": company.id,
                    "plan_id": plan.id,
                    "name": row["source_text"],
                }
                for row in rows
                if row["source_key"] not in known
            ]
        )

    def _collect(self):
        """Sum up the quarter before: what was off target, what the samples found."""
        for plan in self:
            company = plan.company_id
            first, last = kpi.quarter_of(fields.Date.subtract(plan.date_from, days=1))
            env = company._school_env().env
            sheet = self.env["school.desk.kpi"]._ensure_period(
                company, "quarter", first
            )
            sheet._refresh()
            lines = sheet.line_ids.with_env(env)
            rows = [
                {
                    "source": "kpi",
                    "source_key": f"kpi.line:{line.id}",
                    "source_text": env._(
                        "%(figure)s in %(period)s: %(share)s, target %(target)s",
                        figure=line.display_name,
                        period=sheet.name,
                        share=line.share_text,
                        target=line.target_text,
                    ),
                }
                for line in lines
                if line.verdict in ("below", "alarm")
            ]
            start, stop = company._school_span(first, last)
            findings = self.env["school.desk.finding"]._read_group(
                [
                    ("company_id", "=", company.id),
                    ("create_date", ">=", start),
                    ("create_date", "<", stop),
                ],
                ["kind"],
                ["__count"],
            )
            labels = dict(
                self.env["school.desk.finding"]
                .with_env(env)
                ._fields["kind"]
                ._description_selection(env)
            )
            rows += [
                {
                    "source": "sample",
                    "source_key": f"findings:{first}:{kind}",
                    "source_text": env._(
                        "Samples of %(period)s: %(kind)s, %(count)s findings",
                        period=sheet.name,
                        kind=labels[kind],
                        count=count,
                    ),
                }
                for kind, count in findings
            ]
            plan.review = "\n".join(
                env._(
                    "%(figure)s: %(share)s (target %(target)s)",
                    figure=line.display_name,
                    share=line.share_text,
                    target=line.target_text,
                )
                if line.target_text
                else f"{line.display_name}: {line.share_text}"
                for line in lines
                if line.has_value
            )
            if rows:
                self._propose(company, rows)

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only the manager of the service desk decides on the plan.")
            )

    def action_agree(self):
        """Agree on the plan: the measures begin to count."""
        self._check_manager()
        for plan in self:
            if plan.state != "draft":
                raise UserError(self.env._("This plan is agreed already."))
            measures = plan.measure_ids.filtered(lambda m: m.state == "draft")
            if not measures:
                raise UserError(self.env._("A plan needs at least one measure."))
            measures._check_ready()
            measures.sudo().state = "open"
            measures._tell_owners()
        self.sudo().write(
            {
                "state": "agreed",
                "agreed_at": fields.Datetime.now(),
                "agreed_by_id": self.env.uid,
            }
        )
        return True

    def action_close(self):
        """Close the plan: every measure done or given up, the effect written down."""
        self._check_manager()
        for plan in self:
            if plan.state != "agreed":
                raise UserError(self.env._("Only an agreed plan can be closed."))
            waiting = plan.measure_ids.filtered(lambda m: m.state in ("draft", "open"))
            if waiting:
                raise UserError(
                    self.env._(
                        "“%(measure)s” is neither done nor given up.",
                        measure=waiting[0].name,
                    )
                )
            if not (plan.effect or "").strip():
                raise UserError(self.env._("Say what the plan has changed."))
        self.sudo().write({"state": "closed", "closed_at": fields.Datetime.now()})
        return True

    @api.model
    def _cron_plans(self):
        """Begin the plan of the running quarter."""
        self.env["res.company"]._in_each_school(self._ensure_quarter)
