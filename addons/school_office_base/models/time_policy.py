from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools.translate import LazyGettext


def _english(term):
    """The source text of a term that is kept in every language."""
    return term._translate("en_US") if isinstance(term, LazyGettext) else term


class SchoolTimePolicy(models.Model):
    """A time limit of a school for one kind of record.

    What it says stands in its versions. A published version never changes: an edit is a
    draft, and clocks that run keep the version with which they started.
    """

    _name = "school.time.policy"
    _school_in_process = True
    _description = "Time Limit"
    _inherit = ["school.record"]
    _order = "sequence, id"
    _server_fields = frozenset({"current_version_id"})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="The name by which the addons find this time limit."
    )
    res_model = fields.Selection(
        "_selection_res_model", "Applies To", required=True, index=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, help="An archived time limit starts no clock; running ones go on."
    )
    current_version_id = fields.Many2one(
        "school.time.policy.version", "In Force", readonly=True, check_company=True
    )
    draft_version_id = fields.Many2one(
        "school.time.policy.version", "Draft", compute="_compute_draft_version_id"
    )
    version_ids = fields.One2many("school.time.policy.version", "policy_id", "Versions")
    summary = fields.Char(related="current_version_id.summary", string="Rule")
    running_count = fields.Integer("Running", compute="_compute_counts")
    late_count = fields.Integer("Late", compute="_compute_counts")
    finished_count = fields.Integer("Finished", compute="_compute_counts")
    on_time = fields.Float(compute="_compute_counts")

    _code_uniq = models.UniqueIndex(
        "(company_id, res_model, code)", "This code is in use for another time limit."
    )

    @api.model
    def _selection_res_model(self):
        return sorted(
            (
                (name, self.env["ir.model"]._get(name).name)
                for name, model in self.env.registry.items()
                if issubclass(model, self.env.registry["school.clock.mixin"])
                and not model._abstract
            ),
            key=lambda item: item[1],
        )

    @api.depends("version_ids.state")
    def _compute_draft_version_id(self):
        for policy in self:
            policy.draft_version_id = policy.version_ids.filtered(
                lambda version: version.state == "draft"
            )[:1]

    def _compute_counts(self):
        counts = {}
        for policy, state, late, count in self.env["school.time.clock"]._read_group(
            [("policy_id", "in", self.ids), ("superseded_by_id", "=", False)],
            ["policy_id", "state", "is_late"],
            ["__count"],
        ):
            counts[policy.id, state, bool(late)] = count
        for policy in self:
            met = counts.get((policy.id, "met", False), 0)
            missed = sum(counts.get((policy.id, "missed", late), 0) for late in (0, 1))
            policy.late_count = counts.get((policy.id, "running", True), 0)
            policy.running_count = policy.late_count + counts.get(
                (policy.id, "running", False), 0
            )
            policy.finished_count = met + missed
            policy.on_time = met / (met + missed) if met + missed else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env.registry.clear_cache()
        return policies

    def write(self, vals):
        fixed = {"res_model", "code"} & vals.keys()
        if fixed and any(
            policy.current_version_id and policy[name] != vals[name]
            for policy in self.sudo()
            for name in fixed
        ):
            raise UserError(
                self.env._(
                    "A published time limit stays with its kind of record. Archive it "
                    "and make another one."
                )
            )
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _is_deletable(self):
        return not self.sudo().version_ids.filtered("published_at")

    def action_edit(self):
        """Open the draft of the next version, made from the one in force."""
        self.ensure_one()
        self.check_access("write")
        draft = self.draft_version_id
        if not draft and self.current_version_id:
            draft = self.current_version_id.copy()
        elif not draft:
            draft = self.env["school.time.policy.version"].create(
                {"policy_id": self.id, "company_id": self.company_id.id}
            )
        return self._form_of(draft, name=self.name)

    def action_clocks(self):
        """Open the clocks of this time limit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_base.time_clock_action"
        )
        action["domain"] = [("policy_id", "=", self.id)]
        action["context"] = {}
        return action

    @api.model
    def _ensure(
        self,
        company,
        code,
        res_model,
        name,
        start_domain=(),
        stop_domain=(),
        pause_domain=None,
        amount=0,
        unit="working_day",
        steps=None,
        variants=(),
        **options,
    ):
        """Return the policy ``code`` of a school, made and published if it is missing.

        A policy that exists is left as it is: the school may have changed it. Names
        given as ``LazyTranslate`` terms are kept in every language.

        :param amount: the time limit in ``unit``; with ``amount_field`` or
            ``date_field`` what counts where the record says nothing (0: no clock)
        :param steps: reminders, dicts of ``school.time.step`` values; None: the default
            chase of the school (BASE-28); ``[]``: none
        :param variants: dicts ``name, domain, amount, unit``, the first that matches
            the record replaces the amount ("urgent files: 1 service hour")
        :param options: any other field of ``school.time.policy.version``:
            ``amount_field``, ``unit_field``, ``date_field``, ``start_field``,
            ``stop_field``, ``reset_domain``, ``cancel_domain``, ``reopening``,
            ``reopening_field``,
            ``any_hour``, ``start_text`` …
        """
        policies = self.sudo().with_context(active_test=False)
        policy = policies.search(
            [
                ("company_id", "=", company.id),
                ("res_model", "=", res_model),
                ("code", "=", code),
            ]
        )
        if policy:
            return policy
        policy = self.sudo().create(
            {
                "company_id": company.id,
                "code": code,
                "res_model": res_model,
                "name": _english(name),
            }
        )
        if steps is None:
            steps = company._chase_steps(unit)
        if "amount_field" in options:
            options["source"] = "fields"
        elif "date_field" in options:
            options["source"] = "date"
        create = fields.Command.create
        common = {"company_id": company.id}
        version = policy.version_ids.create(
            {
                **common,
                "policy_id": policy.id,
                "start_domain": repr(list(start_domain)),
                "stop_domain": repr(list(stop_domain)),
                "pause_domain": repr(list(pause_domain)) if pause_domain else False,
                "amount": amount,
                "unit": unit,
                "variant_ids": [
                    create(
                        {
                            **variant,
                            **common,
                            "sequence": index,
                            "name": _english(variant["name"]),
                            "domain": repr(list(variant["domain"])),
                        }
                    )
                    for index, variant in enumerate(variants, 1)
                ],
                "step_ids": [
                    create(
                        {
                            "sequence": index,
                            **step,
                            **common,
                            "name": _english(step["name"]),
                        }
                    )
                    for index, step in enumerate(steps, 1)
                ],
                **{
                    key: repr(list(value))
                    if key.endswith("_domain")
                    else _english(value)
                    for key, value in options.items()
                },
            }
        )
        terms = [
            (policy, "name", name),
            (version, "start_text", options.get("start_text")),
        ]
        terms += [
            (record, "name", vals["name"])
            for records, vals_list in (
                (version.variant_ids, variants),
                (version.step_ids, steps),
            )
            for record, vals in zip(records, vals_list, strict=True)
        ]
        for record, field, term in terms:
            if isinstance(term, LazyGettext):
                company._seed_translations(record, field, term)
        version._publish()
        return policy

    @api.model
    @tools.ormcache("res_model", "company_ids")
    def _current_ids(self, res_model, company_ids):
        """``[(company id, policy id, version id)]`` in force, by sequence."""
        policies = self.sudo().search_fetch(
            [
                ("res_model", "=", res_model),
                ("company_id", "in", company_ids),
                ("current_version_id", "!=", False),
            ],
            ["company_id", "current_version_id"],
        )
        return [(p.company_id.id, p.id, p.current_version_id.id) for p in policies]

    @api.model
    @tools.ormcache("res_model")
    def _watched_fields(self, res_model):
        """Fields of ``res_model`` at which some version of some policy looks."""
        versions = (
            self.env["school.time.policy.version"]
            .sudo()
            .search([("policy_id.res_model", "=", res_model), ("state", "!=", "draft")])
        )
        model = self.env[res_model]
        names = set(model._clock_holder_fields) if versions else set()
        for version in versions:
            names |= version._used_fields()
        return frozenset(names & model._fields.keys())

    def _check_can_configure(self):
        if not self.env.su and not self.env.user.has_group(
            "school_office_base.group_school_admin"
        ):
            raise UserError(
                self.env._("Only the school administrator changes time limits.")
            )
        self.check_access("write")
