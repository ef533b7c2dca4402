from odoo import models


class SchoolTicket(models.Model):
    """Whom the clocks of a ticket chase: the handler, else who holds the post."""

    _inherit = "school.ticket"

    def _clock_responsible_users(self):
        self.ensure_one()
        return self.handler_id

    def _clock_responsible_post(self):
        return self.post_id

    def _clock_department(self):
        return self.lead_department_id

    def _clock_step_users(self, step):
        """The handler; while there is none, whoever of the post is there."""
        self.ensure_one()
        if self.handler_id:
            return self.handler_id
        return self._present_users(self.post_id) if self.post_id else self.handler_id

    def _clock_step_reached(self, clock, step):  # pylint: disable=missing-return
        super()._clock_step_reached(clock, step)
        if step.moment == "after" and step.who != "record":
            self._log_event(
                "escalated", value_to=step.name, reason=clock.policy_id.name
            )
