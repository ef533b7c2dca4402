from odoo import fields, models


class SchoolReceipt(models.Model):
    """The delivery log, and what people are told."""

    _inherit = "school.receipt"

    def _log(
        self,
        event,
        channel=None,
        note=None,
        at=None,
        on_behalf_of=None,
        reached=False,
        notices=None,
    ):
        """Append one line per receipt, or one per message if there are messages."""
        notices = notices or {}
        at = at or fields.Datetime.now()
        vals_list = [
            {
                "company_id": receipt.company_id.id,
                "receipt_id": receipt.id,
                "event": event,
                "channel": channel or receipt.channel,
                "at": at,
                "author_id": self.env.uid,
                "on_behalf_of_id": on_behalf_of.id if on_behalf_of else False,
                "reached": reached,
                "note": note or False,
                "notice_id": notice.id,
            }
            for receipt in self
            for notice in notices.get(receipt.id) or [self.env["school.notice"]]
        ]
        # sudo: the log has no write access for anybody
        self.env["school.receipt.log"].sudo().create(vals_list)

    def _tell_recipients(self, event, note=None):
        """Queue the messages of one step and log each with its proof."""
        told = self._recipient_users()
        rows = []
        for receipt, users in told.items():
            record = self.env[receipt.res_model].browse(receipt.res_id)
            if receipt.partner_id and receipt.channel == "email":
                users = receipt.partner_id
            subject, body = receipt._message_texts(event, note)
            rows.append(
                {
                    "users": users,
                    "subject": subject,
                    "body": body,
                    "record": record,
                    "urgent": receipt.is_urgent,
                    "kind": "receipt",
                    "company": receipt.company_id,
                    "channel": "email" if receipt.channel == "email" else "preference",
                }
            )
        notices = self.env["school.notice"].sudo()._queue_rows(rows)
        by_receipt, position = {}, 0
        for receipt, row in zip(told, rows, strict=True):
            size = len(row["users"])
            by_receipt[receipt.id] = notices[position : position + size]
            position += size
        self._log(event, note=note, notices=by_receipt)

    def _message_texts(self, event, note=None):
        """Return the functions that make subject and body in a reader's language."""
        title, purpose = self.title, self.purpose or ""
        sender = self.env.user.name

        def subject(env):
            if event == "recalled":
                return env._("Recalled: %(title)s", title=title)
            if event == "urged":
                return env._("Reminder, not answered yet: %(title)s", title=title)
            if self.kind == "read":
                return env._("Please read: %(title)s", title=title)
            return env._("Please sign for: %(title)s", title=title)

        def body(env):
            lines = [
                line for line in (purpose if event != "recalled" else note,) if line
            ]
            lines.append(env._("Sent by %(sender)s.", sender=sender))
            return "\n".join(lines)

        return subject, body
