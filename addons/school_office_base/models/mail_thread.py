from odoo import api, models
from odoo.exceptions import AccessError


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

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Let nobody play the mail gateway into the records of a school.

        ``message_process`` is public, takes model, record and values from its caller
        and then works in superuser mode. What the gateway itself, run by the system, or
        an alias decides is fine; what an employee names is not.
        """
        if not (self.env.su or self.env.user._is_system()):
            record_class = self.env.registry["school.record"]
            for model, _thread_id, _values, _user_id, alias in routes or ():
                if not alias and issubclass(self.env.registry[model], record_class):
                    raise AccessError(
                        self.env._(
                            "Only the mail server hands e-mails to records of a school."
                        )
                    )
        return super()._message_route_process(message, message_dict, routes)

    def _creation_message(self):
        """Say in the school's language that a record was made if nobody made it."""
        thread = self
        if "company_id" in self._fields:
            school = self.sudo().company_id[:1]
            thread = self.with_context(lang=school._school_chatter_env().lang)
        return super(MailThread, thread)._creation_message()
