from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from ..tools import flow_chart
from ..tools.client_defaults import take_defaults

_lt = LazyTranslate(__name__)

PUBLISH = "publish"
PUBLIC = frozenset({"published", "in_force"})


class SchoolProcedureVersion(models.Model):
    """What a procedure says, from its approval on for ever the same.

    draft -> submitted -> published (approved, its day has not come) -> in force
    -> replaced. The management approves through the kernel's approval engine; then the
    row, its steps and its files are final, and whoever works by it gets a receipt.
    """

    _name = "school.procedure.version"
    _description = "Version of a Procedure"
    _inherit = [
        "school.record",
        "school.approval.mixin",
        "school.receipt.mixin",
        "school.frozen.mixin",
    ]
    _order = "procedure_id, number desc"
    _rec_names_search = ["procedure_id.name"]
    _server_fields = frozenset(
        {
            "state",
            "number",
            "published_at",
            "approved_by_id",
            "in_force_from",
            "replaced_at",
        }
    )
    # A final version still comes into force and is replaced one day.
    _frozen_exempt_fields = frozenset({"state", "replaced_at"})
    _frozen_lines = ("step_ids",)
    _approval_purposes = {PUBLISH: _lt("Publication of a procedure")}
    _approval_gates = {PUBLISH: {"state": PUBLIC}}
    _approval_protected_fields = frozenset(
        {
            "procedure_id",
            "purpose",
            "scope",
            "points",
            "change_note",
            "effective_date",
            "audience",
            "reader_department_ids",
            *(
                f"step_ids.{name}"
                for name in (
                    "sequence",
                    "name",
                    "detail",
                    "kind",
                    "otherwise",
                    "post_id",
                    "department_id",
                    "user_id",
                    "requirement",
                    "limit_amount",
                    "limit_unit",
                    "points",
                    "forms",
                )
            ),
        }
    )

    procedure_id = fields.Many2one(
        "school.procedure",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    number = fields.Integer("Version", readonly=True, copy=False, default=1)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To Be Approved"),
            ("published", "Approved"),
            ("in_force", "In Force"),
            ("replaced", "Replaced"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    purpose = fields.Text("Aim", help="What the procedure is for.")
    scope = fields.Text("Applies To", help="Whom and which work it concerns.")
    points = fields.Text("Points to Note")
    change_note = fields.Text(
        "What Changed", help="What is different from the version before, and why."
    )
    effective_date = fields.Date(
        "Planned Day", help="Empty: in force on the day on which it is approved."
    )
    in_force_from = fields.Date(readonly=True, copy=False)
    audience = fields.Selection(
        [
            ("steps", "The people of its steps"),
            ("departments", "All people of some departments"),
            ("school", "Everybody in the school"),
        ],
        "Must Be Read By",
        required=True,
        default="steps",
    )
    reader_department_ids = fields.Many2many(
        "hr.department",
        "school_procedure_version_department_rel",
        "version_id",
        "department_id",
        "Departments",
        check_company=True,
    )
    step_ids = fields.One2many(
        "school.procedure.step", "version_id", "Steps", copy=False
    )
    published_at = fields.Datetime("Approved On", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    replaced_at = fields.Datetime("Replaced On", readonly=True, copy=False)
    department_id = fields.Many2one(related="procedure_id.department_id")
    kind = fields.Selection(related="procedure_id.kind")
    chart = fields.Json("Flow Chart", compute="_compute_chart")
    total_time = fields.Char("Time at Most", compute="_compute_chart")
    must_read = fields.Boolean(compute="_compute_must_read")

    _number_uniq = models.Constraint(
        "UNIQUE(procedure_id, number)", "Another version has this number already."
    )
    _one_draft = models.UniqueIndex(
        "(procedure_id) WHERE state IN ('draft', 'submitted')",
        "A revision of this procedure is being written already.",
    )
    _one_in_force = models.UniqueIndex(
        "(procedure_id) WHERE state = 'in_force'",
        "A procedure has one version in force.",
    )
    _coming_idx = models.Index("(company_id, in_force_from) WHERE state = 'published'")
    _published_idx = models.Index(
        "(company_id, published_at) WHERE published_at IS NOT NULL"
    )

    @api.depends("procedure_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(procedure)s, version %(number)s",
                procedure=version.procedure_id.sudo().display_name or "",
                number=version.number,
            )

    @api.depends(
        "step_ids.sequence",
        "step_ids.name",
        "step_ids.kind",
        "step_ids.otherwise",
        "step_ids.post_id",
        "step_ids.department_id",
        "step_ids.user_id",
        "step_ids.limit_amount",
        "step_ids.limit_unit",
        "step_ids.policy_id",
    )
    @api.depends_context("lang")
    def _compute_chart(self):
        """Flow chart: steps and people, the slowest marked; wide and narrow."""
        rows = self.step_ids._chart_rows()
        for version in self:
            steps = [rows[step.id] for step in version.step_ids if step.id in rows]
            total = sum(step["days"] for step in steps)
            version.total_time = (
                self.env._("%(days)s working days", days=f"{total:.1f}")
                if total
                else False
            )
            if not steps:
                version.chart = False
                continue
            slowest = max(steps, key=lambda step: step["days"])
            for step in steps:
                step["slowest"] = len(steps) > 1 and bool(
                    step is slowest and step["days"]
                )
            words = {"start": self.env._("Start"), "end": self.env._("End")}
            version.chart = {
                "wide": flow_chart.layout(steps, **words),
                "narrow": flow_chart.layout(steps, narrow=True, **words),
                "slowest": slowest["name"] if slowest["days"] else "",
                "label": self.env._(
                    "Flow chart: %(steps)s",
                    steps=" → ".join(step["name"] for step in steps),
                ),
            }

    @api.depends_context("uid")
    @api.depends("receipt_open")
    def _compute_must_read(self):
        # sudo: only whether something waits for the caller himself is answered
        mine = (
            self.env["school.receipt"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("user_id", "=", self.env.uid),
                    ("is_open", "=", True),
                ]
            )
        )
        waiting = set(mine.mapped("res_id"))
        for version in self:
            version.must_read = version.id in waiting

    @api.constrains("audience", "reader_department_ids")
    def _check_readers(self):
        for version in self:
            if version.audience == "departments" and not version.reader_department_ids:
                raise UserError(
                    self.env._("Choose the departments that must read the procedure.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        take_defaults(self, vals_list, "procedure_id")
        if not self.env.su:
            procedures = self.env["school.procedure"].browse(
                vals.get("procedure_id") for vals in vals_list
            )
            procedures.check_access("write")
        return super().create(vals_list)

    def write(self, vals):
        if "procedure_id" in vals and any(
            version.procedure_id.id != vals["procedure_id"] for version in self
        ):
            raise UserError(self.env._("A version stays with its procedure."))
        return super().write(vals)

    def _copied_vals(self):
        """What a revision takes over from the version in force."""
        self.ensure_one()
        return {
            "purpose": self.purpose,
            "scope": self.scope,
            "points": self.points,
            "audience": self.audience,
            "reader_department_ids": [Command.set(self.reader_department_ids.ids)],
            "step_ids": [
                Command.create(
                    {**step._copied_vals(), "company_id": self.company_id.id}
                )
                for step in self.step_ids
            ],
        }

    # approval

    def _approval_check_submit(self, purpose):  # pylint: disable=missing-return
        super()._approval_check_submit(purpose)
        today = self.env.company._school_date()
        for version in self:
            if version.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(version)s” is not a draft any more.",
                        version=version.display_name,
                    )
                )
            if not version.purpose or not version.step_ids:
                raise UserError(
                    self.env._(
                        "Write the aim and at least one step of “%(version)s” first.",
                        version=version.display_name,
                    )
                )
            nobody = version.step_ids.filtered(
                lambda s: not (s.post_id or s.department_id or s.user_id)
            )
            if nobody:
                raise UserError(
                    self.env._(
                        "Say who is responsible for “%(step)s”: a post, a department "
                        "or a person.",
                        step=nobody[0].name,
                    )
                )
            if version.number > 1 and not version.change_note:
                raise UserError(
                    self.env._(
                        "Say what changed, so that whoever approves and reads "
                        "“%(version)s” need not compare.",
                        version=version.display_name,
                    )
                )
            if version.effective_date and version.effective_date < today:
                raise UserError(
                    self.env._(
                        "A procedure cannot come into force in the past: choose today "
                        "or a later day."
                    )
                )

    def action_submit(self):
        """Send the draft to the management for approval."""
        self.check_access("write")
        self._approval_submit(PUBLISH)
        # Superuser: the state follows the case that was just opened.
        self.sudo().write({"state": "submitted"})
        return True

    def _approval_department(self):
        return self.procedure_id.department_id

    def _approval_facts(self):
        self.ensure_one()
        audiences = dict(self._fields["audience"]._description_selection(self.env))
        steps = [
            f"{number}. {step.name} – {step._who_text()}"
            for number, step in enumerate(self.step_ids, 1)
        ]
        return [
            (self.env._("Procedure"), self.procedure_id.display_name),
            (self.env._("Version"), str(self.number)),
            (self.env._("Aim"), self.purpose or ""),
            (self.env._("What Changed"), self.change_note or ""),
            (self.env._("Steps"), "\n".join(steps)),
            (self.env._("Planned Day"), str(self.effective_date or "")),
            (self.env._("Must Be Read By"), audiences[self.audience]),
        ]

    def _approval_granted(self, case):  # pylint: disable=missing-return
        super()._approval_granted(case)
        # The latest opinion is the one that granted it.
        opinion = (
            self.env["school.approval.opinion"]
            .sudo()
            .search(
                [("case_id", "=", case.id), ("event", "in", ("approve", "confirm"))],
                order="id desc",
                limit=1,
            )
        )
        for version in self.sudo():
            version._publish(opinion)

    def _publish(self, opinion):
        """Make an approved draft final and tell its readers (superuser)."""
        self.ensure_one()
        today = self.company_id._school_date()
        self.write(
            {
                "state": "published",
                # The planned day may have passed while it was being decided.
                "in_force_from": max(self.effective_date or today, today),
                "published_at": fields.Datetime.now(),
                "approved_by_id": (opinion.on_behalf_of_id or opinion.user_id).id
                or self.env.uid,
            }
        )
        self.procedure_id.is_published = True
        if self.in_force_from <= today:
            self._come_into_force()
        self._freeze()
        self._tell_readers()

    def _come_into_force(self):
        """Replace the version before (superuser)."""
        for version in self:
            procedure = version.procedure_id
            old = procedure.current_version_id
            if old:
                old.write({"state": "replaced", "replaced_at": fields.Datetime.now()})
            old.flush_recordset()
            version.write({"state": "in_force"})
            procedure.current_version_id = version

    @api.model
    def _school_come_into_force(self, company):
        """Let the approved versions whose day has come count; daily."""
        self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "published"),
                ("in_force_from", "<=", company._school_date()),
            ],
            order="number",
        )._come_into_force()

    def _approval_refused(self, case):  # pylint: disable=missing-return
        super()._approval_refused(case)
        self.sudo().write({"state": "draft"})

    def _approval_returned(self, case, opinion):  # pylint: disable=missing-return
        super()._approval_returned(case, opinion)
        self.sudo().write({"state": "draft"})

    def _approval_withdrawn(self, case):  # pylint: disable=missing-return
        super()._approval_withdrawn(case)
        self.sudo().write({"state": "draft"})

    def _approval_voided(self, case):  # pylint: disable=missing-return
        super()._approval_voided(case)
        self.sudo().filtered(lambda v: v.state == "submitted").write({"state": "draft"})

    # reading

    def _readers(self):
        """Return the users who must read this version (superuser)."""
        self.ensure_one()
        company = self.company_id
        if self.audience == "steps":
            steps = self.step_ids
            users = steps.user_id | steps.post_id._users()
            users |= steps.department_id._head_users()
        else:
            domain = [("company_id", "=", company.id), ("user_id", "!=", False)]
            if self.audience == "departments":
                domain += [
                    ("department_id", "child_of", self.reader_department_ids.ids)
                ]
            users = self.env["hr.employee"].sudo().search(domain).user_id
        return users.filtered(
            lambda user: user.active and company in user.company_ids
        ) - (self.create_uid | self.approved_by_id)

    def _tell_readers(self):
        """Give a receipt to whoever must read this version."""
        for version in self:
            users = version._readers()
            if not users:
                continue
            company = version.company_id
            due = company._worktime().add(
                fields.Datetime.now(), company.school_sop_read_days or 1, "working_day"
            )
            # In the name of the author, who then sees who has not read it.
            version.with_user(version.create_uid).sudo()._receipt_send(
                [users], kind="read", due=due
            )

    def _receipt_purpose(self):
        return self.company_id._school_env().env._("New version of a procedure")

    def _receipt_check_send(self):  # pylint: disable=missing-return
        super()._receipt_check_send()
        if any(version.state not in PUBLIC for version in self):
            raise UserError(
                self.env._("Only an approved version is sent to its readers.")
            )

    def action_confirm_read(self):
        """Note that the caller has read this version."""
        self.ensure_one()
        self.check_access("read")
        self._receipt_mark_read()
        return True
