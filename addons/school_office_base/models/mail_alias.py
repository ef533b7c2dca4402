import contextlib
import sys

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

BUSY = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)


class MailAlias(models.Model):
    """Mailboxes of schools that take many letters at once, the very first ones too."""

    _inherit = "mail.alias"

    def write(self, vals):
        if vals == {"alias_status": "valid"}:
            self.check_access("write")
            mailboxes = self.filtered(lambda alias: alias._school_is_mailbox())
            mailboxes._school_note_works()
            return super(MailAlias, self - mailboxes).write(vals)
        return super().write(vals)

    def _alias_bounce_incoming_email(self, message, message_dict, set_invalid=True):
        # The message will be delivered again; its sender has done nothing wrong.
        if isinstance(sys.exc_info()[1], BUSY) and self._school_is_mailbox():
            return None
        return super()._alias_bounce_incoming_email(
            message, message_dict, set_invalid=set_invalid
        )

    def _school_is_mailbox(self):
        model = self.sudo().alias_model_id.model
        return bool(model) and self.env["mail.thread"]._school_mail_is_intake(model)

    def _school_note_works(self):
        """Note on a mailbox that it works, when the message is in the database.

        The gateway would do it in the transaction of the message: of two first
        messages at once, one would fail for a remark.
        """
        if not self:
            return
        registry, ids = self.env.registry, tuple(self.ids)

        def note():
            # A remark that cannot be made now is made with the next message.
            with contextlib.suppress(psycopg2.Error), registry.cursor() as cr:
                cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
                cr.execute(
                    SQL(
                        """UPDATE mail_alias SET alias_status = 'valid'
                            WHERE id IN (SELECT id FROM mail_alias
                                          WHERE id IN %s
                                            AND alias_status IS DISTINCT FROM 'valid'
                                            FOR UPDATE SKIP LOCKED)""",
                        ids,
                    )
                )

        self.env.cr.postcommit.add(note)
