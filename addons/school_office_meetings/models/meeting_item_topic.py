from odoo import fields, models

from .meeting_topic_steps import READY


class SchoolMeetingItem(models.Model):
    """An item that comes from a topic."""

    _inherit = "school.meeting.item"

    _server_fields = frozenset({"topic_id"})

    topic_id = fields.Many2one(
        "school.meeting.topic",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    material_ids = fields.One2many("school.meeting.material", "item_id", "Materials")

    def _is_deletable(self):
        """As long as nobody was told, items come and go with the plan."""
        return self.sudo().meeting_id.state in READY or super()._is_deletable()

    def unlink(self):
        # Superuser: the topic waits again, whoever changed the agenda.
        topics = self.sudo().topic_id
        result = super().unlink()
        topics._back_to_proposed(
            lambda env: env._("It was taken off the agenda again.")
        )
        return result
