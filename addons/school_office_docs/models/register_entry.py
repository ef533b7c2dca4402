from odoo import api, models


class SchoolRegisterEntry(models.Model):
    _inherit = "school.register.entry"

    @api.model
    def _event_names(self):
        _ = self.env._
        return {
            **super()._event_names(),
            "received": _("Received"),
            "registered": _("Registered"),
            "proposed": _("Proposed"),
            "instructed": _("Instructed"),
            "sent_back": _("Sent back to the clerk"),
            "distributed": _("Distributed"),
            "signed": _("Signed for"),
            "in_hand": _("In hand"),
            "circulated": _("Circulated"),
            "read": _("Read"),
            "chased": _("Chased"),
            "extended": _("Deadline extended"),
            "finished": _("Finished"),
            "reopened": _("Sent back to the department"),
            "replied": _("Replied to the sender"),
            "filed": _("Filed"),
            "returned": _("Returned to the sender"),
            "corrected": _("Corrected"),
            "sender_contacted": _("Sender contacted"),
            "replaced": _("Replacement received"),
            "copied": _("Copied"),
            "kept": _("Kept"),
            "passed_on": _("Copy passed on"),
            "returned_copy": _("Copy taken back"),
        }

    def _payload_label(self, model, key):
        _ = self.env._
        own = {
            "recipient": _("Recipient"),
            "recipient_copies": _("Copies handed out"),
            "signed_by": _("Signed by"),
            "signed_on": _("Signed on"),
            "on_behalf_of": _("On behalf of"),
            "mode": _("Kind of signature"),
            "reader": _("Reader"),
            "readers": _("Readers"),
            "reason": _("Reason"),
            "level": _("Secrecy level"),
            "place": _("Place of the paper"),
            "numbers": _("Numbers of the copies"),
            "holder": _("Held by"),
        }
        return own.get(key) or super()._payload_label(model, key)
