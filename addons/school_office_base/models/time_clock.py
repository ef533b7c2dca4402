from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.pg_guard import guard_rows
from .clock_mixin import deadline_info
from .time_policy_version import UNIT_SELECTION

OPEN = ("running", "paused")


class SchoolTimeClock(models.Model):
    """One cycle of a time limit on one record, told from its events.

    Deadline, state and timer are a projection: the events of the cycle replayed under
    the working time of the school. A closed cycle never changes and keeps the calendar
    under which it was judged.
    """

    _name = "school.time.clock"
    _description = "Clock"
    _inherit = ["school.record", "school.pointer.mixin"]
    _order = "deadline_at, id"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record Number", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char("Record", compute="_compute_record_name")
    model_name = fields.Char("Kind", compute="_compute_record_name")
    policy_id = fields.Many2one(
        "school.time.policy",
        "Time Limit",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    version_id = fields.Many2one(
        "school.time.policy.version",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    cycle = fields.Integer(required=True, readonly=True, default=1)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("met", "In Time"),
            ("missed", "Too Late"),
            ("cancelled", "Dropped"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    deadline_state = fields.Selection(
        [
            ("running", "Running"),
            ("warning", "Due Soon"),
            ("late", "Late"),
            ("paused", "Paused"),
            ("met", "In Time"),
            ("missed", "Too Late"),
            ("none", "Dropped"),
        ],
        "Status",
        readonly=True,
        default="running",
    )
    target = fields.Json(readonly=True)
    amount = fields.Float(readonly=True, digits=(10, 2), aggregator=None)
    unit = fields.Selection([*UNIT_SELECTION, ("date", "Until a Date")], readonly=True)
    started_at = fields.Datetime("Started", readonly=True)
    counted_from = fields.Datetime(readonly=True)
    running_since = fields.Datetime(readonly=True)
    elapsed = fields.Integer(
        "Time Used (s)",
        readonly=True,
        aggregator="avg",
        help="Counted time until the last event.",
    )
    deadline_at = fields.Datetime("Deadline", readonly=True)
    provisional = fields.Boolean(
        readonly=True,
        help="The public holidays of a year that counts are not announced yet.",
    )
    problem = fields.Selection(
        [
            ("no_hours", "The school has no service hours: enter them."),
            ("horizon", "The deadline lies too far away for the school calendar."),
            ("whole", "Days and months are whole numbers."),
            ("unit", "The unit of the time limit is not known."),
        ],
        readonly=True,
        help="Why no deadline could be computed.",
    )
    warning_at = fields.Datetime(readonly=True)
    next_timer_at = fields.Datetime("Next Timer", readonly=True)
    checked_until = fields.Datetime(readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    met_at = fields.Datetime("Done in Time", readonly=True)
    missed_at = fields.Datetime("Missed", readonly=True)
    is_late = fields.Boolean("Late", readonly=True)
    # A zero, not nothing: an average leaves out what is empty.
    on_time = fields.Float(
        "On Time (%)",
        readonly=True,
        default=0.0,
        aggregator="avg",
        help="100 in time, 0 too late.",
    )
    superseded_by_id = fields.Many2one(
        "school.time.clock",
        "Continued As",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    calendar_version_id = fields.Many2one(
        "school.calendar.version",
        "Calendar",
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", readonly=True, index=True, ondelete="restrict"
    )
    post_id = fields.Many2one(
        "school.post",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    department_id = fields.Many2one(
        "hr.department",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    urge_count = fields.Integer("Reminders", readonly=True, aggregator="sum")
    deadline_info = fields.Json(compute="_compute_deadline_info")
    event_ids = fields.One2many("school.time.event", "clock_id", "Events")
    reminder_ids = fields.One2many("school.time.reminder", "clock_id", "Reminders Sent")

    _cycle_uniq = models.UniqueIndex("(policy_id, res_id, cycle)")
    _open_uniq = models.UniqueIndex(
        "(policy_id, res_id) WHERE state IN ('running', 'paused')"
    )
    _record_idx = models.Index("(res_model, res_id)")
    _timer_idx = models.Index(
        "(next_timer_at) WHERE state = 'running' AND next_timer_at IS NOT NULL"
    )
    _open_idx = models.Index(
        "(company_id, deadline_at, id) WHERE state IN ('running', 'paused')"
    )
    _late_idx = models.Index(
        "(company_id, deadline_at) WHERE state = 'running' AND is_late IS TRUE"
    )
    _order_idx = models.Index("(deadline_at, id)")

    def init(self):
        # The result of a closed cycle stands; only what continues it is noted later.
        free = "'superseded_by_id' - 'write_uid' - 'write_date'"
        guard_rows(
            self.env.cr,
            self._table,
            "TG_OP = 'DELETE' OR (OLD.state IN ('met', 'missed', 'cancelled') "
            f"AND (to_jsonb(OLD) - {free}) <> (to_jsonb(NEW) - {free}))",
            "A closed clock never changes.",
        )

    @api.depends("policy_id", "record_name")
    def _compute_display_name(self):
        for clock in self:
            clock.display_name = f"{clock.policy_id.name}: {clock.record_name}"

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        """The name of the record, for those who may read the record."""
        for model_name, clocks in self.grouped("res_model").items():
            model = self.env.get(model_name)
            if model is None:
                clocks.record_name = clocks.model_name = model_name
                continue
            label = self.env["ir.model"]._get(model_name).name
            records = model.browse(clocks.mapped("res_id")).exists()
            names = {
                record.id: record.display_name
                for record in records._filtered_access("read")
            }
            for clock in clocks:
                clock.model_name = label
                clock.record_name = names.get(clock.res_id) or self.env._(
                    "%(kind)s no. %(id)s", kind=label, id=clock.res_id
                )

    @api.depends("deadline_state", "deadline_at", "policy_id", "provisional")
    def _compute_deadline_info(self):
        now = fields.Datetime.now()
        for company, clocks in self.grouped("company_id").items():
            worktime = company._worktime()
            for clock in clocks:
                clock.deadline_info = deadline_info(
                    worktime,
                    now,
                    state=clock.deadline_state,
                    name=clock.policy_id.name,
                    deadline=clock.deadline_at,
                    unit=clock.unit,
                    provisional=clock.provisional,
                )

    # Buttons

    def action_rebuild_compare(self):
        """Replay the events of these clocks and say whether anything differs."""
        if not self.env.user.has_groups(
            "school_office_base.group_auditor,school_office_base.group_school_admin,"
            "school_office_base.group_office_director"
        ):
            raise UserError(
                self.env._(
                    "The director, an auditor or the administrator checks clocks."
                )
            )
        self.check_access("read")
        different = self._rebuild_compare()
        if different:
            message = self.env._(
                "%(count)s of %(total)s clocks differ from their events: %(names)s",
                count=len(different),
                total=len(self),
                names=", ".join(clock.display_name for clock in different[:5]),
            )
        else:
            message = self.env._(
                "%(total)s clocks rebuilt from their events: all the same.",
                total=len(self),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "danger" if different else "success",
                "sticky": bool(different),
            },
        }
