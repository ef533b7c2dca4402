from odoo import api, models, tools


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if "tz" in vals:
            self.env.registry.clear_cache()
        if {"tz", "two_weeks_calendar", "attendance_ids", "active"} & vals.keys():
            self._school_calendar_changed()
        return result

    @tools.ormcache("self.id")
    def _school_tz_name(self):
        """Asked for by everything that has a date, so kept in the process."""
        return self.sudo().tz

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
