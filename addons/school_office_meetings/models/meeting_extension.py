from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

PURPOSE = "extension"


class SchoolMeetingExtension(models.Model):
    """A request for a later due date of a resolution; the chair consents or not.

    The rows stay: they are the history of the dates.
    """

    _name = "school.meeting.extension"
    _description = "Later Due Date of a Resolution"
    _inherit = ["school.record", "school.approval.mixin"]
    _order = "id desc"
    _rec_name = "resolution_id"

    _draft_states = ()
    _server_fields = frozenset({"state", "old_date", "decided_at"})
    _approval_purposes = {PURPOSE: _lt("Later due date of a resolution")}
    _approval_gates = {PURPOSE: {"state": frozenset({"granted"})}}
    _approval_protected_fields = frozenset({"resolution_id", "new_date", "reason"})

    resolution_id = fields.Many2one(
        "school.meeting.resolution",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    chair_id = fields.Many2one(related="resolution_id.meeting_id.chair_id")
    old_date = fields.Date("Due Date So Far", readonly=True, copy=False)
    new_date = fields.Date("New Due Date", required=True)
    reason = fields.Text(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Asked"),
            ("granted", "Granted"),
            ("refused", "Refused"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    decided_at = fields.Datetime(readonly=True, copy=False)

    _one_asked = models.UniqueIndex(
        "(resolution_id) WHERE state IN ('draft', 'asked')",
        "A later date has been asked for already.",
    )

    @api.constrains("new_date", "resolution_id")
    def _check_later(self):
        for extension in self.sudo():
            present = extension.resolution_id.due_date
            if extension.state in ("draft", "asked") and extension.new_date <= present:
                raise UserError(
                    self.env._(
                        "The new date must be later than %(date)s.", date=present
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # The index that allows one open request looks at the state.
        self.flush_model(["state"])
        extensions = super().create(vals_list)
        for extension in extensions:
            resolution = extension.resolution_id
            resolution._check_owner()
            resolution._check_to_do()
            extension.sudo().write(
                {
                    "old_date": resolution.due_date,
                    "company_id": extension.company_id.id,
                }
            )
        return extensions

    def write(self, vals):
        if "resolution_id" in vals and not self.env.su:
            if any(e.resolution_id.id != vals["resolution_id"] for e in self.sudo()):
                raise AccessError(
                    self.env._(
                        "This request is about one resolution: ask anew for another."
                    )
                )
        return super().write(vals)

    def _approval_check_submit(self, purpose):  # pylint: disable=missing-return
        super()._approval_check_submit(purpose)
        if any(extension.state != "draft" for extension in self):
            raise UserError(self.env._("This request was sent already."))

    def _submit(self):
        """Ask the chair."""
        self._approval_submit(PURPOSE)
        self.sudo().write({"state": "asked"})

    def _approval_department(self):
        return self.sudo().resolution_id.department_id

    def _approval_is_restricted(self):
        return bool(self.sudo().resolution_id.is_marked)

    def _notice_is_secret(self):
        return bool(self.sudo().resolution_id.is_marked)

    def _approval_facts(self):
        self.ensure_one()
        resolution = self.sudo().resolution_id
        return [
            (self.env._("Resolution"), resolution.display_name),
            (self.env._("Owner"), resolution.owner_id.name),
            (self.env._("Due Date So Far"), str(self.old_date or "")),
            (self.env._("New Due Date"), str(self.new_date)),
            (self.env._("Reason"), self.reason),
            (
                self.env._("Progress"),
                f"{resolution.percent} % {resolution.last_progress or ''}".strip(),
            ),
        ]

    def _approval_granted(self, case):
        result = super()._approval_granted(case)
        for extension in self.sudo():
            resolution = extension.resolution_id
            extension.write({"state": "granted", "decided_at": fields.Datetime.now()})
            if resolution.state not in ("open", "in_progress"):
                continue
            resolution._note_progress(
                "extended",
                self.env._(
                    "From %(old)s to %(new)s: %(reason)s",
                    old=extension.old_date,
                    new=extension.new_date,
                    reason=extension.reason,
                ),
            )
            resolution.write(
                {
                    "due_date": extension.new_date,
                    "returned_at": False,
                    "returned_item_id": False,
                }
            )
            resolution.sudo().activity_ids.write({"date_deadline": extension.new_date})
        return result

    def _approval_refused(self, case):
        result = super()._approval_refused(case)
        self.sudo().write({"state": "refused", "decided_at": fields.Datetime.now()})
        return result

    def _approval_returned(self, case, opinion):
        result = super()._approval_returned(case, opinion)
        self.sudo().write({"state": "refused", "decided_at": fields.Datetime.now()})
        return result
