from odoo import models

from ..tools import files
from .attachment import ReceivedBytes


class MailThread(models.AbstractModel):
    """Take in what comes by mail without letting it do harm, and without losing it."""

    _inherit = "mail.thread"

    def _process_attachments_for_post(self, attachments, attachment_ids, message_values):
        model = message_values.get("model") or self._name
        if attachments and self.env["ir.attachment"]._school_model(model) is not None:
            attachments = [self._received_file(*item) for item in attachments]
        return super()._process_attachments_for_post(
            attachments, attachment_ids, message_values
        )

    def _received_file(self, name, content, *rest):
        """Return a received file as it is kept: a program or a web page inside a zip."""
        if isinstance(content, str):
            content = content.encode()
        if isinstance(content, bytes):
            if files.fault(name, content) in ("runnable", "program", "markup"):
                name, content = files.wrapped(name, content)
            content = ReceivedBytes(content)
        return (name, content, *rest)
