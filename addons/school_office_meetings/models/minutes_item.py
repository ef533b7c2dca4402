from odoo import api, models


class SchoolMeetingItem(models.Model):
    """An item of the agenda is a block of the minutes: it has readers of its own."""

    _name = "school.meeting.item"
    _inherit = ["school.meeting.item", "school.meeting.block.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        # sudo: only who may see the body's meetings is looked up
        Meeting = self.env["school.meeting"].sudo()
        if "default_visibility" not in self.env.context:
            for vals in vals_list:
                body = Meeting.browse(vals.get("meeting_id") or ()).body_id
                if body.visibility == "staff":
                    vals.setdefault("visibility", "all")
        return super().create(vals_list)
