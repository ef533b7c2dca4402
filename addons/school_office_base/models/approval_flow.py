import ast
import hashlib
import json

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

MAX_PATH = 3


class SchoolApprovalFlow(models.Model):
    """One way in which one matter of one kind of record is approved at one school.

    The flow is only the cover: what is asked of whom stands in its versions, which
    never change once published. Of the active flows for a matter the first whose
    condition fits the record is taken (BASE-08, BASE-09); the school may change or
    merge steps (BASE-10), but for the four-eyes steps a flow was shipped with.
    """

    _name = "school.approval.flow"
    _school_in_process = True
    _description = "Approval Flow"
    _inherit = ["school.record", "mail.thread"]
    _order = "sequence, id"
    _server_fields = frozenset(
        {"version_id", "shipped_code", "shipped_domain", "oral_locked"}
    )

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        "Priority",
        default=10,
        help="Of the flows for the same matter, the first whose condition fits the "
        "record is used.",
    )
    subject = fields.Selection(
        "_selection_subject", "Matter", required=True, index=True
    )
    res_model = fields.Char("Model", compute="_compute_subject_parts", store=True)
    purpose = fields.Char(compute="_compute_subject_parts", store=True)
    domain = fields.Char(
        "Only For",
        default="[]",
        tracking=True,
        help="The flow is used for records that meet this condition.",
    )
    version_id = fields.Many2one(
        "school.approval.version",
        "In Force",
        readonly=True,
        copy=False,
        check_company=True,
    )
    version_ids = fields.One2many("school.approval.version", "flow_id", "Versions")
    draft_id = fields.Many2one("school.approval.version", compute="_compute_draft_id")
    node_ids = fields.One2many(related="version_id.node_ids", string="Steps in Force")
    summary = fields.Char("Steps", compute="_compute_summary")
    shipped_code = fields.Char(
        readonly=True, copy=False, help="Set on flows that came with the system."
    )
    shipped_domain = fields.Char(readonly=True, copy=False)
    oral_locked = fields.Boolean(
        "Oral Consent Barred",
        readonly=True,
        copy=False,
        help="Oral consent can never be allowed for this matter (e.g. destruction).",
    )
    running_count = fields.Integer("Running Cases", compute="_compute_running_count")

    _shipped_once = models.UniqueIndex(
        "(company_id, res_model, purpose, shipped_code) WHERE shipped_code IS NOT NULL",
        "This flow of the system exists already at the school.",
    )
    _choose_idx = models.Index("(company_id, res_model, purpose, sequence)")

    @api.model
    def _selection_subject(self):
        return [
            (f"{name}:{purpose}", f"{self._model_label(name)}: {label}")
            for name in sorted(self.env.registry)
            if self._is_approvable(name)
            for purpose, label in self.env[name]._get_approval_purposes()
        ]

    @api.model
    def _model_label(self, model_name):
        """Return the name of a model in the language of the user."""
        return self.env["ir.model"]._get(model_name).name

    @api.model
    def _is_approvable(self, model_name):
        """Whether records of this model can be submitted for approval."""
        model = self.env.registry.get(model_name)
        return (
            model is not None
            and not model._abstract
            and not model._transient
            and hasattr(model, "_approval_purposes")
        )

    @api.depends("subject")
    def _compute_subject_parts(self):
        for flow in self:
            model, _sep, purpose = (flow.subject or "").partition(":")
            flow.res_model, flow.purpose = model, purpose

    @api.depends("version_ids.state")
    def _compute_draft_id(self):
        for flow in self:
            flow.draft_id = flow.version_ids.filtered(lambda v: v.state == "draft")[:1]

    @api.depends("version_id.node_ids.name")
    def _compute_summary(self):
        for flow in self:
            flow.summary = " → ".join(flow.version_id.node_ids.mapped("name"))

    def _compute_running_count(self):
        # Superuser: how many there are is no secret, whose they are is.
        counts = dict(
            self.env["school.approval.case"]
            .sudo()
            ._read_group(
                [("flow_id", "in", self.ids), ("state", "in", ("running", "returned"))],
                ["flow_id"],
                ["__count"],
            )
        )
        for flow in self:
            flow.running_count = counts.get(flow.sudo(), 0)

    @api.constrains("domain", "subject")
    def _check_domain(self):
        for flow in self:
            flow._parse_condition(flow.domain, flow.res_model)

    @api.model_create_multi
    def create(self, vals_list):
        flows = super().create(vals_list)
        flows.filtered(lambda flow: not flow.version_ids)._make_draft()
        self._forget()
        return flows

    def write(self, vals):
        if vals.keys() & {"subject", "res_model", "purpose"} and any(
            flow.version_id and flow.subject != vals.get("subject", flow.subject)
            for flow in self
        ):
            raise UserError(
                self.env._(
                    "The matter of a flow that is in force stays. Archive it and make "
                    "a new one."
                )
            )
        result = super().write(vals)
        self._forget()
        return result

    def unlink(self):
        self._forget()
        return super().unlink()

    def _is_deletable(self):
        return all(version.state == "draft" for version in self.sudo().version_ids)

    @api.model
    def _parse_condition(self, condition, model_name):
        """Return the condition as a Domain, or say at the field what is wrong with it.

        Only a literal over fields of the record is accepted: nothing is evaluated. A
        path is short and never touches a field that has groups of its own, so that a
        condition cannot be used to probe what its author may not read.
        """
        if not (condition or "").strip():
            return Domain.TRUE
        try:
            leaves = ast.literal_eval(condition)
            domain = Domain(leaves)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            raise ValidationError(
                self.env._(
                    "The condition “%(condition)s” cannot be read. Use fixed values, "
                    "e.g. [('amount', '>', 5000)].",
                    condition=condition,
                )
            ) from None
        model = self.env.get(model_name)
        if model is None:
            return domain
        for leaf in domain.iter_conditions():
            self._check_condition_path(leaf, model)
        try:
            domain.validate(model.sudo())
        except (ValueError, KeyError, TypeError) as error:
            raise ValidationError(
                self.env._(
                    "The condition “%(condition)s” does not fit: %(error)s",
                    condition=condition,
                    error=str(error),
                )
            ) from None
        return domain

    def _check_condition_path(self, leaf, model):
        names = leaf.field_expr.split(".")
        if leaf.operator not in (
            "=", "!=", "<", "<=", ">", ">=", "in", "not in", "like", "not like",
            "ilike", "not ilike", "=like", "=ilike", "child_of", "parent_of",
        ):  # fmt: skip
            raise ValidationError(
                self.env._(
                    "“%(operator)s” cannot be used in a condition.",
                    operator=leaf.operator,
                )
            )
        current = model
        for name in names:
            field = current._fields.get(name) if current is not None else None
            if field is None or field.groups or len(names) > MAX_PATH:
                raise ValidationError(
                    self.env._(
                        "“%(field)s” cannot be used in a condition on %(model)s.",
                        field=leaf.field_expr,
                        model=self._model_label(model._name),
                    )
                )
            current = self.env.get(field.comodel_name) if field.relational else None

    @api.model
    def _choose(self, records, purpose):
        """Return ``{record: version}`` of the flow to use, where there is one.

        A flow that leaves out a four-eyes step which the shipped flow asks of the
        record is refused here too, whatever its condition says.
        """
        Version = self.env["school.approval.version"].sudo()
        chosen = {}
        for company in records.company_id:
            own = records.filtered(lambda r, c=company: r.company_id == c)
            flows = self._in_school(company.id, records._name, purpose)
            for _flow_id, version_id, condition, _is_shipped in flows:
                candidates = own.filtered(lambda r: r not in chosen)
                if not version_id or not candidates:
                    continue
                domain = self._parse_condition(condition, records._name)
                for record in candidates.filtered_domain(domain):
                    chosen[record] = Version.browse(version_id)
            for flow_id, _version_id, _condition, is_shipped in flows:
                others = {
                    record: chosen[record]
                    for record in own
                    if record in chosen and chosen[record].flow_id.id != flow_id
                }
                if is_shipped and others:
                    self.sudo().browse(flow_id)._check_four_eyes_of(others)
        return chosen

    @api.model
    @tools.ormcache("company_id", "res_model", "purpose")
    def _in_school(self, company_id, res_model, purpose):
        """The flows of a matter, in their order, as the process knows them.

        :return: ``(flow id, id of the version in force or False, condition, whether it
            came with the system)``; without a version where the flow is archived.
        """
        flows = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch(
                [
                    ("company_id", "=", company_id),
                    ("res_model", "=", res_model),
                    ("purpose", "=", purpose),
                ],
                ["active", "version_id", "domain", "shipped_code"],
            )
        )
        return [
            (
                flow.id,
                flow.active and flow.version_id.id,
                flow.domain,
                bool(flow.shipped_code),
            )
            for flow in flows
        ]

    @tools.ormcache("self.id", "self.env.lang")
    def _name_in_process(self):
        """The name of the flow in the language of the user."""
        return self.sudo().name

    def _forget(self):
        """Let all processes read the flows anew, now and when this is committed."""
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    def _update_field_translations(self, *args, **kwargs):
        result = super()._update_field_translations(*args, **kwargs)
        self._forget()
        return result

    def _check_four_eyes_of(self, others):
        """Refuse versions of other flows that leave out a four-eyes step of this one.

        :param others: ``{record: version}``
        """
        self.ensure_one()
        required = self._shipped_version().node_ids.filtered("four_eyes")
        if not required:
            return
        domain = self._parse_condition(self.shipped_domain, self.res_model)
        for record, version in others.items():
            if not record.filtered_domain(domain):
                continue
            missing = version._missing_four_eyes(required)
            if missing:
                raise UserError(
                    self.env._(
                        "“%(flow)s” leaves out the step “%(step)s”, which two "
                        "pairs of eyes must see. The school administrator has to "
                        "put it back before this can be submitted.",
                        flow=version.flow_id.name,
                        step=missing[0].name,
                    )
                )

    def _shipped_version(self):
        """The version the flow was last shipped with: the floor for four-eyes steps."""
        self.ensure_one()
        return self.version_ids.filtered("is_shipped").sorted("number")[-1:]

    @api.model
    def _ensure(
        self,
        company,
        res_model,
        purpose,
        name,
        nodes,
        domain=None,
        code=None,
        **options,
    ):
        """Give the school this flow, once; called by ``_school_set_up`` of addons.

        :param nodes: list of dicts with the fields of ``school.approval.node``; posts
            are given by code (``post``, ``fallback``, ``escalate``), names as text or,
            to be written in every language, as a ``_lt("…")`` term.
        :param code: stable key of the flow among those of the same purpose.
        :param options: fields of the version (``ask_once``, ``withdraw``,
            ``remind_hours``, ``oral``, ``oral_limit``, ``oral_unit``), ``sequence`` and
            ``oral_locked`` of the flow.

        A flow the school has changed stays as the school wants it. One it never touched
        follows when an update ships other steps.
        """
        self = self.sudo().with_context(lang="en_US")
        code = code or purpose
        flow = self.with_context(active_test=False).search(
            [
                ("company_id", "=", company.id),
                ("res_model", "=", res_model),
                ("purpose", "=", purpose),
                ("shipped_code", "=", code),
            ]
        )
        spec = hashlib.sha256(
            json.dumps(
                [[{**node, "name": ""} for node in nodes], domain, options],
                sort_keys=True,
                default=str,
            ).encode()
        ).hexdigest()
        if flow and (
            # Somebody at the school is just changing it: that draft is not ours.
            flow.draft_id
            or not flow.version_id.is_shipped
            or flow.version_id.shipped_spec == spec
        ):
            return flow
        flow_vals = {
            key: options.pop(key)
            for key in ("sequence", "oral_locked")
            if key in options
        }
        if not flow:
            flow = self.create(
                {
                    "company_id": company.id,
                    "name": name if isinstance(name, str) else name._translate("en_US"),
                    "subject": f"{res_model}:{purpose}",
                    "domain": str(domain or []),
                    "shipped_code": code,
                    "shipped_domain": str(domain or []),
                    **flow_vals,
                }
            )
        version = flow.draft_id or flow._make_draft()
        version.node_ids.unlink()
        Node = self.env["school.approval.node"]
        version.write(
            {
                **options,
                "is_shipped": True,
                "shipped_spec": spec,
                "node_ids": [
                    fields.Command.create(
                        Node._shipped_vals(company, node, (index + 1) * 10)
                    )
                    for index, node in enumerate(nodes)
                ],
            }
        )
        seed = company._seed_translations
        if not isinstance(name, str) and not flow.version_id:
            seed(flow, "name", name)
        for node, shipped in zip(
            version.node_ids.sorted("sequence"), nodes, strict=True
        ):
            if not isinstance(shipped["name"], str):
                seed(node, "name", shipped["name"])
        version._publish()
        return flow

    def _make_draft(self):
        """Return one draft per flow, a copy of what is in force."""
        Version = self.env["school.approval.version"]
        drafts = Version
        for flow in self:
            number = max(flow.version_ids.mapped("number"), default=0) + 1
            values = {"flow_id": flow.id, "number": number}
            if flow.version_id:
                values = {**flow.version_id.copy_data()[0], **values}
            drafts |= Version.sudo().create(
                {**values, "company_id": flow.company_id.id}
            )
        return drafts.with_env(self.env)

    def action_edit(self):
        """Open the draft of the flow; without one, make it from what is in force."""
        self.ensure_one()
        self.check_access("write")
        draft = self.draft_id or self._make_draft()
        return draft._get_form_action()

    def action_view_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_base.approval_case_action_all"
        )
        return {**action, "domain": [("flow_id", "=", self.id)], "context": {}}

    def action_view_versions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions of %(flow)s", flow=self.name),
            "res_model": "school.approval.version",
            "view_mode": "list,form",
            "domain": [("flow_id", "=", self.id)],
        }
