"""Install what was uninstalled once more; read by the shell of Odoo."""

# ruff: noqa: F821 (the shell gives ``env``)
import os

# What joins it to the others follows by itself.
name = os.environ["SCHOOL_REMOVE"].split()[0]
env["ir.module.module"].search([("name", "=", name)]).button_immediate_install()
