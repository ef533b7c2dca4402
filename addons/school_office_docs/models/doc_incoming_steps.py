from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .doc_chase import CHASED_STATES
from .doc_extension import EXTENDED_STATES


class SchoolDocIncoming(models.Model):
    """Registration, supervision, returning to the sender, voiding and filing."""

    _inherit = "school.doc.incoming"

    can_edit = fields.Boolean(compute="_compute_can_edit")
    is_entry_open = fields.Boolean(
        compute="_compute_can_edit",
        help="The register fields may still be entered: nobody has decided on them.",
    )

    @api.depends_context("uid")
    @api.depends("state", "approval_state")
    def _compute_can_edit(self):
        writable = self.browse(
            self._origin._filtered_access("write").ids if self._origin else []
        )
        for document in self:
            document.can_edit = not document._origin or document._origin in writable
            document.is_entry_open = document.can_edit and (
                document.state in ("received", "checked")
                or document.state == "registered"
                and document.approval_state != "running"
            )

    def action_register(self):
        """Give the next numbers, in order of arrival (DOC-05), and write the register.

        Documents that were only received are checked on the way, so that one tap is
        enough for a document whose check list is complete.
        """
        self._check_office()
        self._check_state_in("received", "checked")
        documents = self.sorted(lambda d: (d.received_at, d.id))
        documents.filtered(lambda d: d.state == "received").action_check()
        documents._check_secrecy_complete()
        documents.sudo()._assign_numbers()
        documents._assign_receipt_numbers()
        documents.sudo().write(
            {
                "state": "registered",
                "registered_at": fields.Datetime.now(),
                "registered_by_id": self.env.uid,
            }
        )
        documents._append_register("registered")
        documents._append_secret_log("registered")
        return documents._registered_notification()

    def action_register_and_next(self):
        """Register this document and open an empty form for the next one."""
        notification = self.action_register()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_docs.doc_incoming_action_quick"
        )
        notification["params"]["next"] = action
        return notification

    def action_register_and_open(self):
        """Register this document and go on with it: leader, damage, readers."""
        self.ensure_one()
        notification = self.action_register()
        notification["params"]["next"] = self._form_of(self)
        return notification

    def action_return(self):
        """Send it back to the sender (退文): not ours, wrong form, incomplete."""
        self.check_access("write")
        return self._step_action("return")

    def _return_to_sender(self, reason):
        self.check_access("write")
        self._check_state_in("received", "checked", "registered", "proposed")
        self._check_reason(reason)
        self._withdraw_approvals(reason)
        self._close("returned", reason)

    def action_void(self):
        """Void it: its number stays in the register, struck out with the reason."""
        self.check_access("write")
        return self._step_action("void")

    def _void(self, reason):
        self.check_access("write")
        if any(document.state in ("to_file", "void") for document in self):
            raise UserError(
                self.env._("A document that is filed or void already stays as it is.")
            )
        self._check_reason(reason)
        self._withdraw_approvals(reason)
        numbered = self.filtered("number")
        numbered.sudo()._void_number(reason)
        self._recall_open_receipts(reason)
        self._close("void", reason)
        self.sudo()._freeze()

    def _close(self, state, reason):
        """Write what returning and voiding have in common."""
        self.sudo().write(
            {
                "state": state,
                "closed_reason": reason.strip(),
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
                "is_late": False,
            }
        )
        self._append_register(state, reason=reason)
        self._append_secret_log(state)
        labels = dict(self._fields["state"]._description_selection(self.env))
        self._log_reason(labels[state], reason)

    def action_to_file(self):
        """Hand it to the archive: from now on nothing of it changes."""
        self.check_access("write")
        self._check_state_in("finished")
        for document in self:
            if document.damage_state in ("open", "contacted"):
                raise UserError(
                    self.env._(
                        "“%(document)s” still waits for a replacement. Settle the "
                        "damage before you file it.",
                        document=document.display_name,
                    )
                )
        self.sudo().write(
            {
                "state": "to_file",
                "filed_at": fields.Datetime.now(),
                "filed_by_id": self.env.uid,
            }
        )
        self._append_register("filed")
        self._append_secret_log("filed")
        self.sudo()._freeze()
        return True

    def action_supervise(self):
        """Put documents under supervision (督办): the office chases them."""
        self.check_access("write")
        self.write({"is_supervised": True})

    def action_chase(self):
        """Chase whoever holds the documents now, and log it (催办)."""
        self.check_access("write")
        self._check_state_in(*CHASED_STATES)
        if len(self) == 1:
            return self._dialog(
                "school.doc.chase",
                self.env._("Chase"),
                document_id=self.id,
                user_id=self._holders()[:1].id,
            )
        self.env["school.doc.chase"].create(
            [
                {
                    "document_id": document.id,
                    "user_id": document._holders()[:1].id,
                    "note": self.env._("Please handle this document."),
                }
                for document in self
            ]
        )
        return True

    def action_extend(self):
        """Ask for a later deadline; the office director decides."""
        self.ensure_one()
        self.check_access("read")
        self._check_state_in(*EXTENDED_STATES)
        if not self._may_ask_extension():
            raise AccessError(
                self.env._(
                    "Only the responsible department or the office may ask for a "
                    "later deadline."
                )
            )
        return self._dialog(
            "school.doc.extension",
            self.env._("Ask for a Later Deadline"),
            document_id=self.id,
        )

    def action_open_duplicates(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Possible Duplicates"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", self.duplicate_ids.ids)],
        }

    def _may_ask_extension(self):
        self.ensure_one()
        return self.has_access("write") or bool(self._filter_handled_by(self.env.user))

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Give a reason: it goes into the register."))

    def _check_secrecy_complete(self):
        """A marked document names its readers before it gets a number (BASE-14)."""
        for document in self:
            level = document.secrecy_level_id.sudo()
            if level.needs_named_readers and not document.reader_ids:
                raise UserError(
                    self.env._(
                        "“%(level)s”: name the readers of the document one by one "
                        "before it is registered.",
                        level=level.display_name,
                    )
                )

    def _holders(self):
        """Who has to do the next thing on this document, most likely first."""
        self.ensure_one()
        holders = self.handler_id
        if self.state in ("registered", "proposed"):
            # Whom a decision waits for is not secret to those who wait for it.
            holders = self.approval_case_id.sudo().holder_ids
        elif self.state == "instructed":
            holders = self.registered_by_id
        return holders or self.responsible_department_id._head_users()

    def _log_reason(self, title, reason):
        for document in self:
            document._message_log(body=f"{title}: {reason.strip()}")

    def _step_action(self, step):
        """Open the little dialog that asks for what a step needs."""
        return {
            "type": "ir.actions.act_window",
            "name": dict(
                self.env["school.doc.step"]
                ._fields["step"]
                ._description_selection(self.env)
            )[step],
            "res_model": "school.doc.step",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_step": step,
                "default_document_ids": self.ids,
                "dialog_size": "medium",
            },
        }

    def _registered_notification(self):
        numbers = self.mapped("number")
        message = (
            self.env._("Registered as %(number)s.", number=numbers[0])
            if len(numbers) == 1
            else self.env._(
                "%(count)s documents registered, %(first)s to %(last)s.",
                count=len(numbers),
                first=numbers[0],
                last=numbers[-1],
            )
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "sticky": len(numbers) == 1,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _clock_responsible_users(self):
        """Whom the reminders of the handling deadline go to."""
        self.ensure_one()
        return self._holders()

    def _clock_breached(self, clock):
        """The handling deadline passed: supervise it from now on (DOC-15)."""
        res = super()._clock_breached(clock)
        if clock.policy_id.code == "doc_handling":
            self.sudo().write({"is_late": True, "is_supervised": True})
        return res
