from odoo import api, fields, models
from odoo.exceptions import UserError

# More lines than anybody reads; the count tells all of them.
SHOWN = 500


class SchoolCalendarPreview(models.TransientModel):
    """What a change of the calendar moves, shown before it is applied."""

    _name = "school.calendar.preview"
    _description = "Preview of a Calendar Change"
    _inherit = ["school.record"]
    _server_fields = frozenset({"add_ids", "remove_ids", "official_year", "source"})

    add_ids = fields.Many2many(
        "school.calendar.exception",
        "school_calendar_preview_add_rel",
        "preview_id",
        "exception_id",
        "To Be Applied",
        readonly=True,
        check_company=True,
    )
    remove_ids = fields.Many2many(
        "school.calendar.exception",
        "school_calendar_preview_remove_rel",
        "preview_id",
        "exception_id",
        "To Be Taken Back",
        readonly=True,
        check_company=True,
    )
    official_year = fields.Integer("Becomes Official", readonly=True)
    source = fields.Char(readonly=True)
    day_count = fields.Integer("Days Changed", readonly=True)
    moved_count = fields.Integer("Deadlines Moved", readonly=True)
    message = fields.Char(compute="_compute_message")
    line_ids = fields.One2many(
        "school.calendar.preview.line", "preview_id", "Deadlines", readonly=True
    )

    @api.depends("moved_count", "day_count", "official_year")
    def _compute_message(self):
        for preview in self:
            counts = {"count": preview.moved_count, "days": preview.day_count}
            if preview.moved_count:
                message = self.env._(
                    "Deadlines that move: %(count)s. Days that change: %(days)s.",
                    **counts,
                )
            else:
                message = self.env._(
                    "No deadline moves. Days that change: %(days)s.",
                    days=preview.day_count,
                )
            if preview.official_year:
                message += " " + self.env._(
                    "%(year)s becomes official: its deadlines are firm.",
                    year=preview.official_year,
                )
            preview.message = message

    @api.model
    def _open(self, company, add=None, remove=None, official_year=0, source=False):
        """Compute the preview and return the action that shows it."""
        if len(company) != 1:
            raise UserError(self.env._("Choose the days of one school only."))
        empty = self.env["school.calendar.exception"]
        add, remove = add or empty, remove or empty
        (add | remove).check_access("write")
        worktime, ranges, days = company._calendar_hypothesis(
            add, remove, official_year
        )
        moved = (
            self.env["school.time.clock"].sudo()._forecast(company, worktime, ranges)
        )
        preview = self.sudo().create(
            {
                "company_id": company.id,
                "add_ids": [fields.Command.set(add.ids)],
                "remove_ids": [fields.Command.set(remove.ids)],
                "official_year": official_year,
                "source": source,
                "day_count": len(days),
                "moved_count": len(moved),
                "line_ids": [
                    fields.Command.create(
                        {
                            "company_id": company.id,
                            "clock_id": clock.id,
                            "old_deadline": clock.deadline_at,
                            "new_deadline": deadline,
                        }
                    )
                    for clock, deadline in moved[:SHOWN]
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview of the calendar change"),
            "res_model": self._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_apply(self):
        """Let the change count and tell how many deadlines moved."""
        self.ensure_one()
        (self.add_ids | self.remove_ids).check_access("write")
        if not self.env.user.has_group("school_office_base.group_school_admin"):
            raise UserError(self.env._("Only the school administrator does this."))
        if any(row.state != "draft" for row in self.add_ids) or any(
            row.state != "applied" for row in self.remove_ids
        ):
            raise UserError(
                self.env._("Somebody changed these days meanwhile. Preview them again.")
            )
        if self.official_year:
            self.env["school.calendar.year"]._confirm(
                self.company_id, self.official_year, self.source
            )
        moved = self.add_ids._apply(self.remove_ids)
        if self.official_year and not (self.add_ids | self.remove_ids):
            moved = self.company_id.sudo()._calendar_rebuild(str(self.official_year))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The calendar is in force. %(count)s deadlines moved.",
                    count=len(moved),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class SchoolCalendarPreviewLine(models.TransientModel):
    """A deadline that a change of the calendar moves."""

    _name = "school.calendar.preview.line"
    _description = "Deadline Moved by a Calendar Change"
    _inherit = ["school.record"]
    _order = "old_deadline, id"

    preview_id = fields.Many2one(
        "school.calendar.preview",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    clock_id = fields.Many2one(
        "school.time.clock",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    record_name = fields.Char(
        "Record", related="clock_id.record_name", compute_sudo=False
    )
    policy_id = fields.Many2one(related="clock_id.policy_id", related_sudo=False)
    user_id = fields.Many2one(related="clock_id.user_id", related_sudo=False)
    old_deadline = fields.Datetime("Deadline Now", readonly=True)
    new_deadline = fields.Datetime("Deadline Then", readonly=True)
