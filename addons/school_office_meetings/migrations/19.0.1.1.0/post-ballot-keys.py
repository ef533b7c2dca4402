from odoo import SUPERUSER_ID, api

from odoo.addons.school_office_meetings.tools import ballot_key


def migrate(cr, version):
    """Keys of secret votes that are open now leave the attachments."""
    cr.execute(
        """
        SELECT 1 FROM information_schema.columns
         WHERE table_name = 'school_meeting_vote'
           AND column_name = 'key_attachment_id'
        """
    )
    if not cr.rowcount:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        """
        SELECT id, key_attachment_id FROM school_meeting_vote
         WHERE state = 'open' AND kind = 'secret' AND key_name IS NULL
           AND key_attachment_id IS NOT NULL
        """
    )
    for vote_id, attachment_id in cr.fetchall():
        vote = env["school.meeting.vote"].browse(vote_id)
        attachment = env["ir.attachment"].browse(attachment_id)
        vote.key_name = ballot_key.keep(vote._key_store(), attachment.raw)
        attachment.unlink()
