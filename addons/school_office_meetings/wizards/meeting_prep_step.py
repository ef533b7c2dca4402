from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolMeetingPrepStep(models.TransientModel):
    """One dialog for the steps of the preparation that take a sentence."""

    _name = "school.meeting.prep.step"
    _description = "Step in Preparing a Meeting"

    step = fields.Selection(
        [
            ("admit", "Put on the agenda"),
            ("defer", "Defer"),
            ("reject", "Reject"),
            ("send_back", "Send back"),
            ("fault", "Fault"),
            ("void", "Not needed"),
        ],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", "School", required=True, default=lambda self: self.env.company
    )
    topic_ids = fields.Many2many("school.meeting.topic", check_company=True)
    task_ids = fields.Many2many("school.meeting.task", check_company=True)
    material_ids = fields.Many2many("school.meeting.material", check_company=True)
    body_id = fields.Many2one(
        "school.meeting.body", compute="_compute_body_id", compute_sudo=False
    )
    meeting_id = fields.Many2one("school.meeting", check_company=True)
    is_late = fields.Boolean(compute="_compute_is_late", compute_sudo=False)
    text = fields.Text("In Words")
    photo_ids = fields.Many2many("ir.attachment", string="Photographs")

    @api.depends("topic_ids")
    def _compute_body_id(self):
        for step in self:
            step.body_id = step.topic_ids.body_id[:1]

    @api.depends("meeting_id", "step")
    def _compute_is_late(self):
        for step in self:
            meeting = step.meeting_id
            last = meeting and meeting.body_id._topics_close(meeting)
            step.is_late = bool(last and fields.Datetime.now() > last)

    @api.model_create_multi
    def create(self, vals_list):
        # What a dialog shows is chosen by the client: only what its user may read.
        steps = super().create(vals_list)
        steps._check_shown()
        return steps

    def write(self, vals):
        result = super().write(vals)
        self._check_shown()
        return result

    def _check_shown(self):
        for name in ("topic_ids", "task_ids", "material_ids", "meeting_id"):
            self[name].check_access("read")

    def action_apply(self):
        """Take the step; the records check the caller again."""
        self.ensure_one()
        if self.step == "admit":
            if not self.meeting_id:
                raise UserError(self.env._("Choose the meeting."))
            self.topic_ids._admit(self.meeting_id, self.text)
        elif self.step == "defer":
            self.topic_ids._defer(self.text)
        elif self.step == "reject":
            self.topic_ids._reject(self.text)
        elif self.step == "send_back":
            self.topic_ids._send_back(self.text)
        elif self.step == "fault":
            self.task_ids._fault(self.text, self._own_photos())
        else:
            self.material_ids._void(self.text)
        return {"type": "ir.actions.act_window_close"}

    def _own_photos(self):
        """The files this user has just uploaded; ids come from the client."""
        return self.sudo().photo_ids.filtered(
            lambda file: (
                file.create_uid == self.env.user
                and file.res_model in (False, self._name)
                and not file.res_field
            )
        )
