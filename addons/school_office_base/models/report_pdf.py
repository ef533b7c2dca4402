from odoo import api, models
from odoo.tools.pdf import merge_pdf

from odoo.addons.base.models.ir_actions_report import _wkhtml


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _run_wkhtmltopdf(self, bodies, *args, **kwargs):
        """Print several papers at once with Debian's wkhtmltopdf, too.

        Its Qt is not the patched one and takes a single document at a time, where core
        gives up: each is printed by itself, and all are bound together.
        """
        bodies = list(bodies)
        if len(bodies) < 2 or _wkhtml().is_patched_qt:
            return super()._run_wkhtmltopdf(bodies, *args, **kwargs)
        print_one = super()._run_wkhtmltopdf
        return merge_pdf([print_one([body], *args, **kwargs) for body in bodies])
