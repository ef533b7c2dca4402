from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.school_office_base.models.attachment import MEGABYTE, ReceivedBytes
from odoo.addons.school_office_base.tools import files

DOCUMENT = "school.doc.incoming"


class IrAttachment(models.Model):
    """Files of incoming documents: of the types the school accepts (DOC-16).

    A form uploads before its document is saved, when the guard of the kernel does not
    know yet that the file becomes evidence. So the whole check is made here as well, at
    the moment the clerk chooses the file.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        received = {
            index
            for index, vals in enumerate(vals_list)
            if isinstance(vals.get("raw"), ReceivedBytes)
        }
        attachments = super().create(vals_list)
        attachments.browse(
            attachment.id
            for index, attachment in enumerate(attachments)
            if index not in received
        )._check_school_doc_files()
        return attachments

    def write(self, vals):
        result = super().write(vals)
        if {"res_model", "raw", "datas", "name"} & vals.keys():
            self._check_school_doc_files()
        return result

    def _check_school_doc_files(self):
        """Refuse what no incoming document can hold: wrong type, empty, too large."""
        uploaded = self.filtered(
            lambda a: a.res_model == DOCUMENT and a.type == "binary" and not a.res_field
        )
        for attachment, company in uploaded._school_doc_companies().items():
            problem = self._school_doc_problem(
                company, attachment.name or "", attachment.raw or b""
            )
            if problem:
                raise UserError(problem)

    def _school_doc_companies(self):
        """Return {attachment: the school whose limits apply}."""
        documents = (
            self.env[DOCUMENT]
            .sudo()
            .browse([res_id for res_id in set(self.mapped("res_id")) if res_id])
        )
        by_id = {record.id: record.company_id for record in documents.exists()}
        return {
            attachment: by_id.get(attachment.res_id, self.env.company).sudo()
            for attachment in self
        }

    @api.model
    def _school_doc_problem(self, company, name, content):
        """What is wrong with a file, in a sentence, or nothing."""
        limit = company.school_attachment_max_mb
        if limit and len(content) > limit * MEGABYTE:
            return self.env._(
                "“%(file)s” has %(size)s MB; this school takes files up to "
                "%(limit)s MB. Make it smaller, or split it.",
                file=name,
                size=round(len(content) / MEGABYTE, 1),
                limit=limit,
            )
        fault = files.fault(name, content)
        if fault:
            return self._file_sentence(fault, name)
        endings = company._school_doc_file_endings()
        if endings and files.extension(name) not in endings:
            return self.env._(
                "“%(file)s” is not of a type the school accepts for documents. "
                "Accepted: %(types)s.",
                file=name,
                types=", ".join(sorted(endings)),
            )
        return ""
