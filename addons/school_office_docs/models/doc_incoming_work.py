from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain


class SchoolDocIncoming(models.Model):
    """The work in the responsible department: who does it, its result, the reply."""

    _inherit = "school.doc.incoming"

    is_mine_to_handle = fields.Boolean(
        "Mine to Handle",
        compute="_compute_is_mine_to_handle",
        search="_search_is_mine_to_handle",
        help="You are the handler, or head or receiver of the responsible department.",
    )

    @api.depends_context("uid")
    @api.depends("handler_id", "responsible_department_id")
    def _compute_is_mine_to_handle(self):
        mine = self._filter_handled_by(self.env.user)
        for document in self:
            document.is_mine_to_handle = document in mine

    def _search_is_mine_to_handle(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self.env["school.receipt"]._departments_signed_for(self.env.user)
        return Domain("handler_id", "=", self.env.uid) | Domain(
            "responsible_department_id", "in", mine.ids
        )

    def action_take_in_hand(self):
        """Somebody of the responsible department takes the work over himself."""
        self.check_access("read")
        self._check_state_in("distributed", "in_hand")
        self._check_handled_by(self.env.user)
        self.sudo().write({"handler_id": self.env.uid})
        fresh = self.filtered(lambda d: d.state == "distributed")
        fresh._set_in_hand()
        return True

    def action_finish(self):
        """Ask for the result; see ``_finish``."""
        self.ensure_one()
        self._check_may_finish()
        return self._step_action("finish")

    def action_assign(self):
        """Hand the work to colleagues of the responsible department (BASE-31)."""
        self.check_access("read")
        self._check_state_in("in_hand")
        self._check_may_assign()
        if len(self.responsible_department_id) > 1:
            raise UserError(
                self.env._("Choose documents of one responsible department.")
            )
        return self._step_action("assign")

    def _check_may_assign(self):
        """The department gives its work to its people; so do the office and the
        leaders of the school."""
        others = self - self._filter_handled_by(self.env.user)
        if not others or others.has_access("write"):
            return
        scope = self.env["school.board"]._scope()
        if not (scope and scope[0]):
            others._check_handled_by(self.env.user)

    def _assign(self, user, reason=None):
        """Let ``user`` do the work; taking it from somebody else needs a reason."""
        self.check_access("read")
        self._check_state_in("in_hand")
        self._check_may_assign()
        candidates = {
            key: documents._handler_candidates()
            for key, documents in self._by_candidates().items()
        }
        if not user or any(user not in people for people in candidates.values()):
            raise UserError(
                self.env._("Choose a colleague of the responsible department.")
            )
        moved = self.filtered(lambda document: document.handler_id != user)
        if moved.handler_id - self.env.user:
            self._check_reason(reason)
        by_former = moved.grouped("handler_id")
        moved.sudo().write(
            {
                "handler_id": user.id,
                "reader_user_ids": [Command.link(user.id)],
            }
        )
        for former, documents in by_former.items():
            names = (former.sudo().name, user.sudo().name)
            documents._append_register(
                "reassigned",
                handler=" → ".join(filter(None, names)),
                reason=(reason or "").strip(),
            )
        moved._log_reason(
            self.env._("Given to %(person)s", person=user.sudo().name), reason or "–"
        )
        self._tell_handler(moved, user, reason)

    def _tell_handler(self, documents, user, reason):
        """The new handler learns of his work at once."""
        if user == self.env.user:
            return
        author = self.env.user.name
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": user,
                    "subject": lambda env, name=document.display_name: env._(
                        "Given to you: %(document)s", document=name
                    ),
                    "body": lambda env: env._(
                        "%(person)s gave you this document to handle. %(reason)s",
                        person=author,
                        reason=reason or "",
                    ),
                    "record": document,
                    "company": document.company_id,
                    "kind": "document",
                }
                for document in documents
            ]
        )

    def _by_candidates(self):
        """Documents that share the people who may handle them."""
        return self.grouped(
            lambda document: (
                document.responsible_department_id,
                document.is_marked and document.reader_ids,
            )
        )

    def _handler_candidates(self):
        """Who may do the work: the people of the responsible departments.

        A marked document stays with its named readers.
        """
        departments = self.responsible_department_id.sudo()
        members = (
            self.env["hr.employee"]
            .sudo()
            .search([("department_id", "in", departments.ids)])
        )
        users = (members.user_id | departments._receiver_users()).filtered(
            lambda user: not user.share
        )
        if any(self.mapped("is_marked")):
            users &= self.reader_ids
        return users.sudo(self.env.su)

    def _finish(self, result, reply=None):
        """Close the work: the result is on record, the clock stops (DOC-15)."""
        self._check_may_finish()
        result = (result or "").strip()
        if not result and not all(self.mapped("is_state_secret")):
            raise UserError(self.env._("Write down what was done."))
        now = fields.Datetime.now()
        vals = {
            "state": "finished",
            "result": result,
            "finished_at": now,
            "finished_by_id": self.env.uid,
            "is_late": False,
        }
        if (reply or "").strip():
            vals.update(reply=reply.strip(), replied_at=now, replied_by_id=self.env.uid)
        self._drop_extensions(self.env._("The work is finished."))
        self.sudo().write(vals)
        self._append_register("finished")
        return True

    def action_reply(self):
        """Ask for the reply to the sender (答复); see ``_note_reply``."""
        self.ensure_one()
        self.check_access("write")
        return self._step_action("reply")

    def _note_reply(self, reply):
        self.check_access("write")
        if not (reply or "").strip():
            raise UserError(self.env._("Write down what was answered to the sender."))
        self.sudo().write(
            {
                "reply": reply.strip(),
                "replied_at": fields.Datetime.now(),
                "replied_by_id": self.env.uid,
            }
        )
        self._append_register("replied")

    def action_reopen(self):
        self.check_access("write")
        self._check_state_in("finished")
        return self._step_action("reopen")

    def _reopen(self, reason):
        """Send finished work back to the department: the result is not enough."""
        self.check_access("write")
        self._check_state_in("finished")
        self._check_reason(reason)
        self.sudo().write(
            {"state": "in_hand", "finished_at": False, "finished_by_id": False}
        )
        self._append_register("reopened", reason=reason)
        self._log_reason(self.env._("Sent back to the department"), reason)

    def _set_in_hand(self):
        """The responsible department holds the document now."""
        now = fields.Datetime.now()
        self.sudo().write({"state": "in_hand", "in_hand_at": now})
        self._append_register("in_hand")

    def _filter_handled_by(self, user):
        """Those of ``self`` whose responsible department ``user`` acts for."""
        receivers = self.responsible_department_id.sudo()._receivers()
        return self.filtered(
            lambda d: (
                d.handler_id == user
                or user in receivers.get(d.responsible_department_id, ())
            )
        )

    def _check_handled_by(self, user):
        if self - self._filter_handled_by(user):
            raise AccessError(
                self.env._(
                    "Only the head of the responsible department and those who sign "
                    "for it may do this."
                )
            )

    def _check_may_finish(self):
        """The department finishes its work; the office may do so on its behalf."""
        self.check_access("read")
        self._check_state_in("distributed", "in_hand")
        early = self.filtered(
            lambda d: d.state == "distributed" and d.handling == "action"
        )
        if early:
            raise UserError(
                self.env._(
                    "“%(document)s” has not been signed for yet by its responsible "
                    "department.",
                    document=early[0].display_name,
                )
            )
        others = self - self._filter_handled_by(self.env.user)
        if others and not others.has_access("write"):
            raise AccessError(
                self.env._(
                    "Only the responsible department or the office may finish a "
                    "document."
                )
            )
