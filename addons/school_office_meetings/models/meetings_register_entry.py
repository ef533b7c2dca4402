from odoo import api, models


class SchoolRegisterEntry(models.Model):
    """The books of minutes and of votes in words."""

    _inherit = "school.register.entry"

    @api.model
    def _event_names(self):
        return {
            **super()._event_names(),
            "approved": self.env._("Approved"),
            "corrected": self.env._("Corrected"),
            "filed": self.env._("Filed"),
            "closed": self.env._("Closed"),
            "resolution_done": self.env._("Resolution carried out"),
        }

    def _payload_label(self, model, key):
        own = {
            "title": self.env._("Title"),
            "held": self.env._("Held on"),
            "parts": self.env._("Parts"),
            "matter": self.env._("Matter"),
            "due": self.env._("Due"),
            "files": self.env._("Files"),
        }
        if self.register_code in ("minutes", "meeting_vote") and key in own:
            return own[key]
        return super()._payload_label(model, key)
