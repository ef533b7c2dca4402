"""Let a school work with everything, then uninstall; read by the shell of Odoo."""

# ruff: noqa: F821 (the shell gives ``env``)
import os
import sys

from odoo.fields import Command

sys.path.insert(0, os.environ["SCHOOL_TESTS"])

from schools_at_work import SchoolsAtWork


class Work(SchoolsAtWork):
    @classmethod
    def _mark_names(cls, school):
        """The isolation tests need that; here it would only take time."""


Work.env, Work.registry = env, env.registry
Work.other = Work._open_school("Lake School", "LAKE")
env.user.company_ids = [Command.link(Work.other.id)]
groups = ("group_office_director", "group_school_admin")
Work.stranger = Work._person("stranger", Work.other, *groups)
Work._fill(Work.other)
assert env["ir.attachment"].search_count([("school_frozen", "=", True)])
env.cr.commit()

addons = env["ir.module.module"].search(
    [
        ("name", "in", os.environ["SCHOOL_REMOVE"].split()),
        ("state", "=", "installed"),
    ]
)
addons.button_immediate_uninstall()
