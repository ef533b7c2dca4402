from odoo import api, models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if {"tz", "two_weeks_calendar", "attendance_ids", "active"} & vals.keys():
            self._school_calendar_changed()
        return result

    @api.model
    def _school_calendars_of(self, calendars):
        return (
            self.env["res.company"]
            .sudo()
            .search(
                [
                    ("is_school", "=", True),
                    ("resource_calendar_id", "in", calendars.ids),
                ]
            )
        )

    def _school_calendar_changed(self):
        """The schools that keep these hours count their deadlines anew."""
        if self:
            self._school_calendars_of(self)._calendar_touch()
