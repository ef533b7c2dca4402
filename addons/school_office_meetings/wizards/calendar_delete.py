from odoo import models


class CalendarPopoverDeleteWizard(models.TransientModel):
    _inherit = "calendar.popover.delete.wizard"

    def action_send_mail_and_delete(self):
        # Core mails at once that it is off, and only then tries to delete it.
        self.calendar_event_id._school_check_none()
        return super().action_send_mail_and_delete()
