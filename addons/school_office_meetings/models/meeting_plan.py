from datetime import timedelta

from odoo import api, fields, models

LEAD_UNITS = {
    "ordinary": "working_day",
    "important": "working_day",
    "cross": "calendar_day",
    "urgent": None,
}


class SchoolMeeting(models.Model):
    """What a new meeting takes over from its body, and how early it is called."""

    _inherit = "school.meeting"

    needs_plan = fields.Boolean(
        "Plan Needs Approval",
        compute="_compute_needs_plan",
        store=True,
        help="A leader approves the plan before any notice goes out (MTG-02). Meeting "
        "bodies may do without.",
    )
    planned_start = fields.Datetime("Start as Called", readonly=True, copy=False)
    planned_stop = fields.Datetime("End as Called", readonly=True, copy=False)
    late_reason = fields.Text("Why the Notice Is Late", readonly=True, copy=False)
    notice_sequence = fields.Integer(
        readonly=True, copy=False, help="Counts the changes that calendars are told of."
    )
    meeting_date = fields.Date(
        "Date", compute="_compute_meeting_date", store=True, index=True
    )
    call_by = fields.Datetime(
        "Notice Due",
        compute="_compute_call_by",
        store=True,
        help="Until then the notice goes out in time (MTG-05).",
    )
    lead_warning = fields.Char(compute="_compute_lead_warning")

    _server_fields = frozenset({"planned_start", "planned_stop", "late_reason"})
    _server_fields |= {"notice_sequence"}

    @api.depends("body_id", "body_id.needs_plan")
    def _compute_needs_plan(self):
        for meeting in self:
            # What was called under one rule is not judged by another.
            if meeting.called_at:
                meeting.needs_plan = meeting.needs_plan
            else:
                meeting.needs_plan = not meeting.body_id or meeting.body_id.needs_plan

    @api.depends("start", "company_id")
    def _compute_meeting_date(self):
        for meeting in self:
            meeting.meeting_date = meeting.start and meeting.company_id._school_date(
                meeting.start
            )

    @api.depends("start", "type", "company_id")
    def _compute_call_by(self):
        for meeting in self:
            meeting.call_by = meeting.start and meeting._notice_due(meeting.start)

    @api.depends("call_by", "state", "type")
    def _compute_lead_warning(self):
        for meeting in self:
            meeting.lead_warning = (
                meeting.state in ("draft", "planned", "approved")
                and meeting._is_late_notice()
                and meeting._lead_sentence()
            )

    def _lead_time(self):
        """``(amount, unit)`` of the notice for this type of meeting (MTG-05)."""
        unit = LEAD_UNITS[self.type]
        # sudo: settings of the school are not readable by everyone
        company_sudo = self.company_id.sudo()
        return (company_sudo[f"school_meeting_lead_{self.type}"] if unit else 0), unit

    def _notice_due(self, start):
        """The end of the last day on which the notice is in time.

        One working day before Tuesday is Monday, until midnight: people read it then.
        """
        self.ensure_one()
        amount, unit = self._lead_time()
        if not amount:
            return start
        worktime = self.company_id._worktime()
        day = worktime.local(start).date()
        if unit == "working_day":
            # The working day that lies so many working days before this date; of a
            # free day, the last one before it counts as the first.
            midnight = self.company_id._school_moment(day)
            before = worktime.add(midnight, -amount, unit, edge="open")
            day = worktime.local(worktime.add(before, 1, unit, edge="open")).date()
        else:
            day -= timedelta(days=amount)
        return self.company_id._school_moment(day, 24) - timedelta(seconds=1)

    def _is_late_notice(self):
        self.ensure_one()
        return bool(
            self.start and self.call_by and fields.Datetime.now() > self.call_by
        )

    def _lead_sentence(self):
        amount, unit = self._lead_time()
        types = dict(self._fields["type"]._description_selection(self.env))
        return (
            self.env._(
                "The notice is late: “%(type)s” asks for %(days)s working days.",
                type=types[self.type],
                days=amount,
            )
            if unit == "working_day"
            else self.env._(
                "The notice is late: “%(type)s” asks for %(days)s calendar days.",
                type=types[self.type],
                days=amount,
            )
        )

    # What comes by itself

    @api.model_create_multi
    def create(self, vals_list):
        Body = self.env["school.meeting.body"]
        filled = []
        for vals in vals_list:
            body_id = vals.get("body_id", self.env.context.get("default_body_id"))
            if body_id and "participant_ids" not in vals:
                body = Body.browse(body_id)
                # Its members are read in superuser mode below, so first: may he see it?
                body.check_access("read")
                body = body.sudo()
                vals = {**body._meeting_values(vals), **vals}
            filled.append(vals)
        return super().create(filled)

    @api.onchange("body_id")
    def _onchange_body_id(self):
        body = self.body_id
        if not body or self.state != "draft":
            return
        body._origin.check_access("read")
        values = body.sudo()._meeting_values(
            {"name": self.name, "start": self.start, "organizer_id": self.env.uid}
        )
        lines = values.pop("participant_ids")
        items = values.pop("item_ids", [])
        self.update(values)
        self.participant_ids = [fields.Command.clear(), *lines]
        if not self.item_ids:
            self.item_ids = items

    @api.onchange("start")
    def _onchange_start(self):
        if not self.start:
            return
        duration = timedelta(hours=self.body_id.duration or 1.0)
        before = self._origin
        if before.start and before.stop:
            duration = before.stop - before.start
        if not self.stop or self.stop <= self.start or not before.stop:
            self.stop = self.start + duration
