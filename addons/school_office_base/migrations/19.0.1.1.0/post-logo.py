from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Put the mark of the suite where no company has chosen a logo."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.company"]._replace_placeholder_logos()
