from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolProcedure(models.Model):
    """A standard operating procedure (SOP 标准操作规程) of a school (BASE-22).

    What it says stands in its versions: the one in force is what everybody reads, finds
    and is trained on; a revision is a draft until the management has approved it
    (BASE-26).
    """

    _name = "school.procedure"
    _description = "Procedure"
    _inherit = ["school.record", "school.search.mixin"]
    _order = "kind, name, id"
    _rec_names_search = ["name", "code"]
    _server_fields = frozenset({"current_version_id", "is_published"})
    _search_fields_text = (
        "name",
        "code",
        "current_version_id.purpose",
        "current_version_id.scope",
        "current_version_id.points",
        "current_version_id.step_ids.name",
        "current_version_id.step_ids.detail",
        "current_version_id.step_ids.requirement",
        "current_version_id.step_ids.points",
        "current_version_id.step_ids.forms",
    )

    name = fields.Char(required=True)
    code = fields.Char(
        "Procedure No.", help="The school's own number of the procedure, if it has one."
    )
    kind = fields.Selection(
        [
            ("documents", "Documents"),
            ("meetings", "Meetings"),
            ("seals", "Seals and Certificates"),
            ("archives", "Archives"),
            ("assets", "Supplies and Assets"),
            ("service", "Service Desk and Reception"),
            ("other", "Other Work"),
        ],
        "Field of Work",
        required=True,
        default="documents",
        index=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        "Interpreting Office",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Answers questions about the procedure and takes suggestions.",
    )
    active = fields.Boolean(default=True)
    version_ids = fields.One2many(
        "school.procedure.version", "procedure_id", "Versions"
    )
    current_version_id = fields.Many2one(
        "school.procedure.version",
        "In Force",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    draft_version_id = fields.Many2one(
        "school.procedure.version", "Revision", compute="_compute_draft_version_id"
    )
    is_published = fields.Boolean("Published", readonly=True, copy=False, index=True)
    number = fields.Integer("Version", related="current_version_id.number")
    in_force_from = fields.Date(related="current_version_id.in_force_from")
    purpose = fields.Text("Aim", related="current_version_id.purpose")
    scope = fields.Text(related="current_version_id.scope")
    points = fields.Text(related="current_version_id.points")
    step_ids = fields.One2many(related="current_version_id.step_ids")
    chart = fields.Json(related="current_version_id.chart")
    training_count = fields.Integer("Trainings", compute="_compute_training_count")

    _name_uniq = models.UniqueIndex(
        "(company_id, name) WHERE active", "A procedure of this name exists already."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for procedure in self:
            procedure.display_name = " ".join(
                filter(None, (procedure.code, procedure.name))
            )

    @api.depends("version_ids.state")
    def _compute_draft_version_id(self):
        for procedure in self:
            procedure.draft_version_id = procedure.version_ids.filtered(
                lambda version: version.state in ("draft", "submitted")
            )[:1]

    def _compute_training_count(self):
        counts = dict(
            self.env["school.training"]._read_group(
                [("procedure_id", "in", self.ids)], ["procedure_id"], ["__count"]
            )
        )
        for procedure in self:
            procedure.training_count = counts.get(procedure._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        procedures = super().create(vals_list)
        procedures._start_revision()
        return procedures

    def _is_deletable(self):
        return not self.is_published and (
            self.env.su or self.create_uid == self.env.user
        )

    def _start_revision(self):
        """Give each procedure a draft, a copy of the version in force if any."""
        Version = self.env["school.procedure.version"]
        for procedure in self:
            if procedure.draft_version_id:
                continue
            number = max(procedure.version_ids.mapped("number"), default=0) + 1
            current = procedure.sudo().current_version_id
            vals = current._copied_vals() if current else {}
            # Superuser: the number is the server's; the caller's right was checked.
            draft = Version.sudo().create(
                {
                    **vals,
                    "company_id": procedure.company_id.id,
                    "procedure_id": procedure.id,
                    "number": number,
                }
            )
            draft.sudo(self.env.su).invalidate_recordset()
        self.invalidate_recordset(["draft_version_id", "version_ids"])

    def action_revise(self):
        """Open the draft of the next version; start it if there is none."""
        self.ensure_one()
        self.check_access("write")
        self._start_revision()
        return self._open_version(self.draft_version_id)

    def action_open_current(self):
        """Open the version in force."""
        self.ensure_one()
        self.check_access("read")
        if not self.current_version_id:
            raise UserError(self.env._("No version of this procedure is in force yet."))
        return self._open_version(self.current_version_id)

    def _open_version(self, version):
        return self._form_of(version, name=self.name)

    def action_trainings(self):
        """Open the trainings on this procedure."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_base.school_training_action"
        )
        action["domain"] = [("procedure_id", "=", self.id)]
        action["context"] = {"default_procedure_id": self.id}
        return action
