"""What happened to approval cases in one operation, written down once at its end."""

from collections import defaultdict

from markupsafe import Markup

from odoo import fields

from .rows import Later

JOURNAL = "school.approval.journal"
# What a new message changes of a record
CHATTER = ("message_ids", "message_needaction", "message_needaction_counter")


class Journal:
    """Collects opinions and events; ``write`` puts them in chatter and register.

    :param locked: whether the rows of the cases have been taken, so that nobody can
        move one of their tasks before we are done
    """

    def __init__(self, env, locked=False):
        self.env = env(su=True)
        self.locked = locked
        self.lines = []
        self.messages = []

    def mark(self):
        return len(self.lines), len(self.messages)

    def rewind(self, mark):
        lines, messages = mark
        del self.lines[lines:]
        del self.messages[messages:]

    def note(self, opinions):
        """Somebody said or did something."""
        self.lines += [
            (o.case_id, o.event, o.case_id._payload(o), o) for o in opinions.sudo()
        ]

    def event(self, cases, name):
        """A case has come to something, as a consequence."""
        self.lines += [(case, name, case._payload(), None) for case in cases.sudo()]

    def tell(self, rows):
        """Messages to people, with the arguments of ``school.notice._queue``."""
        self.messages += self.env["school.notice"]._prepare_rows(rows)

    def write(self):  # pylint: disable=method-required-super
        cases = self.env["school.approval.case"].union(
            *(line[0] for line in self.lines)
        )
        records = cases._records()
        with Later(self.env):
            # What one step lets start and another stop is counted together.
            tasks = self.env["school.approval.task"]
            tasks._clock_evaluate_at_end(locked=self.locked)
            self.env["school.notice"]._queue_later(self.messages)
            self._write_chatter(records)
            self._write_register(records)

    def _write_register(self, records):
        # Others wait from here on: what can be done before, is done.
        if self.lines:
            self.env.flush_all()
        rows = defaultdict(list)
        for case, event, payload, opinion in self.lines:
            rows[case.company_id].append(
                {
                    "event": event,
                    "record": records.get(case, case),
                    "payload": payload,
                    "on_behalf_of": (opinion and opinion.on_behalf_of_id) or None,
                }
            )
        for company, entries in rows.items():
            Register = self.env["school.register"]
            Register._append(company, "approval", entries, later=True)

    def _write_chatter(self, records):
        bodies = defaultdict(dict)
        for case, _event, _payload, opinion in self.lines:
            if opinion is None or case not in records:
                continue
            texts, body = bodies[case.res_model], opinion._chatter_body()
            earlier = texts.get(case.res_id)
            texts[case.res_id] = (
                Markup("%s<br/>%s") % (earlier, body) if earlier else body
            )
        for model, texts in bodies.items():
            if "message_ids" in self.env[model]._fields:
                self._log(self.env[model].browse(texts), texts)

    def _log(self, records, bodies):
        """Add notes to the chatter, as ``_message_log_batch`` does.

        Nobody is told by them, nobody answers them and nothing is attached to them, so
        they are plain rows; the address for answers, for which the whole company would
        be read each time, is left out.
        """
        Message = self.env["mail.message"]
        author = self.env.user.partner_id
        common = {
            "author_id": author.id,
            "email_from": author.email_formatted,
            "reply_to": author.email_formatted,
            "model": records._name,
            "message_type": "notification",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "is_internal": True,
            "email_add_signature": False,
            "record_alias_domain_id": False,
            "record_company_id": False,
            "date": fields.Datetime.now(),
        }
        vals_list = [
            {**common, "res_id": record.id, "body": bodies[record.id]}
            for record in records
        ]
        for vals in vals_list:
            vals["message_id"] = Message._get_message_id(vals)
        Later.insert(Message, vals_list)
        records.invalidate_recordset(CHATTER, flush=False)
