from odoo import api, models


class SchoolRegisterEntry(models.Model):
    _inherit = "school.register.entry"

    @api.model
    def _event_names(self):
        return {
            **super()._event_names(),
            "received": self.env._("Received"),
            "registered": self.env._("Registered"),
            "proposed": self.env._("Proposed"),
            "instructed": self.env._("Instructed"),
            "sent_back": self.env._("Sent back to the clerk"),
            "distributed": self.env._("Distributed"),
            "signed": self.env._("Signed for"),
            "in_hand": self.env._("In hand"),
            "circulated": self.env._("Circulated"),
            "read": self.env._("Read"),
            "chased": self.env._("Chased"),
            "extended": self.env._("Deadline extended"),
            "finished": self.env._("Finished"),
            "reopened": self.env._("Sent back to the department"),
            "replied": self.env._("Replied to the sender"),
            "filed": self.env._("Filed"),
            "returned": self.env._("Returned to the sender"),
            "corrected": self.env._("Corrected"),
            "sender_contacted": self.env._("Sender contacted"),
            "replaced": self.env._("Replacement received"),
            "copied": self.env._("Copied"),
            "kept": self.env._("Kept"),
            "passed_on": self.env._("Copy passed on"),
            "reassigned": self.env._("Given to a colleague"),
            "undamaged": self.env._("Damage withdrawn"),
            "returned_copy": self.env._("Copy taken back"),
        }

    def _payload_label(self, model, key):
        own = {
            "recipient": self.env._("Recipient"),
            "recipient_copies": self.env._("Copies handed out"),
            "signed_by": self.env._("Signed by"),
            "signed_on": self.env._("Signed on"),
            "on_behalf_of": self.env._("On behalf of"),
            "mode": self.env._("Kind of signature"),
            "reader": self.env._("Reader"),
            "readers": self.env._("Readers"),
            "reason": self.env._("Reason"),
            "level": self.env._("Secrecy level"),
            "place": self.env._("Place of the paper"),
            "numbers": self.env._("Numbers of the copies"),
            "holder": self.env._("Held by"),
            "handler": self.env._("Handled by"),
        }
        return own.get(key) or super()._payload_label(model, key)

    def _payload_text(self, model, key, value):
        if key == "mode":
            modes = self.env["school.receipt"]._fields["mode"]
            return dict(modes._description_selection(self.env)).get(value, value)
        return super()._payload_text(model, key, value)
