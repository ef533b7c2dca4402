from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import config

from ..tools import ballot_key, ballot_seal

# A key that no open vote names after so many seconds was left by a request that failed.
STRAY_KEY = 24 * 3600


class SchoolMeetingVote(models.Model):
    """The key of a secret vote: made at its opening, wiped when it is counted."""

    _inherit = "school.meeting.vote"

    def _make_key(self):
        """Make the key of a secret vote: a file that no user of Odoo reaches."""
        store = self._key_store()
        for vote in self:
            name = ballot_key.keep(store, ballot_seal.new_key())
            # Named by nothing if the vote is not opened after all
            self.env.cr.postrollback.add(lambda name=name: ballot_key.wipe(store, name))
            vote.key_name = name

    def _ballot_key(self):
        self.ensure_one()
        key = self.key_name and ballot_key.read(self._key_store(), self.key_name)
        if len(key or b"") != ballot_seal.KEY_BYTES:
            # Wiped since this transaction began? Then the roll was written anew, and
            # locking it is a serialization failure: Odoo runs this again and finds
            # the vote closed.
            self._lock_roll()
            raise UserError(
                self.env._(
                    "The key of this vote is not on this server, so no ballot can be "
                    "sealed or counted. Cancel the vote, hold it openly or by show of "
                    "hands, and tell the operator."
                )
            )
        return key

    def _destroy_key(self):
        """Forget the key, and wipe its file once the count has been committed."""
        name, store = self.key_name, self._key_store()
        if name:
            self.key_name = False
            self.env.cr.postcommit.add(lambda: ballot_key.wipe(store, name))

    @api.model
    def _key_store(self):
        return config.filestore(self.env.cr.dbname)

    @api.autovacuum
    def _wipe_stray_keys(self):
        """Wipe keys that no vote needs: a server stopped before it could do so."""
        store = self._key_store()
        stray = set(ballot_key.names(store, STRAY_KEY))
        if stray:
            # Read last: what is opened in this moment is not among the old ones.
            votes = self.sudo().search([("key_name", "in", list(stray))])
            for name in stray - set(votes.mapped("key_name")):
                ballot_key.wipe(store, name)
