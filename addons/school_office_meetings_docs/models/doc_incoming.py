from odoo import api, fields, models
from odoo.exceptions import AccessError


class SchoolDocIncoming(models.Model):
    _inherit = "school.doc.incoming"

    minutes_id = fields.Many2one(
        "school.meeting.minutes",
        "Meeting Minutes",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    meeting_ids = fields.One2many(
        "school.meeting", "source_document_id", "Meetings", readonly=True
    )
    meeting_count = fields.Integer(compute="_compute_meeting_count")

    _minutes_uniq = models.UniqueIndex(
        "(minutes_id) WHERE minutes_id IS NOT NULL "
        "AND state NOT IN ('void', 'returned')",
        "These minutes are registered already.",
    )

    @api.depends("meeting_ids")
    def _compute_meeting_count(self):
        counts = dict(
            self.env["school.meeting"]._read_group(
                [("source_document_id", "in", self._origin.ids)],
                ["source_document_id"],
                ["__count"],
            )
        )
        for document in self:
            document.meeting_count = counts.get(document._origin, 0)

    @api.model
    def _check_office_of_minutes(self):
        """The office registers documents, also minutes."""
        if not self.env.user.has_group("school_office_base.group_office_clerk"):
            raise AccessError(
                self.env._("The office registers minutes among the documents.")
            )

    def action_meetings(self):
        """Open the meetings that follow this notice."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Meetings"),
            "res_model": "school.meeting",
            "view_mode": "list,form",
            "domain": [("source_document_id", "=", self.id)],
            "context": {"default_source_document_id": self.id},
        }

    def action_minutes(self):
        """Open the minutes this document is made of."""
        self.ensure_one()
        self.check_access("read")
        return self._form_of(self.minutes_id)
