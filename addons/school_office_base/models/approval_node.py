import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools.approval_guard import (
    NODE_FIXED,
    NODE_USERS_FIXED,
    install_trigger,
)
from ..tools.client_defaults import take_defaults


class SchoolApprovalNode(models.Model):
    """One step of a flow: who is asked, how many must agree, and what they may do."""

    _name = "school.approval.node"
    _description = "Approval Step"
    _inherit = ["school.held.mixin"]
    _order = "version_id, sequence, id"
    _held_lines = ("user_ids",)

    version_id = fields.Many2one(
        "school.approval.version",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    sequence = fields.Integer(default=100)
    key = fields.Char(
        required=True,
        copy=False,
        default="step",
        help="Stable name of the step, by which the office's own steps know it.",
    )
    name = fields.Char("Step", required=True, translate=True)
    who = fields.Selection(
        [
            ("post", "Holder of a post"),
            ("department_head", "Head of the department"),
            ("supervisor", "Supervising leader of the department"),
            ("users", "Named people"),
            ("record_field", "A person named on the record"),
            ("choice", "Chosen by the applicant"),
        ],
        "Who Decides",
        required=True,
        default="post",
    )
    post_id = fields.Many2one("school.post", check_company=True, ondelete="restrict")
    user_ids = fields.Many2many(
        "res.users",
        "school_approval_node_users_rel",
        "node_id",
        "user_id",
        "People",
        check_company=True,
        help="For a choice by the applicant: the people he may choose from; all staff "
        "if empty.",
    )
    user_field = fields.Char(
        "Field",
        help="Field of the record that holds the person, e.g. host_id.",
    )
    mode = fields.Selection(
        [
            ("any", "Any one of them"),
            ("all", "All of them"),
            ("count", "A number of them"),
            ("order", "One after another"),
        ],
        "How Many",
        required=True,
        default="any",
        help="或签, 会签, 票签, 依次",
    )
    required_count = fields.Integer("Number Who Must Agree", default=2)
    domain = fields.Char(
        "Only If",
        default="[]",
        help="The step is asked only for records that meet this condition.",
    )
    limit_amount = fields.Float(
        "Time Limit", help="0: no limit. The clock starts when the step is reached."
    )
    limit_unit = fields.Selection(
        lambda self: self.env["school.approval.version"]._selection_unit(),
        "Unit",
        default="service_hour",
        required=True,
    )
    on_timeout = fields.Selection(
        [
            ("remind", "Remind"),
            ("escalate", "Remind and tell the next level"),
            ("deputy", "Also ask the deputy"),
        ],
        "When Time Is Up",
        default="remind",
        required=True,
        help="Nothing is ever approved because time has passed.",
    )
    escalate_post_id = fields.Many2one(
        "school.post", "Next Level", check_company=True, ondelete="restrict"
    )
    fallback_post_id = fields.Many2one(
        "school.post",
        "If Nobody Is Found",
        check_company=True,
        ondelete="restrict",
        help="Who decides when nobody is found, or only people who may not decide.",
    )
    fallback_user_id = fields.Many2one(
        "res.users", "Or This Person", check_company=True, ondelete="restrict"
    )
    can_add_signer = fields.Boolean("May Add Signers", default=True)
    can_transfer = fields.Boolean("May Pass On", default=True)
    can_return = fields.Boolean("May Return", default=True)
    can_copy = fields.Boolean("May Copy To", default=True)
    four_eyes = fields.Boolean(
        help="Decided by somebody who has decided no other step of the same case. "
        "Such a step of a flow that came with the system cannot be removed.",
    )
    res_model = fields.Char(related="version_id.flow_id.res_model")
    who_text = fields.Char("Decided By", compute="_compute_who_text")
    limit_text = fields.Char("Limit", compute="_compute_limit_text")

    _key_uniq = models.Constraint(
        "UNIQUE(version_id, key)", "Another step of the flow has this key."
    )
    _limit_positive = models.Constraint(
        "CHECK(limit_amount >= 0)", "A time limit cannot be negative."
    )
    _count_positive = models.Constraint(
        "CHECK(mode != 'count' OR required_count >= 1)",
        "At least one person must agree.",
    )

    def _is_held(self):
        return self.version_id.state != "draft"

    def init(self):
        install_trigger(self.env.cr, self._table, "fixed", NODE_FIXED)
        install_trigger(
            self.env.cr, "school_approval_node_users_rel", "fixed", NODE_USERS_FIXED
        )

    @api.depends("who", "post_id", "user_ids", "user_field", "mode", "required_count")
    def _compute_who_text(self):
        modes = dict(self._fields["mode"]._description_selection(self.env))
        whos = dict(self._fields["who"]._description_selection(self.env))
        for node in self:
            who = whos.get(node.who, "")
            if node.who == "post":
                who = node.post_id.name or who
            elif node.who == "users":
                who = ", ".join(node.user_ids.mapped("name")) or who
            elif node.who == "record_field":
                field = self.env.get(node.res_model or "")
                field = (
                    field._fields.get(node.user_field) if field is not None else None
                )
                who = (
                    field._description_string(self.env)
                    if field is not None
                    else node.user_field
                ) or who
            how = modes.get(node.mode, "")
            if node.mode == "count":
                how = self.env._("%(count)s of them", count=node.required_count)
            elif node.mode == "any" and len(node.user_ids) < 2:
                how = ""
            node.who_text = " · ".join(filter(None, (who, how)))

    @api.depends("limit_amount", "limit_unit")
    @api.depends_context("lang")
    def _compute_limit_text(self):
        for node in self:
            node.limit_text = node._limit_text()

    @api.constrains("domain")
    def _check_domain(self):
        for node in self:
            node._parsed_condition()

    @api.constrains("key")
    def _check_key(self):
        for node in self:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", node.key):
                raise ValidationError(
                    self.env._(
                        "The key of a step is made of small letters, digits and “_”: "
                        "%(key)s",
                        key=node.key,
                    )
                )

    @api.constrains("who", "user_field")
    def _check_user_field(self):
        for node in self.filtered(lambda n: n.who == "record_field"):
            node._check_path_to_user()

    def _check_path_to_user(self):
        """The path must lead over plain relations to a user or an employee."""
        current = self.env.get(self.res_model or "")
        names = (self.user_field or "").split(".")
        for name in names:
            field = current._fields.get(name) if current is not None else None
            if field is None or not field.relational or field.groups or len(names) > 3:
                current = None
                break
            current = self.env.get(field.comodel_name)
        if current is None or current._name not in ("res.users", "hr.employee"):
            raise ValidationError(
                self.env._(
                    "Step “%(step)s”: “%(field)s” is no field that names a person.",
                    step=self.name,
                    field=self.user_field or "",
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Give steps their keys; a step belongs to the school of its version."""
        Version = self.env["school.approval.version"]
        take_defaults(self, vals_list, "version_id")
        taken = {}
        for vals in vals_list:
            version = Version.browse(vals.get("version_id"))
            if version:
                version.check_access("read")
                self._check_draft(version)
                vals["company_id"] = version.company_id.id
            keys = taken.setdefault(
                version.id, set(version.sudo().node_ids.mapped("key"))
            )
            key = vals.get("key") or "step"
            if key == "step":
                number = 1
                while f"step_{number}" in keys:
                    number += 1
                key = f"step_{number}"
            keys.add(key)
            vals["key"] = key
        return super().create(vals_list)

    def write(self, vals):
        self._check_draft(self.version_id)
        if "version_id" in vals:
            self._check_draft(self.version_id.browse(vals["version_id"]))
        if "key" in vals and any(
            node.key != vals["key"] and node.version_id.flow_id.version_id
            for node in self
        ):
            raise AccessError(
                self.env._("The key of a step stays: the office's own steps use it.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_draft(self.version_id)

    @api.model
    def _check_draft(self, versions):
        fixed = versions.sudo().filtered(lambda version: version.state != "draft")
        if fixed:
            raise AccessError(
                self.env._(
                    "%(version)s is published and stays as it is. Edit the flow to "
                    "make the next version.",
                    version=fixed[0].display_name,
                )
            )

    @api.model
    def _shipped_vals(self, company, spec, sequence):
        """Turn a step as an addon writes it into field values."""
        vals = {"sequence": sequence, **spec}
        Post = self.env["school.post"]
        posts = {"post": "post_id", "fallback": "fallback_post_id"}
        vals.setdefault("who", "post")
        vals.setdefault(
            "fallback",
            "top_management" if vals.get("post") == "director" else "director",
        )
        for name, field in {**posts, "escalate": "escalate_post_id"}.items():
            code = vals.pop(name, None)
            if code:
                post = Post._find(company, code)
                if not post:
                    raise ValueError(f"{company.name} has no post {code!r}")
                vals[field] = post.id
        for name, field in {"limit": "limit_amount", "unit": "limit_unit"}.items():
            if name in vals:
                vals[field] = vals.pop(name)
        vals["company_id"] = company.id
        if not isinstance(vals["name"], str):
            vals["name"] = vals["name"]._translate("en_US")
        if vals.get("domain"):
            vals["domain"] = str(vals["domain"])
        return vals

    def _condition(self):
        condition = (self.domain or "").strip()
        return "" if condition == "[]" else condition

    def _parsed_condition(self):
        self.ensure_one()
        return self.env["school.approval.flow"]._parse_condition(
            self.domain, self.res_model
        )

    def _problems(self):
        """Return sentences that say why the version cannot be published."""
        self.ensure_one()
        problems = []
        if self.who == "post" and not self.post_id:
            problems.append(
                self.env._("Step “%(step)s”: choose the post.", step=self.name)
            )
        if self.who == "users" and not self.user_ids:
            problems.append(
                self.env._("Step “%(step)s”: name at least one person.", step=self.name)
            )
        if (
            self.mode == "count"
            and self.who == "users"
            and (len(self.user_ids) < self.required_count)
        ):
            problems.append(
                self.env._(
                    "Step “%(step)s”: %(count)s must agree, but only %(people)s are "
                    "named.",
                    step=self.name,
                    count=self.required_count,
                    people=len(self.user_ids),
                )
            )
        return problems

    def _describe(self):
        """One line that says what the step asks, for previews and comparisons."""
        self.ensure_one()
        parts = [f"{self.name} ({self.who_text})"]
        if self.four_eyes:
            parts.append(self.env._("four eyes"))
        if self._condition():
            parts.append(self.env._("only if %(condition)s", condition=self.domain))
        if self.limit_amount:
            parts.append(self._limit_text())
        return ", ".join(parts)

    def _limit_text(self):
        """The time limit in words, or nothing."""
        self.ensure_one()
        if not self.limit_amount:
            return ""
        text = self.env["school.time.policy.version"]._duration_text(
            self.limit_amount, self.limit_unit
        )
        return self.env._("within %(duration)s", duration=text)
