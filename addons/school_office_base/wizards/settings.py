from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolSettings(models.TransientModel):
    """The settings of one school, for its administrator.

    ``res.config.settings`` is for system administrators, and companies are written by
    whoever manages the instance. This form is the narrow way in between: it shows
    columns of the school and writes those it shows, nothing else, after asking who is
    calling.

    An addon adds a setting by a column on ``res.company`` and, here, a related field
    ``fields.X(related="company_id.column", readonly=False)`` with its place in the
    form.
    """

    _name = "school.settings"
    _description = "School Settings"

    company_id = fields.Many2one(
        "res.company",
        "School",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )

    # Office profile
    logo = fields.Binary(related="company_id.logo", readonly=False)
    school_code = fields.Char(related="company_id.school_code")
    school_office_name = fields.Char(
        related="company_id.school_office_name", readonly=False
    )
    school_office_counter = fields.Char(
        related="company_id.school_office_counter", readonly=False
    )
    school_office_mailbox = fields.Char(
        related="company_id.school_office_mailbox", readonly=False
    )
    school_office_hotline = fields.Char(
        related="company_id.school_office_hotline", readonly=False
    )
    school_office_website = fields.Char(
        related="company_id.school_office_website", readonly=False
    )
    school_year_start_month = fields.Integer(
        related="company_id.school_year_start_month", readonly=False
    )

    # Internal directory
    school_directory_month_1 = fields.Integer(
        related="company_id.school_directory_month_1", readonly=False
    )
    school_directory_month_2 = fields.Integer(
        related="company_id.school_directory_month_2", readonly=False
    )
    school_directory_days = fields.Integer(
        related="company_id.school_directory_days", readonly=False
    )

    # Chasing
    school_remind_before_days = fields.Integer(
        related="company_id.school_remind_before_days", readonly=False
    )
    school_remind_on_due = fields.Boolean(
        related="company_id.school_remind_on_due", readonly=False
    )
    school_remind_after_days = fields.Integer(
        related="company_id.school_remind_after_days", readonly=False
    )
    school_escalate_after_days = fields.Integer(
        related="company_id.school_escalate_after_days", readonly=False
    )

    # Incoming documents
    school_doc_reception_time = fields.Float(
        related="company_id.school_doc_reception_time", readonly=False
    )
    school_doc_reception_place_id = fields.Many2one(
        related="company_id.school_doc_reception_place_id",
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
    school_doc_damage_days = fields.Integer(
        related="company_id.school_doc_damage_days", readonly=False
    )
    school_doc_propose_hours = fields.Float(
        related="company_id.school_doc_propose_hours", readonly=False
    )
    school_doc_sign_hours = fields.Float(
        related="company_id.school_doc_sign_hours", readonly=False
    )
    school_doc_sign_urgent_hours = fields.Float(
        related="company_id.school_doc_sign_urgent_hours", readonly=False
    )
    school_doc_circulation_days = fields.Integer(
        related="company_id.school_doc_circulation_days", readonly=False
    )
    school_doc_handling_days = fields.Integer(
        related="company_id.school_doc_handling_days", readonly=False
    )
    school_doc_on_time_target = fields.Float(
        related="company_id.school_doc_on_time_target", readonly=False
    )

    @api.depends("company_id")
    def _compute_display_name(self):
        for settings in self:
            settings.display_name = settings.company_id.name

    @api.model_create_multi
    def create(self, vals_list):
        taken = [self._take_settings(vals) for vals in vals_list]
        records = super().create(vals_list)
        for record, values in zip(records, taken, strict=True):
            record._save(values)
        return records

    def write(self, vals):
        if "company_id" in vals:
            raise UserError(self.env._("Settings belong to the school shown."))
        values = self._take_settings(vals)
        result = super().write(vals)
        for record in self:
            record._save(values)
        return result

    @api.model
    def _setting_fields(self):
        """Return ``{field of this form: column of the school}`` that may be written."""
        return {
            name: field.related.removeprefix("company_id.")
            for name, field in self._fields.items()
            if field.related
            and not field.readonly
            and field.related.startswith("company_id.")
            and field.related.count(".") == 1
        }

    def _take_settings(self, vals):
        """Take the settings out of ``vals``: they are written to the school."""
        return {
            column: vals.pop(name)
            for name, column in self._setting_fields().items()
            if name in vals
        }

    def _save(self, values):
        self.ensure_one()
        company = self.company_id
        company._check_school_admin()
        self._check_own_records(company, values)
        # Superuser: a school administrator has no right over companies. What is written
        # is limited to the columns of this form, and the caller was checked above.
        company.sudo().write(values)

    def _check_own_records(self, company, values):
        for column, value in values.items():
            field = self.env["res.company"]._fields[column]
            if value and field.type == "many2one":
                record = self.env[field.comodel_name].browse(value)
                record.check_access("read")
                if "company_id" in record and record.company_id != company:
                    raise UserError(
                        self.env._(
                            "“%(setting)s”: what is chosen belongs to another school.",
                            setting=field._description_string(self.env),
                        )
                    )

    @api.model
    def action_open(self):
        """Open the settings of the school in which the administrator works now."""
        self.env.company._check_school_admin()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("School Settings"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
            "target": "current",
        }
