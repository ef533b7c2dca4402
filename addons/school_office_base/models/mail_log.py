from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.canonical import sha256_hex

# A Message-ID is no longer than a line (RFC 5322); what is longer is kept as its hash.
LONGEST_ID = 250
KEPT_DAYS = 365
GC_BATCH = 5000

OUTCOMES = [
    ("new", "Entered"),
    ("answer", "Answer Added"),
    ("note", "Kept as a Note"),
    ("ignored", "Not Entered"),
]


class SchoolMailLog(models.Model):
    """What arrived at the mailboxes of a school, once each, and what became of it.

    The answer to "I did send you an e-mail", and the memory by which a message that is
    delivered again, or by two servers at once, is entered only once.
    """

    _name = "school.mail.log"
    _description = "Received E-Mail"
    _inherit = ["school.record", "school.pointer.mixin"]
    _order = "id desc"
    _rec_name = "subject"

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)
    message_id = fields.Char("Message-ID", required=True, readonly=True)
    subject = fields.Char(readonly=True)
    sender = fields.Char("From", readonly=True)
    sender_verified = fields.Boolean(
        readonly=True,
        help="The receiving mail server found the sender to be genuine (SPF, DKIM).",
    )
    received_at = fields.Datetime("Received on", required=True, readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True, index=True)
    reason = fields.Char(
        readonly=True, help="Why it was kept as a note, not entered or not answered."
    )
    is_answered = fields.Boolean(
        "Confirmed",
        readonly=True,
        help="The sender was sent a confirmation of receipt.",
    )
    res_model = fields.Char("Model of the Record", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", readonly=True, index="btree_not_null"
    )
    # Their own field, so that a file is never taken for one of the business record.
    rejected_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        "Files Not Accepted",
        domain=[("res_model", "=", "school.mail.log")],
        readonly=True,
    )

    _message_uniq = models.UniqueIndex(
        "(company_id, res_model, message_id)",
        "This e-mail has been entered before.",
    )
    _sender_idx = models.Index("(company_id, sender, received_at)")
    _log_idx = models.Index("(company_id, id DESC)")
    _old_idx = models.Index("(received_at)")

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return self.env.su

    @api.model
    def _key(self, message_id):
        message_id = (message_id or "").strip()
        if len(message_id) <= LONGEST_ID:
            return message_id
        return f"<{sha256_hex(message_id)}@long-message-id.invalid>"

    @api.model
    def _seen(self, company, res_model, message_id):
        """Whether this school has entered this Message-ID before.

        Two nodes may receive one message at the same moment, and our own snapshot is
        older than what the other node commits. So: wait for the lock, then look through
        the connection that holds it, which sees everything committed by then.
        """
        Serial = self.env["school.serial"]
        key = self._key(message_id)
        side = Serial._lock(f"mail:{company.id}:{res_model}:{key}")
        query = SQL(
            "SELECT 1 FROM school_mail_log"
            " WHERE company_id = %s AND res_model = %s AND message_id = %s",
            company.id,
            res_model,
            key,
        )
        self.flush_model(["company_id", "res_model", "message_id"])
        altering = SQL(
            "SELECT 1 FROM pg_locks WHERE pid = pg_backend_pid()"
            " AND relation = 'school_mail_log'::regclass"
            " AND mode = 'AccessExclusiveLock'"
        )
        if self.env.execute_query(altering):
            # An addon is being installed: the other connection would wait for our own
            # transaction, and nobody else can write to the table meanwhile.
            return bool(self.env.execute_query(query))
        return bool(Serial._newest(side, query))

    @api.model
    def _sent_lately(self, company, sender, since):
        """How many e-mails this sender has sent to this school since then."""
        return self.sudo().search_count(
            [
                ("company_id", "=", company.id),
                ("sender", "=", sender),
                ("received_at", ">=", since),
            ]
        )

    @api.autovacuum
    def _gc_old(self):
        """Forget after a year who wrote when; the records themselves remain."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        old = self.sudo().search([("received_at", "<", limit)], limit=GC_BATCH)
        open_schools = old.filtered(lambda log: log.company_id.school_state != "closed")
        open_schools.unlink()
        return len(open_schools), len(old) == GC_BATCH

    def unlink(self):
        self.env["ir.attachment"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        return super().unlink()
