from odoo import api, models


class SchoolRegisterEntry(models.Model):
    _name = "school.register.entry"
    _inherit = ["school.register.entry", "school.ticket.evidence"]

    @api.model
    def _event_names(self):
        return {
            **super()._event_names(),
            "received": self.env._("Received"),
            "registered": self.env._("Registered"),
            "assigned": self.env._("Department asked"),
            "planned": self.env._("First plan made"),
            "plan_changed": self.env._("Plan changed"),
            "complex": self.env._("Marked as complex"),
            "accused": self.env._("People concerned changed"),
            "cause": self.env._("Cause noted"),
            "answered": self.env._("Answered"),
            "closed": self.env._("Closed"),
            "erased": self.env._("Content erased"),
            "safeguarding": self.env._("A child may be in danger"),
            "safeguarding_taken": self.env._("Taken by a safeguarding person"),
            "safeguarding_done": self.env._("Safeguarding list done"),
            "safeguarding_ended": self.env._("No child in danger"),
        }

    def _payload_label(self, model, key):
        own = {
            "channel": self.env._("Came by"),
            "type": self.env._("Problem type"),
            "department": self.env._("Department in charge"),
            "anonymous": self.env._("Anonymous"),
            "people": self.env._("People concerned"),
            "cause": self.env._("Cause"),
            "mistake": self.env._("Mistake in handling"),
        }
        return own.get(key) or super()._payload_label(model, key)
