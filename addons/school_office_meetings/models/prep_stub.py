from odoo import models


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    def _meeting_called(self):
        pass

    def _meeting_moved(self, old):
        pass

    def _meeting_cancelled(self, reason):
        pass

    def _meeting_started(self):
        pass

    def _meeting_ended(self):
        pass

    def _meeting_closed(self):
        pass

    def _missing_to_call(self):
        return []

    def _missing_to_close(self):
        return []

    def _note(self, kind, text):
        pass

    def _freeze_record(self):
        pass
