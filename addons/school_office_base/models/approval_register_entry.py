from odoo import api, models


class SchoolRegisterEntry(models.Model):
    """The book of approvals in words (BASE-08, BASE-13)."""

    _inherit = "school.register.entry"

    @api.model
    def _event_names(self):
        said = self.env["school.approval.opinion"]._fields["event"]
        return {
            **dict(said._description_selection(self.env)),
            "granted": self.env._("Approved"),
            "refused": self.env._("Refused"),
            **super()._event_names(),
        }

    def _is_of_an_approval(self):
        return self.register_code == "approval"

    def _payload_model(self):
        if self._is_of_an_approval():
            return self.env["school.approval.case"]
        return super()._payload_model()

    def _payload_unspoken(self):
        unspoken = super()._payload_unspoken()
        if self._is_of_an_approval():
            # Their names stand beside them: of the flow and of the step.
            return unspoken | {"purpose", "step"}
        return unspoken

    def _payload_label(self, model, key):
        own = {
            "case": self.env._("Case No."),
            "record": self.env._("Matter"),
            "step_name": self.env._("Step"),
            "text": self.env._("Opinion"),
            "detail": self.env._("Detail"),
            "opinion": self.env._("Opinion No."),
        }
        if self._is_of_an_approval() and key in own:
            return own[key]
        return super()._payload_label(model, key)

    def _payload_text(self, model, key, value):
        if key == "content_hash" and self._is_of_an_approval():
            # As the hashes of the book: enough to compare, the entry has all of it.
            return (value or "")[:12]
        return super()._payload_text(model, key, value)
