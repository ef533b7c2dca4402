from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class SchoolDocIncoming(models.Model):
    """Distribution (分发), signing (签收) and who may read because of it."""

    _inherit = "school.doc.incoming"

    waits_for_my_signature = fields.Boolean(
        "For Me to Sign or Read",
        compute="_compute_waits_for_my_signature",
        search="_search_waits_for_my_signature",
    )

    concerns_my_department = fields.Boolean(
        compute="_compute_concerns_my_department",
        search="_search_concerns_my_department",
        help="Distributed to a department of which the current user is a member, the "
        "head or a receiver. Asked by the record rule, so that whoever changes "
        "departments loses and wins his documents at once.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("reader_department_ids")
    def _compute_concerns_my_department(self):
        mine = self._my_departments()
        for document in self:
            document.concerns_my_department = bool(
                document.sudo().reader_department_ids & mine
            )

    def _search_concerns_my_department(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("reader_department_ids", "in", self._my_departments().ids)

    @api.model
    def _my_departments(self):
        """Departments whose documents the current user reads, as superuser."""
        user = self.env.user
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("user_id", "=", user.id),
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
        )
        led = (
            self.env["hr.department"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.env.companies.ids),
                    "|",
                    ("receiver_ids", "in", user.ids),
                    ("manager_id", "in", employees.ids),
                ]
            )
        )
        return employees.department_id | led

    @api.depends_context("uid")
    @api.depends("receipt_open")
    def _compute_waits_for_my_signature(self):
        waiting = set(self._my_open_receipts().mapped("res_id"))
        for document in self:
            document.waits_for_my_signature = document.id in waiting

    def _search_waits_for_my_signature(self, operator, value):
        if operator != "in":
            return NotImplemented
        receipts = self.env["school.receipt"]._search(
            [
                ("res_model", "=", self._name),
                ("is_open", "=", True),
                ("is_mine", "=", True),
            ]
        )
        return Domain("id", "in", receipts.subselect("res_id"))

    def action_sign(self):
        """Sign for, or note as read, what was sent to the current user."""
        self.check_access("read")
        receipts = self._my_open_receipts()
        if not receipts:
            raise UserError(self.env._("Nothing here waits for your signature."))
        to_sign = receipts.filtered(lambda receipt: receipt.kind == "sign")
        if to_sign:
            to_sign.action_sign()
        if receipts - to_sign:
            (receipts - to_sign).action_mark_read()
        return True

    def _my_open_receipts(self):
        return self.env["school.receipt"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("is_open", "=", True),
                ("is_mine", "=", True),
            ]
        )

    def action_distribute(self):
        """Open the distribution, filled with what the leader decided."""
        self.check_access("write")
        self._check_state_in("instructed", "distributed", "in_hand")
        if len(self) == 1:
            return self._dialog(
                "school.doc.distribute", self.env._("Distribute"), document_id=self.id
            )
        self._distribute_as_instructed()
        return True

    def action_circulate(self):
        """Open a new circulation of this document."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Circulate"),
            "res_model": "school.doc.circulation",
            "view_mode": "form",
            "context": {"default_document_id": self.id},
        }

    def _distribute_as_instructed(self):
        """Distribute each document to the departments it was given to, by itself."""
        for document in self:
            departments = document._instructed_departments()
            document._distribute({department: 1 for department in departments})

    def _instructed_departments(self):
        self.ensure_one()
        return (
            self.responsible_department_id
            | self.co_department_ids
            | self.scope_department_ids
        )

    def _distribute(self, copies_by_recipient, channel="internal"):
        """Send the document to departments and users, one receipt each (DOC-09).

        :param copies_by_recipient: {department or user: number of copies}
        """
        self.ensure_one()
        self.check_access("write")
        self._check_state_in("instructed", "distributed", "in_hand")
        if not copies_by_recipient:
            raise UserError(self.env._("Name at least one recipient."))
        departments = self.env["hr.department"].union(
            *(r for r in copies_by_recipient if r._name == "hr.department")
        )
        users = self.env["res.users"].union(
            *(r for r in copies_by_recipient if r._name == "res.users")
        )
        now = fields.Datetime.now()
        vals = {
            "reader_department_ids": [Command.link(d.id) for d in departments],
            "reader_user_ids": [Command.link(u.id) for u in users],
        }
        if self.state == "instructed":
            vals.update(
                state="distributed",
                distributed_at=now,
                distributed_by_id=self.env.uid,
            )
        self.sudo().write(vals)
        receipts = self._receipt_send(
            list(copies_by_recipient),
            self._receipt_kind(),
            copies=copies_by_recipient,
            channel=channel,
        )
        for recipient, copies in copies_by_recipient.items():
            extra = {"recipient": recipient.sudo().name, "recipient_copies": copies}
            self._append_register("distributed", **extra)
            self._append_secret_log("distributed", **extra)
        return receipts

    def _receipt_kind(self):
        return "sign" if self.handling == "action" else "read"

    def _recall_open_receipts(self, reason):
        """Take back what nobody has read yet."""
        unread = self.sudo().receipt_ids.filtered(
            lambda receipt: receipt.state in ("waiting", "pending")
        )
        if unread:
            unread._recall(reason)

    # Hooks of the receipt engine

    def _receipt_check_send(self):
        self._check_state_in("instructed", "distributed", "in_hand", "finished")
        return super()._receipt_check_send()

    def _receipt_is_urgent(self):
        return self.urgency == "2"

    def _receipt_watchers(self):
        """Who handles a marked document: its clerk and its readers."""
        return super()._receipt_watchers() | self.registered_by_id | self.reader_ids

    def _receipt_signed(self, receipts):
        """Write each signature into the register; the responsible one takes it over."""
        res = super()._receipt_signed(receipts)
        self.circulation_ids._note_read(receipts)
        for document in self:
            mine = receipts.filtered(lambda r, d=document: r.res_id == d.id)
            for receipt in mine:
                extra = document._receipt_payload(receipt)
                document._append_register("signed", **extra)
                document._append_secret_log("signed", **extra)
            responsible = mine.filtered(document._is_responsible_receipt)[:1]
            if responsible and document.handling == "action":
                document.sudo().write(
                    {
                        "signer_id": responsible.signed_by_id.id,
                        "signed_at": responsible.signed_at,
                        "handler_id": document.handler_id.id
                        or responsible.signed_by_id.id,
                    }
                )
                if document.state == "distributed":
                    document._set_in_hand()
            elif mine and not document.signer_id:
                document.sudo().write(
                    {
                        "signer_id": mine[0].signed_by_id.id,
                        "signed_at": mine[0].signed_at,
                    }
                )
        return res

    def _receipt_payload(self, receipt):
        return {
            "recipient": (receipt.department_id.name or receipt.user_id.name or ""),
            "signed_by": receipt.signed_by_id.name or "",
            "signed_on": fields.Datetime.to_string(receipt.signed_at) or "",
            "on_behalf_of": receipt.on_behalf_of_id.name or "",
            "mode": receipt.mode or "",
        }

    def _is_responsible_receipt(self, receipt):
        """Whether this receipt stands for the responsible department."""
        department = self.responsible_department_id.sudo()
        if receipt.department_id:
            return receipt.department_id == department
        return receipt.user_id in department._receiver_users()

    def _receipt_all_done(self):
        """A document that is only to be read is finished when everybody has read it."""
        res = super()._receipt_all_done()
        read = self.filtered(
            lambda d: d.handling == "reading" and d.state == "distributed"
        )
        for company, documents in read.grouped("company_id").items():
            env = company._school_env().env
            documents.sudo().write(
                {
                    "state": "finished",
                    "result": env._("Read by everybody it was sent to."),
                    "finished_at": fields.Datetime.now(),
                    "finished_by_id": self.env.uid,
                    "is_late": False,
                }
            )
            documents._append_register("finished")
        return res
