from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SchoolDeskAnalysis(models.Model):
    """Why too many tickets were late (原因分析): a must below the alarm (DESK-16)."""

    _name = "school.desk.analysis"
    _description = "Cause Analysis"
    _inherit = ["school.clock.mixin", "school.record", "mail.thread"]
    _order = "id desc"
    _rec_name = "name"
    _server_fields = frozenset(
        {
            "name",
            "kpi_id",
            "code",
            "share",
            "alarm",
            "state",
            "submitted_at",
            "submitted_by_id",
        }
    )
    _clock_holder_fields = ("owner_id",)

    name = fields.Char("Period", readonly=True)
    kpi_id = fields.Many2one(
        "school.desk.kpi",
        "Key Figures",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    code = fields.Selection(
        lambda self: (
            self.env["school.desk.kpi.line"]
            ._fields["code"]
            ._description_selection(self.env)
        ),
        "Figure",
        required=True,
        readonly=True,
    )
    share = fields.Float("When It Fell (%)", readonly=True, aggregator=None)
    alarm = fields.Float("Alarm (%)", readonly=True, aggregator=None)
    state = fields.Selection(
        [
            ("required", "To Write"),
            ("submitted", "Handed In"),
            ("lifted", "No Longer Needed"),
        ],
        default="required",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    owner_id = fields.Many2one(
        "res.users",
        "Written By",
        check_company=True,
        index="btree_not_null",
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
        tracking=True,
    )
    cause_people = fields.Boolean("Too Few People")
    cause_skill = fields.Boolean("Skill")
    cause_process = fields.Boolean("The Process Itself")
    cause_other = fields.Boolean("Waiting for Others")
    causes = fields.Text(help="What the late tickets have in common.")
    measures = fields.Text(help="Who does what until when.")
    submitted_at = fields.Datetime("Handed In On", readonly=True)
    submitted_by_id = fields.Many2one("res.users", "Handed In By", readonly=True)

    _kpi_uniq = models.UniqueIndex("(kpi_id, code)")

    def _is_deletable(self):
        return False

    @api.model
    def _require(self, line):
        """Ask the director for the analysis of a figure below its alarm."""
        company = line.company_id
        directors = self.env["school.post"]._find(company, "director")._users()
        analysis = self.sudo().create(
            {
                "company_id": company.id,
                "kpi_id": line.kpi_id.id,
                "name": line.kpi_id.name,
                "code": line.code,
                "share": line.share,
                "alarm": line.alarm,
                "owner_id": directors[:1].id,
            }
        )
        period, share = line.kpi_id.name, f"{line.share:g} %"
        self.env["school.notice"]._queue(
            directors,
            lambda env: env._(
                "Only %(share)s of the tickets of %(period)s on time: say why",
                share=share,
                period=period,
            ),
            record=analysis,
            company=company,
            kind="desk_analysis",
        )
        return analysis

    def write(self, vals):
        if not self.env.su and any(analysis.state == "submitted" for analysis in self):
            chatter = {
                name for name in vals if name.startswith(("message_", "activity_"))
            }
            if vals.keys() - chatter:
                raise UserError(
                    self.env._("An analysis that is handed in stays as it is.")
                )
        return super().write(vals)

    def action_submit(self):
        """Hand the analysis in."""
        self.check_access("write")
        for analysis in self:
            if self.env.user != analysis.owner_id and not self.env.user.has_group(
                "school_office_service_desk.group_desk_manager"
            ):
                raise AccessError(
                    self.env._(
                        "%(person)s writes this analysis.",
                        person=analysis.owner_id.name,
                    )
                )
            if analysis.state != "required":
                raise UserError(self.env._("This analysis is not asked for."))
            if not any(
                analysis[name]
                for name in (
                    "cause_people",
                    "cause_skill",
                    "cause_process",
                    "cause_other",
                )
            ):
                raise UserError(self.env._("Tick at least one kind of cause."))
            for name in ("causes", "measures"):
                if not (analysis[name] or "").strip():
                    raise UserError(
                        self.env._(
                            "“%(field)s” is still empty.",
                            field=self._fields[name]._description_string(self.env),
                        )
                    )
        self.sudo().write(
            {
                "state": "submitted",
                "submitted_at": fields.Datetime.now(),
                "submitted_by_id": self.env.uid,
            }
        )
        return True

    def action_open_late(self):
        """Open the tickets that were not on time."""
        self.ensure_one()
        self.check_access("read")
        line = self.kpi_id.line_ids.filtered(lambda line: line.code == self.code)
        return line.action_open_rest()
