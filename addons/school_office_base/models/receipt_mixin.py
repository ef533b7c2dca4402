import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SchoolReceiptMixin(models.AbstractModel):
    """A record that is sent to departments and people to be read or signed for.

    Inherit it, then call ``_receipt_send()`` from the step that distributes. Hooks, all
    called as superuser: ``_receipt_signed``, ``_receipt_all_done``,
    ``_receipt_check_recipients``, ``_receipt_title``, ``_receipt_is_urgent``,
    ``_receipt_must_phone``, ``_receipt_watchers``.

    The three counts are stored, so that lists read nothing else. They are brought up to
    date with each answer; when many answer at once, a moment later.
    """

    _name = "school.receipt.mixin"
    _description = "Something That Is Sent and Signed for"

    _server_fields = frozenset({"receipt_total", "receipt_done", "receipt_open"})
    # Answers still come in when the record itself is frozen.
    _frozen_exempt_fields = _server_fields

    receipt_ids = fields.One2many(
        "school.receipt", "res_id", "Receipts", copy=False, readonly=True
    )
    receipt_total = fields.Integer("Recipients", readonly=True, copy=False)
    receipt_done = fields.Integer("Answered", readonly=True, copy=False)
    receipt_open = fields.Integer("Not Answered", readonly=True, copy=False)
    receipt_ratio = fields.Integer("Answered (%)", compute="_compute_receipt_ratio")

    @api.depends("receipt_total", "receipt_done")
    def _compute_receipt_ratio(self):
        for record in self:
            total = record.receipt_total
            record.receipt_ratio = 100 * record.receipt_done // total if total else 0

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"secrecy_level_id", "is_marked", self._rec_name}:
            self._receipt_refresh_titles()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        # sudo: receipts the caller may not see count as well
        sent = (
            self.env["school.receipt"]
            .sudo()
            .search_count(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)], limit=1
            )
        )
        if sent:
            raise UserError(
                self.env._(
                    "It was sent to others and stays on record: void it instead."
                )
            )

    # Hooks

    def _receipt_check_send(self):
        """Refuse by raising when this may not be sent (not yet, no longer)."""

    def _receipt_check_recipients(self, users, departments, partners):
        """Refuse recipients who must not get it.

        By default a marked record (密级) goes only to its approved readers, named one
        by one: never to a department, never outside.
        """
        for record in self:
            if not record._receipt_is_marked():
                continue
            if departments or partners:
                raise UserError(
                    self.env._(
                        "A marked document is sent to named, approved readers only, "
                        "not to departments or outside bodies."
                    )
                )
            strangers = users.filtered(
                lambda user, record=record: not record._receipt_may_read(user)
            )
            if strangers:
                raise UserError(
                    self.env._(
                        "%(people)s: not among the approved readers of this marked "
                        "document. Have the scope approved first.",
                        people=", ".join(strangers.mapped("name")),
                    )
                )

    def _receipt_title(self):
        """Return what the recipients and the office see as its name."""
        self.ensure_one()
        if self._receipt_is_marked():
            return self.env._("A confidential document")
        return self.display_name

    def _receipt_may_read(self, user):
        """Whether ``user`` is an approved reader of this marked record."""
        self.ensure_one()
        if hasattr(self, "_secrecy_may_read"):
            return self._secrecy_may_read(user)
        return "reader_ids" in self._fields and user in self.reader_ids

    def _receipt_is_marked(self):
        self.ensure_one()
        return "is_marked" in self._fields and self.is_marked

    def _receipt_is_paper_only(self):
        """State secrets are signed for on paper (BASE-11)."""
        self.ensure_one()
        return (
            "secrecy_level_id" in self._fields and self.secrecy_level_id.is_state_secret
        )

    def _receipt_is_urgent(self):
        """Whether it is urgent: one hour to sign, messages outside service hours."""
        return False

    def _receipt_must_phone(self):
        """Whether holders of key posts must be phoned about it (BASE-20)."""
        return False

    def _receipt_watchers(self):
        """Return the users who follow the receipts of a marked record."""
        handlers = self.create_uid
        if hasattr(self, "_secrecy_handlers"):
            handlers |= self._secrecy_handlers()
        return handlers | self.env.user

    def _receipt_purpose(self):
        """Return why recipients get it, when the sender did not say."""
        return False

    def _receipt_signed(self, receipts):
        """Called after ``receipts`` of ``self`` were signed or finally read."""

    def _receipt_all_done(self):
        """Called when the last recipient has answered, or the rest was closed."""

    # Sending

    def _receipt_send(
        self,
        recipients,
        kind="sign",
        copies=1,
        order=None,
        *,
        channel="internal",
        purpose=None,
        due=None,
        copy_numbers=None,
    ):
        """Send each record of ``self`` to ``recipients``; return the new receipts.

        :param recipients: departments, users and partners, a recordset or a list mixing
            them; in the order of circulation if ``order``
        :param kind: ``sign`` or ``read``
        :param copies: a number, or ``{recipient: number}``
        :param copy_numbers: ``{recipient: numbers of his copies}``
        :param order: one after another: the next gets it when the former has answered
        :param due: when the answer is wanted; without it the limit of the school counts

        Who has it already and has not answered is left out, not asked twice. The
        caller checks the right to send; this checks who may receive.
        """
        recipients = list(dict.fromkeys(one for some in recipients for one in some))
        if not recipients:
            raise UserError(self.env._("Choose at least one recipient."))
        users, departments, partners = self._receipt_split(recipients)
        # sudo: rows have no write access; recipients and states are checked here
        records_sudo = self.sudo()
        records_sudo._receipt_check_send()
        records_sudo._receipt_check_recipients(users, departments, partners)
        self._receipt_check_reachable(recipients)
        waiting_for = records_sudo._receipt_still_open(kind)
        turns = records_sudo._receipt_turns() if order else {}
        must_phone = records_sudo._receipt_phone_list(users, departments)
        now = fields.Datetime.now()
        vals_list = []
        for record in records_sudo:
            sequence, busy = turns.get(record.id, (0, False))
            common = record._receipt_common_vals(kind, channel, purpose, due, now)
            for recipient in recipients:
                key = (recipient._name, recipient.id)
                if (record.id, *key) in waiting_for:
                    continue
                sequence += 10
                vals_list.append(
                    {
                        **common,
                        self._receipt_recipient_field(recipient): recipient.id,
                        "sequence": sequence,
                        "in_order": bool(order),
                        **self.env["school.receipt"]._limit(
                            record.company_id,
                            kind,
                            bool(order),
                            common["is_urgent"],
                            recipient._name == "res.partner",
                        ),
                        "state": "waiting" if order and busy else "pending",
                        "opened_at": False if order and busy else now,
                        "copies": copies.get(recipient, 1)
                        if isinstance(copies, dict)
                        else copies or 0,
                        "copy_numbers": (copy_numbers or {}).get(recipient),
                        "phone_required": (record.id, *key) in must_phone,
                    }
                )
                busy = True
        receipts_sudo = self.env["school.receipt"].sudo().create(vals_list)
        receipts = receipts_sudo.sudo(self.env.su)
        receipts_sudo.filtered(
            lambda receipt: receipt.state == "pending"
        )._tell_recipients("sent")
        receipts_sudo._settle()
        return receipts

    def _receipt_split(self, recipients):
        """Sort mixed recipients into users, departments and partners."""
        by_model = {"res.users": [], "hr.department": [], "res.partner": []}
        for recipient in recipients:
            by_model[recipient._name].append(recipient.id)
        return [self.env[model].browse(ids) for model, ids in by_model.items()]

    @api.model
    def _receipt_recipient_field(self, recipient):
        return {
            "res.users": "user_id",
            "hr.department": "department_id",
            "res.partner": "partner_id",
        }[recipient._name]

    def _receipt_check_reachable(self, recipients):
        """A department nobody signs for would never answer: say so at once."""
        departments = self._receipt_split(recipients)[1]
        receivers = departments._receivers()
        for department in departments:
            if not receivers[department]:
                raise UserError(
                    self.env._(
                        "Nobody signs for “%(department)s”: it has neither a head nor "
                        "a receiver with a login. Name one in the department first.",
                        department=department.sudo().name,
                    )
                )

    def _receipt_still_open(self, kind):
        """Return who has it and has not answered, as ``(record, model, id)``."""
        rows = self.env["school.receipt"].search_fetch(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("kind", "=", kind),
                "|",
                ("is_open", "=", True),
                ("state", "=", "waiting"),
            ],
            ["res_id", "user_id", "department_id", "partner_id"],
        )
        return {
            (row.res_id, recipient._name, recipient.id)
            for row in rows
            for recipient in (row.user_id or row.department_id or row.partner_id,)
        }

    def _receipt_turns(self):
        """Return ``{record: (last place in the order, somebody still has it)}``."""
        rows = self.env["school.receipt"]._read_group(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("in_order", "=", True),
            ],
            ["res_id", "state", "is_open"],
            ["sequence:max"],
        )
        turns = {}
        for res_id, state, is_open, sequence in rows:
            last, busy = turns.get(res_id, (0, False))
            turns[res_id] = (
                max(last, sequence),
                busy or is_open or state == "waiting",
            )
        return turns

    def _receipt_phone_list(self, users, departments):
        """Return ``{(record, model, id)}`` of the key people to be phoned."""
        phoned = self.filtered(lambda record: record._receipt_must_phone())
        found = set()
        for company, records in phoned.grouped("company_id").items():
            posts = self.env["school.post"].search(
                [("company_id", "=", company.id), ("is_key_post", "=", True)]
            )
            key_users = posts._users()
            heads = departments._heads()
            found |= {
                (record.id, recipient._name, recipient.id)
                for record in records
                for recipient in [*(users & key_users), *departments]
                if recipient._name == "res.users" or heads[recipient] & key_users
            }
        return found

    def _receipt_common_vals(self, kind, channel, purpose, due, now):
        self.ensure_one()
        is_marked = self._receipt_is_marked()
        return {
            "company_id": self.company_id.id,
            "res_model": self._name,
            "res_id": self.id,
            "title": self._receipt_title(),
            "is_marked": is_marked,
            "watcher_ids": self._receipt_watchers().ids if is_marked else [],
            "kind": kind,
            "purpose": purpose or self._receipt_purpose(),
            "channel": channel,
            "is_urgent": self._receipt_is_urgent(),
            "paper_only": self._receipt_is_paper_only(),
            "due_at": due,
            "sent_at": now,
            "sent_by_id": self.env.uid,
        }

    def _receipt_mark_read(self):
        """Note that the current user has seen the record, if it was sent to him."""
        mine = self.env["school.receipt"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("state", "=", "pending"),
                ("is_mine", "=", True),
            ]
        )
        if mine:
            mine.action_mark_read()

    def action_receipt_send(self):
        """Open the dialog that sends this record to be read or signed for."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send"),
            "res_model": "school.receipt.send",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_record_ids": ",".join(map(str, self.ids)),
            },
        }

    def action_receipt_board(self):
        """Open who has signed, who has only read, who has not."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_base.school_receipt_action_board"
        )
        action["domain"] = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        return action

    # Settling

    def _receipt_try_lock(self):
        """Lock what no other transaction holds or has just changed; return that."""
        if not self:
            return self
        self.flush_recordset()
        cr = self.env.cr
        try:
            with cr.savepoint():
                cr.execute(
                    SQL(
                        "SELECT id FROM %s WHERE id IN %s "
                        "ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
                        SQL.identifier(self._table),
                        tuple(self.ids),
                    ),
                    log_exceptions=False,
                )
                return self.browse(row[0] for row in cr.fetchall())
        except psycopg2.errors.SerializationFailure:
            # Changed since our snapshot: what we would count is no longer true.
            return self.browse()

    def _receipt_refresh(self):
        """Open the next turns, count again, and tell who is complete."""
        Receipt = self.env["school.receipt"]
        Receipt._turns_due(self._name, self.ids)._open_turns()
        counts = {record_id: [0, 0, 0] for record_id in self.ids}
        for res_id, state, is_done, count in Receipt.sudo()._read_group(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("state", "!=", "recalled"),
            ],
            ["res_id", "state", "is_done"],
            ["__count"],
        ):
            total_done_open = counts[res_id]
            total_done_open[0] += count
            total_done_open[1] += count if is_done else 0
            total_done_open[2] += 0 if is_done or state == "closed" else count
        complete = self.browse()
        for values, records in self.grouped(lambda r: tuple(counts[r.id])).items():
            total, done, still_open = values
            changed = records.filtered(
                lambda r, values=values: (
                    (r.receipt_total, r.receipt_done, r.receipt_open) != values
                )
            )
            if not changed:
                continue
            if total and not still_open:
                complete |= changed
            # sudo: bookkeeping, on records the answering person may not write
            changed.sudo().write(
                {
                    "receipt_total": total,
                    "receipt_done": done,
                    "receipt_open": still_open,
                }
            )
        if complete:
            complete._receipt_all_done()

    def _receipt_refresh_titles(self):
        """Keep titles and marks right when the record is renamed or marked."""
        # sudo: rows have no write access, and all of them must follow
        receipts_sudo = (
            self.env["school.receipt"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        for record_id, receipts in receipts_sudo.grouped("res_id").items():
            record = self.sudo().browse(record_id)
            is_marked = record._receipt_is_marked()
            receipts.write(
                {
                    "title": record._receipt_title(),
                    "is_marked": is_marked,
                    "watcher_ids": [
                        fields.Command.set(
                            record._receipt_watchers().ids if is_marked else []
                        )
                    ],
                }
            )
