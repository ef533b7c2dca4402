from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _partner_find_from_emails(
        self,
        records_emails,
        avoid_alias=True,
        ban_emails=None,
        filter_found=None,
        additional_values=None,
        no_create=False,
    ):
        """Look an address up among the contacts of the record's own school.

        The mail gateway searches as superuser: a parent known to two schools by the
        same address would else be named, and followed, across them.
        """
        found = {}
        companies = self.sudo()._mail_get_companies() if self else {}
        by_company = {}
        for record, emails in records_emails.items():
            company = companies.get(record.id) or self.env.company
            by_company.setdefault(company, {})[record] = emails
        for company, emails in by_company.items():

            def own(partner, company=company):
                home = partner.sudo().company_id
                return (not home.is_school or home == company) and (
                    not filter_found or filter_found(partner)
                )

            records = self.browse(record.id for record in emails) if self else self
            found |= super(MailThread, records)._partner_find_from_emails(
                emails,
                avoid_alias=avoid_alias,
                ban_emails=ban_emails,
                filter_found=own,
                additional_values=additional_values,
                no_create=no_create,
            )
        return found
