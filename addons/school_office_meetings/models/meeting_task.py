from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from .meeting_checklist import KINDS

BEFORE = ("consumables", "equipment", "set_up")


class SchoolMeetingTask(models.Model):
    """A row of the check list of one meeting: looked at by whom, when, and how it is.

    Whoever holds the post of the row, the person named, or who prepares the meeting
    ticks it, normally standing in the room with a telephone.
    """

    _name = "school.meeting.task"
    _description = "Check List Row of a Meeting"
    _inherit = [
        "school.clock.mixin",
        "school.meeting.prep.line",
        "school.frozen.mixin",
    ]
    _order = "meeting_id, sequence, id"
    _clock_holder_fields = ("user_id",)
    _server_fields = frozenset(
        {"state", "ticked_at", "ticked_by_id", "result", "fault_note"}
    )

    sequence = fields.Integer(default=100)
    name = fields.Char("What", required=True)
    kind = fields.Selection(KINDS, default="set_up", required=True, index=True)
    quantity = fields.Integer(help="How many; 0: not counted.")
    post_id = fields.Many2one(
        "school.post",
        "Done by",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    due_at = fields.Datetime("Until", index="btree_not_null")
    state = fields.Selection(
        [
            ("open", "To Do"),
            ("ok", "OK"),
            ("fault", "Fault"),
            ("void", "Not Needed"),
        ],
        "Result",
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    ticked_at = fields.Datetime(readonly=True, copy=False)
    ticked_by_id = fields.Many2one("res.users", "Ticked by", readonly=True, copy=False)
    note = fields.Text()
    fault_note = fields.Text("What Is Wrong", readonly=True, copy=False)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "school_meeting_task_file_rel",
        "task_id",
        "attachment_id",
        "Photographs",
    )
    responsible_ids = fields.Many2many(
        "res.users",
        compute="_compute_responsible_ids",
        compute_sudo=True,
    )
    meeting_name = fields.Char(compute="_compute_meeting_facts", compute_sudo=True)
    meeting_place = fields.Char(compute="_compute_meeting_facts", compute_sudo=True)
    meeting_start = fields.Datetime(related="meeting_id.start", string="Meeting Starts")
    is_task_visible = fields.Boolean(
        compute="_compute_is_task_visible", search="_search_is_task_visible"
    )
    can_tick = fields.Boolean(compute="_compute_can_tick", search="_search_can_tick")

    _order_idx = models.Index("(meeting_id, sequence, id)")
    _open_idx = models.Index("(company_id, due_at) WHERE state = 'open'")
    _quantity_check = models.Constraint(
        "CHECK (quantity >= 0)", "A quantity cannot be negative."
    )

    @api.depends("user_id", "post_id.holder_ids", "meeting_id.organizer_id")
    def _compute_responsible_ids(self):
        """Who is reminded; one query for all posts of a whole batch of rows."""
        held = self.post_id._users_by_post()
        for task in self:
            post_users = (
                held.get(task.post_id.id)
                if task.post_id and not task.meeting_id.is_restricted
                else None
            )
            task.responsible_ids = (
                task.user_id or post_users or task.meeting_id.organizer_id
            )

    @api.depends("meeting_id.name", "meeting_id.venue_note")
    def _compute_meeting_facts(self):
        for task in self:
            task.meeting_name = task.meeting_id.name
            task.meeting_place = task.meeting_id._element_place() or ""

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("meeting_id", "user_id", "post_id")
    def _compute_is_task_visible(self):
        self._mark_among("is_task_visible", self._visible_domain(), new=True)

    @api.model
    def _search_is_task_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._visible_domain()

    @api.model
    def _visible_domain(self):
        """Who ticks it, and whoever sees the meeting."""
        return self._ticker_domain() | self._search_is_meeting_visible("in", [True])

    @api.model
    def _ticker_domain(self):
        user = self.env.user
        return (
            Domain("user_id", "=", user.id)
            # A post is asked only where its holders may know of the meeting.
            | (
                Domain("post_id", "in", user._held_post_ids())
                & self._domain_of_open_circles()
            )
            | self._search_is_meeting_managed("in", [True])
        )

    @api.model
    def _domain_of_open_circles(self):
        """Rows of meetings that are not restricted.

        Superuser: whoever ticks need not take part, and a path over the meeting would
        find what he may read only.
        """
        Meeting = self.env["school.meeting"].sudo()
        restricted = Meeting._search([("is_restricted", "=", True)])
        return Domain("meeting_id", "not in", restricted)

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("meeting_id", "user_id", "post_id")
    def _compute_can_tick(self):
        posts = set(self.env.user._held_post_ids())
        for task in self:
            task_sudo = task.sudo()
            task.can_tick = (
                task_sudo.user_id == self.env.user
                or (
                    task_sudo.post_id.id in posts
                    and not task_sudo.meeting_id.is_restricted
                )
                or task.is_meeting_managed
            )

    @api.model
    def _search_can_tick(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._ticker_domain() & Domain(
            "company_id", "in", self.env.companies.ids
        )

    def _clock_responsible_users(self):
        return self.responsible_ids

    def _clock_responsible_post(self):
        return self.post_id

    def _is_deletable(self):
        """A row that somebody added by hand and nobody has ticked."""
        return self.state == "open"

    # Entry

    def write(self, vals):
        if not self.env.su and not vals.keys() <= {"note", "attachment_ids"}:
            foreign = self.filtered(lambda task: not task.is_meeting_managed)
            if foreign:
                raise AccessError(
                    self.env._(
                        "You tick “%(row)s”: add a note or photographs; the row itself "
                        "is changed by those who prepare the meeting.",
                        row=foreign[0].name,
                    )
                )
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        # Superuser: the day is told by the school's clock, whoever adds the row.
        tasks.sudo().filtered(lambda task: not task.due_at)._set_due()
        return tasks

    # Time (MTG-10)

    def _set_due(self):
        """Set the day by which each row has to be done (superuser)."""
        for (meeting, kind), tasks in self.grouped(
            lambda task: (task.meeting_id, task.kind)
        ).items():
            tasks.write({"due_at": meeting._task_due(kind)})

    def _move_with_meeting(self, old):
        """Follow the meeting to its new time; what was checked elsewhere is open again.

        :param old: ``{meeting: (start, stop, venue)}`` as it was
        """
        for meeting, tasks in self.grouped("meeting_id").items():
            venue = (old.get(meeting) or (None, None, None))[2]
            now_at = meeting["venue_id"] if "venue_id" in meeting._fields else None
            if venue and now_at and venue != now_at:
                tasks.filtered(
                    lambda t: t.state in ("ok", "fault") and t.kind in BEFORE
                ).write({"state": "open", "ticked_at": False, "ticked_by_id": False})
            tasks.filtered(lambda t: t.state == "open")._set_due()

    # Steps

    def _check_tick(self):
        self.check_access("read")
        self._check_meeting_open()
        for task in self:
            if not task.can_tick and not self.env.su:
                raise AccessError(
                    self.env._(
                        "“%(row)s” is done by somebody else.",
                        row=task.name,
                    )
                )

    def _tick(self, state, note=None):
        self.sudo().write(
            {
                "state": state,
                "ticked_at": fields.Datetime.now(),
                "ticked_by_id": self.env.uid,
                "fault_note": note or False,
            }
        )

    def _not_yet(self, state, others=()):
        """Return the rows that are not ``state`` yet.

        A fault is not tapped away: a card may be older on the phone than here. Raise
        if a row is neither open nor in one of the ``others``.
        """
        self._check_tick()
        rows = self.filtered(lambda task: task.state != state)
        for task in rows.sudo():
            if task.state not in ("open", *others):
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "“%(row)s” was ticked as “%(state)s” by %(person)s. If that has"
                        " changed, undo it first.",
                        row=task.name,
                        state=states[task.state],
                        person=task.ticked_by_id.name or "",
                    )
                )
        return rows

    def action_ok(self):
        """It is there, and it works."""
        self._not_yet("ok")._tick("ok")
        return True

    def action_void(self):
        """This meeting does not need it."""
        self._not_yet("void", ("ok",))._tick("void")
        return True

    def action_reopen(self):
        """Look at it once more."""
        self._check_tick()
        self.sudo().write({"state": "open", "ticked_at": False, "ticked_by_id": False})
        return True

    def action_ask_fault(self):
        """Say what is wrong, with a photograph if it helps."""
        self.check_access("read")
        return self._dialog(
            "school.meeting.prep.step",
            self.env._("What Is Wrong?"),
            step="fault",
            task_ids=self.ids,
        )

    def _fault(self, note, files=None):
        """Note a fault: the organiser is told, and whoever can mend it."""
        if not (note or "").strip():
            raise UserError(self.env._("Say what is wrong."))
        rows = self._not_yet("fault", ("ok",))
        rows._tick("fault", note.strip())
        if files:
            for task in rows.sudo():
                task.write(
                    {"attachment_ids": [Command.link(file.id) for file in files]}
                )
        for meeting, tasks in rows.sudo().grouped("meeting_id").items():
            meeting._equipment_fault(tasks)
        return True


class SchoolMeeting(models.Model):
    """Check lists of a meeting."""

    _inherit = "school.meeting"

    def _task_due(self, kind):
        """Until when rows of ``kind`` are done.

        Before the meeting: the close of the school's working days before it, more for
        cross-department meetings; never before the notice itself (MTG-10).
        """
        self.ensure_one()
        company = self.company_id
        if kind in BEFORE:
            if not self.start:
                return False
            days = (
                company.school_meeting_set_up_days_large
                if self.type == "cross"
                else company.school_meeting_set_up_days
            )
            if self.type == "urgent":
                return self.start
            due = company._school_before(self.start, days)
            notice = self.called_at or fields.Datetime.now()
            return due if due > notice else self.start
        if not self.stop:
            return False
        if kind == "support":
            return self.stop
        return company._worktime().add(
            self.stop, company.school_meeting_tidy_hours, "service_hour"
        )

    def _copy_checklists(self):
        """Give the meetings the rows of the school's lists, once (superuser)."""
        meetings = self.sudo().filtered(lambda m: not m.task_ids)
        if not meetings:
            return
        lists = (
            self.env["school.meeting.checklist"]
            .sudo()
            .search([("company_id", "in", meetings.company_id.ids)])
        )
        rows = []
        for meeting in meetings:
            lang = meeting.organizer_id.lang
            for checklist in lists.with_context(lang=lang):
                if checklist.company_id != meeting.company_id:
                    continue
                if not checklist._applies_to(meeting):
                    continue
                due = meeting._task_due(checklist.kind)
                for line in checklist.line_ids:
                    rows.append(
                        {
                            "company_id": meeting.company_id.id,
                            "meeting_id": meeting.id,
                            "state": "open",
                            "sequence": len(rows) + 1,
                            "name": line.name,
                            "kind": checklist.kind,
                            "post_id": checklist.post_id.id,
                            "quantity": len(meeting.participant_ids)
                            if line.per_person
                            else line.quantity,
                            "due_at": due,
                        }
                    )
        self.env["school.meeting.task"].sudo()._insert_timed(rows)

    def action_fill_checklist(self):
        """Take the rows of the school's lists over before the notice goes out."""
        self._check_preparer()
        for meeting in self:
            if meeting.task_ids:
                raise UserError(self.env._("This meeting has its check list."))
        self._copy_checklists()
        return True

    def action_tick_all(self, kind=None):
        """Everything that is open is OK: for who went round the room once."""
        self._check_preparer()
        tasks = self.task_ids.filtered(
            lambda t: t.state == "open" and (not kind or t.kind == kind)
        )
        tasks.action_ok()
        return True

    def _equipment_fault(self, tasks):
        """Hook: ``tasks`` of this meeting were ticked as faulty (superuser).

        The organiser and the technical post hear of it. A glue addon makes it a
        request at the service desk.
        """
        technical = self.env["school.post"]._find(self.company_id, "technical")
        lines = "\n".join(f"· {task.name}: {task.fault_note}" for task in tasks)
        start = self.start and self.company_id._worktime().local(self.start)
        users = self.organizer_id
        if not self.is_restricted:
            users |= technical._users()
        self.env["school.notice"]._queue(
            users - self.env.user,
            lambda env: env._(
                "Fault before a meeting: %(place)s",
                place=self._element_place() or self.name,
            ),
            lambda env: "\n".join(
                filter(
                    None,
                    (
                        start
                        and env._(
                            "The meeting begins on %(start)s.",
                            start=start.strftime("%Y-%m-%d %H:%M"),
                        ),
                        lines,
                    ),
                )
            ),
            record=tasks[:1],
            urgent=True,
            kind="meeting_fault",
        )
        self._note(
            "checklist",
            self.env._("Fault found: %(names)s", names=", ".join(tasks.mapped("name"))),
        )
