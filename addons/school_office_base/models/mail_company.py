from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _school_set_up_mailbox(self, res_model, field_name, prefix):
        """One mailbox per school; what it receives belongs to that school alone.

        :param res_model: a model with ``school.mail.intake.mixin``
        :param field_name: the column of the school that holds the mailbox
        :param prefix: the beginning of the address, as "doc" in doc-hill@…
        """
        Alias = self.env["mail.alias"].sudo()
        model = self.env["ir.model"]._get(res_model)
        for company in self.filtered(lambda c: not c.sudo()[field_name]):
            code = company.school_code or ""
            # An address is ASCII; most short codes of schools are Chinese.
            code = code.lower() if code.isascii() and code.isalnum() else company.id
            name = f"{prefix}-{code}"
            domain = company.alias_domain_id
            if Alias.search_count(
                [("alias_name", "=", name), ("alias_domain_id", "=", domain.id)],
                limit=1,
            ):
                name = f"{name}-{company.id}"
            company.sudo()[field_name] = Alias.with_company(company).create(
                {
                    "alias_name": name,
                    "alias_model_id": model.id,
                    "alias_domain_id": domain.id,
                    "alias_contact": "everyone",
                    "alias_defaults": repr({"company_id": company.id}),
                }
            )
