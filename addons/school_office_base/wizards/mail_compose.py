from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.mail.tools.parser import parse_res_ids


class MailComposeMessage(models.TransientModel):
    """The composer shows and sends about what its user may read, and nothing else."""

    _inherit = "mail.compose.message"

    @api.model_create_multi
    def create(self, vals_list):
        composers = super().create(vals_list)
        composers._school_check_documents()
        return composers

    def write(self, vals):
        result = super().write(vals)
        self._school_check_documents()
        return result

    def onchange(self, values, field_names, fields_spec):
        self._school_check_form(values)
        return super().onchange(values, field_names, fields_spec)

    def _action_send_mail(self, auto_commit=False):
        self._school_check_documents()
        return super()._action_send_mail(auto_commit=auto_commit)

    def _school_check_documents(self):
        """Ask the rules about everything that these composers are about."""
        if self.env.su:
            return
        # sudo: compared with what its user may read
        for composer in self.sudo():
            someone = composer.res_domain_user_id
            if composer.res_domain and someone and someone != self.env.user:
                raise AccessError(
                    self.env._(
                        "Everybody chooses what he writes about in his own name."
                    )
                )
            composer.template_id.sudo(False).check_access("read")
            composer.parent_id.sudo(False).check_access("read")
            self._school_check_readable(composer.model, composer._evaluate_res_ids())

    @api.model
    def _school_check_form(self, values):
        """The same of a form that is not saved yet, by what the client sends."""
        if self.env.su:
            return
        context = self.env.context

        def said(name):
            return values.get(name) or context.get(f"default_{name}")

        for name in ("template_id", "parent_id"):
            record = self.env[self._fields[name].comodel_name].browse(said(name) or ())
            record.check_access("read")
        model = said("model") or self.sudo().model or context.get("active_model")
        ids = (
            context.get("composer_force_res_ids")
            or said("res_ids")
            or self.sudo().res_ids
            or context.get("active_ids")
            or context.get("active_id")
        )
        if isinstance(ids, int):
            ids = [ids]
        self._school_check_readable(model, parse_res_ids(ids, self.env))

    @api.model
    def _school_check_readable(self, model, ids):
        if model and ids and model in self.env:
            self.env[model].browse(ids).exists().check_access("read")
