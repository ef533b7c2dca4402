from odoo import api, models


class SchoolOutsideAct(models.Model):
    """What the public pages of the desk count."""

    _inherit = "school.outside.act"

    @api.model
    def _windows(self):
        return {
            **super()._windows(),
            "post": 10,  # requests, answers and voices of one address
            "school": 60,  # the same of all addresses of one school together
            "anonymous": 60,  # complaints without a name, per school
            "crowd": 60,  # the same by a counter that many addresses share
            "alarm": 60,  # the operator is told once of a school that takes no more
            "code": 10,  # wrong receipt codes, per school: no address is kept
            "form": 2 * 24 * 60,  # one sheet is handed in once
        }

    @api.model
    def _sheet(self, company, key):
        """Return the row of a sheet that was handed in before, or none."""
        return self.sudo().search(
            [("company_id", "=", company.id), ("kind", "=", "form"), ("key", "=", key)],
            limit=1,
        )
