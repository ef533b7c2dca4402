from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from ..tools.approval_guard import VERSION_FIXED, install_trigger

RETIREMENT = frozenset({"state", "retired_at", "retired_by_id"})
MODE_RANK = {"any": 0, "count": 1, "order": 2, "all": 2}


class SchoolApprovalVersion(models.Model):
    """What a flow asks, fixed once published.

    A running case keeps the version under which it was submitted. A published version
    is replaced by publishing the next one; nothing may be written on it but its own
    retirement, also not in superuser mode and not in SQL.
    """

    _name = "school.approval.version"
    _description = "Approval Flow Version"
    _inherit = ["school.held.mixin"]
    _order = "flow_id, number desc"
    # Whether it is still the one in force may change, what it says may not.
    _held_except = frozenset({"write_uid", "write_date"}) | RETIREMENT
    _held_lines = ("node_ids",)
    _server_fields = frozenset(
        {
            "state",
            "number",
            "published_at",
            "published_by_id",
            "retired_at",
            "retired_by_id",
            "is_shipped",
            "shipped_spec",
        }
    )

    flow_id = fields.Many2one(
        "school.approval.flow",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    number = fields.Integer("Version", readonly=True, copy=False, default=1)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "In force"), ("retired", "Replaced")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    node_ids = fields.One2many("school.approval.node", "version_id", "Steps", copy=True)
    ask_once = fields.Boolean(
        "Ask Each Person Once",
        default=True,
        help="Who has agreed at an earlier step is not asked again at a later one. "
        "Steps with four eyes always ask.",
    )
    withdraw = fields.Selection(
        [
            ("undecided", "While nobody has decided"),
            ("running", "Until the last decision"),
            ("never", "Never"),
        ],
        "Applicant May Withdraw",
        default="undecided",
        required=True,
    )
    remind_hours = fields.Float(
        "Between Reminders",
        default=2.0,
        help="Clock hours between two reminders (催办) of the same person.",
    )
    oral = fields.Boolean(
        "Oral Consent in an Emergency",
        help="The applicant may go on after an oral consent, which the person then "
        "confirms in writing. Never possible at steps with four eyes.",
    )
    oral_limit = fields.Float(
        "Confirm Within",
        default=1.0,
        help="Time within which an oral consent must be confirmed. Default: 1 working "
        "day.",
    )
    oral_unit = fields.Selection(
        "_selection_unit", "Unit of Confirmation", default="working_day", required=True
    )
    note = fields.Text("What Changed")
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    retired_at = fields.Datetime("Replaced On", readonly=True, copy=False)
    retired_by_id = fields.Many2one(
        "res.users", "Replaced By", readonly=True, copy=False
    )
    is_shipped = fields.Boolean("As Shipped", readonly=True, copy=False)
    shipped_spec = fields.Char(readonly=True, copy=False)
    res_model = fields.Char(related="flow_id.res_model")
    purpose = fields.Char(related="flow_id.purpose")
    oral_locked = fields.Boolean(related="flow_id.oral_locked")

    _number_uniq = models.Constraint(
        "UNIQUE(flow_id, number)", "Another version has this number already."
    )
    _one_in_force = models.UniqueIndex(
        "(flow_id) WHERE state = 'published'", "A flow has one version in force."
    )
    _one_draft = models.UniqueIndex(
        "(flow_id) WHERE state = 'draft'", "The flow has a draft already."
    )
    _oral_limit_positive = models.Constraint(
        "CHECK(oral_limit > 0)", "The time to confirm an oral consent must be positive."
    )
    _remind_hours_positive = models.Constraint(
        "CHECK(remind_hours >= 0)", "The time between reminders cannot be negative."
    )

    def init(self):
        install_trigger(self.env.cr, self._table, "fixed", VERSION_FIXED)

    @api.model
    def _selection_unit(self):
        """Units of BASE-03 that make sense for a person's answer."""
        return [
            ("service_hour", self.env._("service hours")),
            ("clock_hour", self.env._("hours")),
            ("working_day_clock_hour", self.env._("hours on working days")),
            ("working_day", self.env._("working days")),
            ("calendar_day", self.env._("calendar days")),
        ]

    @api.depends("flow_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(flow)s, version %(number)s",
                flow=version.flow_id.name or "",
                number=version.number,
            )

    @api.constrains("oral", "flow_id")
    def _check_oral(self):
        if any(version.oral and version.flow_id.oral_locked for version in self):
            raise ValidationError(
                self.env._("Oral consent can never be allowed for this matter.")
            )

    def write(self, vals):
        fixed = self.filtered(lambda version: version.state != "draft")
        if fixed and not (
            self.env.su
            and vals.keys() <= RETIREMENT
            and vals.get("state") == "retired"
            and set(self.mapped("state")) == {"published"}
        ):
            raise AccessError(
                self.env._(
                    "%(version)s is published and stays as it is. Edit the flow to "
                    "make the next version.",
                    version=fixed[0].display_name,
                )
            )
        return super().write(vals)

    def _is_held(self):
        return self.state != "draft"

    def _is_deletable(self):
        return self.state == "draft"

    def _missing_four_eyes(self, required):
        """Return the steps of ``required`` that this version leaves out or weakens."""
        self.ensure_one()
        own = {node.key: node for node in self.node_ids}
        missing = required.browse()
        for node in required:
            kept = own.get(node.key)
            if (
                not kept
                or not kept.four_eyes
                or MODE_RANK[kept.mode] < MODE_RANK[node.mode]
                or (kept.mode == "count" and kept.required_count < node.required_count)
                or kept._condition() not in (node._condition(), "")
            ):
                missing |= node
        return missing

    def _problems(self):
        """Return sentences that say why this draft cannot be published yet."""
        self.ensure_one()
        problems = []
        if not self.node_ids:
            problems.append(self.env._("A flow needs at least one step."))
        shipped = self.flow_id.sudo()._shipped_version()
        required = shipped.node_ids.filtered("four_eyes")
        problems += [
            self.env._(
                "The step “%(step)s” keeps the four-eyes rule: it can neither be "
                "removed "
                "nor made weaker.",
                step=node.name,
            )
            for node in self._missing_four_eyes(required)
        ]
        for node in self.node_ids:
            problems += node._problems()
        return problems

    def _changes(self):
        """Return sentences on what this draft changes against the version in force."""
        self.ensure_one()
        old = {node.key: node for node in self.flow_id.version_id.node_ids}
        new = {node.key: node for node in self.node_ids}
        lines = [
            self.env._("New step: %(step)s", step=node._describe())
            for key, node in new.items()
            if key not in old
        ]
        lines += [
            self.env._("Step removed: %(step)s", step=node.name)
            for key, node in old.items()
            if key not in new
        ]
        for key in old.keys() & new.keys():
            before, after = old[key]._describe(), new[key]._describe()
            if before != after:
                lines.append(
                    self.env._(
                        "%(before)s becomes %(after)s", before=before, after=after
                    )
                )
        if [key for key in old if key in new] != [key for key in new if key in old]:
            lines.append(self.env._("The order of the steps changes."))
        return lines

    def action_preview_publish(self):
        """Show what publishing would change and who would sign now."""
        self.ensure_one()
        self.check_access("write")
        wizard = self.env["school.approval.publish"].create({"version_id": self.id})
        return self._form_of(
            wizard,
            name=self.env._("Publish %(version)s", version=self.display_name),
            target="new",
        )

    def action_publish(self):
        """Put the draft in force; running cases keep the version they began with."""
        self.check_access("write")
        self._publish()
        return self._get_form_action() if len(self) == 1 else True

    def _publish(self):
        for version in self.sudo():
            if version.state != "draft":
                raise UserError(
                    self.env._(
                        "%(version)s is published already.",
                        version=version.display_name,
                    )
                )
            if problems := version._problems():
                raise UserError("\n".join(problems))
            now = fields.Datetime.now()
            by = {"retired_at": now, "retired_by_id": self.env.uid}
            flow = version.flow_id
            flow.version_id.write({"state": "retired", **by})
            # The triggers judge by the state of the version: steps go in first.
            self.env.flush_all()
            version.write(
                {
                    "state": "published",
                    "published_at": now,
                    "published_by_id": self.env.uid,
                }
            )
            flow.version_id = version
            # A new draft may follow in the same transaction, and there is one at a
            # time.
            version.flush_recordset()
            school = version.company_id
            # What is shipped nobody of the school publishes, whoever sets it up.
            env = (
                school._school_env().env
                if version.is_shipped
                else school._school_chatter_env()
            )
            flow.message_post(
                body=env._(
                    "Version %(number)s is in force: %(steps)s",
                    number=version.number,
                    steps=" → ".join(version.with_env(env).node_ids.mapped("name")),
                )
            )

    def action_discard(self):
        """Throw the draft away."""
        self.ensure_one()
        self.check_access("write")
        flow = self.flow_id
        self.unlink()
        return self._form_of(flow)

    def _get_form_action(self):
        self.ensure_one()
        return self._form_of(self, name=self.display_name)

    def copy_data(self, default=None):
        """Steps go along by hand: their keys must survive, their ids must not."""
        vals_list = super().copy_data(default)
        for version, vals in zip(self, vals_list, strict=True):
            vals["node_ids"] = [
                Command.create({**data, "key": node.key})
                for node, data in zip(
                    version.node_ids, version.node_ids.copy_data(), strict=True
                )
            ]
        return vals_list
