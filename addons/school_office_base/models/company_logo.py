import base64

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import file_open

MARK = "school_office_base/static/img/logo.png"
PLACEHOLDER = "base/static/img/res_company_logo.png"


class ResCompany(models.Model):
    """The mark of the suite stands where Odoo puts its placeholder "Your logo"."""

    _inherit = "res.company"

    # Core binds its own function as the default; this one asks the method.
    logo = fields.Binary(default=lambda self: self._get_logo())

    def _get_logo(self):
        return _picture(MARK)

    @api.depends("partner_id.image_1920")
    def _compute_uses_default_logo(self):
        result = super()._compute_uses_default_logo()
        self._with_placeholder_logo().uses_default_logo = True
        return result

    def _with_placeholder_logo(self):
        placeholder = _picture(PLACEHOLDER)
        return self.filtered(lambda company: company.logo == placeholder)

    @api.model
    def _replace_placeholder_logos(self):
        """Put the mark where nobody chose a logo; chosen ones stay."""
        companies = self.sudo().search([("uses_default_logo", "=", True)])
        companies._with_placeholder_logo().logo = self._get_logo()

    @api.model
    def _shows_the_suite_at_login(self):
        """Whether the page for everybody's login has no logo but the suite's mark.

        That page shows the logo of the superuser's company, see ``/logo.png`` of core.
        """
        root = self.env["res.users"].sudo().browse(SUPERUSER_ID)
        return root.company_id.uses_default_logo


def _picture(path):
    with file_open(path, "rb") as file:
        return base64.b64encode(file.read())
