import base64

from odoo import models

from ..tools import files
from .attachment import ReceivedBytes


class MailThread(models.AbstractModel):
    """Take in what comes by mail without letting it do harm, and without losing it."""

    _inherit = "mail.thread"

    def _create_attachments_for_post(self, values_list, extra_list):
        Attachment = self.env["ir.attachment"]
        for values in values_list:
            if Attachment._school_model(values.get("res_model")) is not None:
                self._take_in(values)
        return super()._create_attachments_for_post(values_list, extra_list)

    def _take_in(self, values):
        """Put a program or a web page into a zip; take the rest as it was sent."""
        name, content = (
            values["name"],
            base64.b64decode(values.pop("datas", None) or b""),
        )
        if files.fault(name, content) in ("runnable", "program", "markup"):
            name, content = files.wrapped(name, content)
        values.update(name=name, raw=ReceivedBytes(content))
