from odoo import api, models


class SchoolMyOffice(models.AbstractModel):
    _inherit = "school.my.office"

    @api.model
    def _quick_actions(self):
        return [
            *super()._quick_actions(),
            {
                "key": "suggest_improvement",
                "label": self.env._("Suggest an Improvement"),
                "icon": "fa-lightbulb-o",
                "action": "school_office_service_desk.improvement_action_new",
                "sequence": 70,
            },
        ]
