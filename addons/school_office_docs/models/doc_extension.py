from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

PURPOSE = "extension"
# Documents whose department still has something to do.
EXTENDED_STATES = ("instructed", "distributed", "in_hand")


class SchoolDocExtension(models.Model):
    """A request for a later handling deadline; the office director decides (DOC-15)."""

    _name = "school.doc.extension"
    _description = "Later Deadline"
    _inherit = ["school.record", "school.approval.mixin", "mail.thread"]
    _order = "id desc"
    _rec_name = "document_id"
    _server_fields = frozenset({"state", "old_deadline"})
    _approval_purposes = {PURPOSE: _lt("Later deadline of an incoming document")}
    _approval_gates = {PURPOSE: {"state": frozenset({"granted"})}}
    _approval_protected_fields = frozenset({"document_id", "new_deadline", "reason"})

    document_id = fields.Many2one(
        "school.doc.incoming",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    old_deadline = fields.Date("Present Deadline", readonly=True, copy=False)
    new_deadline = fields.Date(required=True)
    reason = fields.Text(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Asked"),
            ("granted", "Granted"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )

    @api.constrains("new_deadline", "document_id")
    def _check_later(self):
        for extension in self:
            present = extension.document_id.sudo().handling_deadline
            if (
                extension.state in ("draft", "asked")
                and present
                and (extension.new_deadline <= present)
            ):
                raise UserError(
                    self.env._(
                        "The new deadline must be later than %(deadline)s.",
                        deadline=present,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        extensions = super().create(vals_list)
        extensions._check_work_open()
        for extension in extensions:
            if not self.env.su and not extension.document_id._may_ask_extension():
                raise AccessError(
                    self.env._(
                        "Only the responsible department or the office may ask for a "
                        "later deadline."
                    )
                )
            extension.sudo().old_deadline = extension.document_id.handling_deadline
        return extensions

    def _approval_check_submit(self, purpose):  # pylint: disable=missing-return
        super()._approval_check_submit(purpose)
        if any(extension.state != "draft" for extension in self):
            raise UserError(self.env._("This request was sent already."))
        self._check_work_open()

    def _check_work_open(self):
        """Only work that somebody still has to do can have more time."""
        self.document_id.sudo()._check_state_in(*EXTENDED_STATES)

    def action_submit(self):
        """Send the request to the office director."""
        self.check_access("write")
        self._approval_submit(PURPOSE)
        # A flow of which no step applies has granted it by now.
        self.filtered(lambda extension: extension.state == "draft").sudo().write(
            {"state": "asked"}
        )
        return {"type": "ir.actions.act_window_close"}

    def _approval_department(self):
        return self.document_id._approval_department()

    def _approval_facts(self):
        self.ensure_one()
        return [
            (self.env._("Document"), self.document_id.sudo().display_name),
            (self.env._("Present Deadline"), str(self.old_deadline or "")),
            (self.env._("New Deadline"), str(self.new_deadline)),
            (self.env._("Reason"), self.reason),
        ]

    def _approval_granted(self, case):
        result = super()._approval_granted(case)
        for extension in self.sudo():
            document = extension.document_id
            extension.state = "granted"
            document.write(
                {
                    "first_deadline": document.first_deadline
                    or document.handling_deadline,
                    "handling_deadline": extension.new_deadline,
                    "is_late": False,
                }
            )
            document._append_register("extended", reason=extension.reason)
        return result

    def _approval_refused(self, case):
        result = super()._approval_refused(case)
        self.sudo().write({"state": "refused"})
        return result

    def _approval_returned(self, case, opinion):
        result = super()._approval_returned(case, opinion)
        self.sudo().write({"state": "draft"})
        return result

    def _approval_withdrawn(self, case):
        result = super()._approval_withdrawn(case)
        self.sudo().write({"state": "draft"})
        return result

    def _approval_voided(self, case):
        result = super()._approval_voided(case)
        self.filtered(lambda extension: extension.state == "asked").sudo().write(
            {"state": "draft"}
        )
        return result
