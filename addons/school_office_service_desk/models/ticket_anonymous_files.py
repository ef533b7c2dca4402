from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

from odoo.addons.school_office_base.tools import files as file_rules

from ..tools import clean_files

FILES_AT_ONCE = 5


class SchoolTicket(models.Model):
    """Files of anonymous people, kept without their names and traces of their maker."""

    _inherit = "school.ticket"

    @api.model
    def _anonymous_files(self, company, files):
        """Return ``files`` as (neutral name, bytes without traces).

        Also the name of a file tells of its owner, so it gets another one.
        """
        files = list(files or ())
        if len(files) > FILES_AT_ONCE:
            raise UserError(
                self.env._("Send at most %(count)s files at once.", count=FILES_AT_ONCE)
            )
        result = []
        megabytes = company.school_desk_file_mb or company.school_attachment_max_mb
        for index, (name, content) in enumerate(files, 1):
            if megabytes and len(content) > megabytes << 20:
                raise UserError(
                    self.env._(
                        "“%(file)s” is larger than %(limit)s MB.",
                        file=name,
                        limit=megabytes,
                    )
                )
            if file_rules.fault(name, content):
                raise UserError(
                    self.env._(
                        "“%(file)s” is empty, or not what its name says.", file=name
                    )
                )
            try:
                bare = clean_files.cleaned(name, content)
            except clean_files.NotCleanable as error:
                raise UserError(self._not_cleanable(name, error.reason)) from error
            kind = clean_files.extension(name)
            label = self.env._("File %(number)s", number=index)
            result.append((f"{label}.{kind}", bare))
        return result

    def _not_cleanable(self, name, reason):
        if reason == "damaged":
            return self.env._(
                "“%(file)s” cannot be opened, so nobody can take out of it who made "
                "it. Save it again, or send a picture of it.",
                file=name,
            )
        if reason == "large":
            return self.env._("“%(file)s” is too large to be looked at.", file=name)
        return self.env._(
            "“%(file)s” may say who made it, and that cannot be taken out of this kind "
            "of file. Send a picture (jpg, png), a pdf, or a docx, xlsx or pptx file.",
            file=name,
        )

    def _anonymous_attach(self, files):
        return self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content in files
            ]
        )

    def _anonymous_own_files(self):
        """Files that came with the report itself."""
        every = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        later = self.exchange_ids.attachment_ids
        # What the office hangs on the ticket is not for the reporter.
        return (every - later).filtered(lambda a: a.create_uid.id == SUPERUSER_ID)

    def _anonymous_file_rows(self, attachments):
        return [
            {"name": attachment.name, "size": attachment.file_size}
            for attachment in attachments
        ]
