from odoo import api, fields, models

from ..tools.approval_people import Finder


class SchoolApprovalPublish(models.TransientModel):
    """What publishing a draft changes, and whom each step would find today."""

    _name = "school.approval.publish"
    _description = "Publish a Version"

    version_id = fields.Many2one("school.approval.version", required=True)
    changes = fields.Json(compute="_compute_preview")
    problems = fields.Json(compute="_compute_preview")
    steps = fields.Json(compute="_compute_preview")
    running_count = fields.Integer(
        "Running Cases", related="version_id.flow_id.running_count", related_sudo=False
    )

    @api.depends("version_id")
    def _compute_preview(self):
        for wizard in self:
            version = wizard.version_id
            version.check_access("read")
            finder = Finder(self.env)
            wizard.changes = version._changes()
            wizard.problems = version._problems()
            wizard.steps = [
                self._step(node, finder)
                for node in version.node_ids.sorted(lambda n: (n.sequence, n.id))
            ]

    def _step(self, node, finder):
        people = self.env["res.users"]
        if node.who == "post":
            people = finder.of_post(node.post_id)
        elif node.who == "users":
            people = node.sudo().user_ids
        note = ""
        if node.who == "post" and not people:
            fallback = finder.of_post(node.fallback_post_id)
            note = self.env._(
                "Nobody holds this post today; %(fallback)s decides instead.",
                fallback=", ".join(fallback.mapped("name")) or self.env._("nobody"),
            )
        return {
            "key": node.key,
            "name": node.name,
            "how": node.who_text,
            "four_eyes": node.four_eyes,
            "applies": True,
            "condition": node.domain if node._condition() else "",
            "limit": node._limit_text(),
            "people": [
                {"id": user.id, "name": user.name, "deputies": []}
                for user in people.sudo()
            ],
            "note": note,
            "problem": "",
        }

    def action_publish(self):
        self.ensure_one()
        self.version_id.action_publish()
        return {"type": "ir.actions.act_window_close"}
