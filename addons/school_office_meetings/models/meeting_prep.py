from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

CLERK = "school_office_meetings.group_meeting_clerk"


class SchoolMeeting(models.Model):
    """What is prepared before a meeting, and looked after while it lasts."""

    _inherit = "school.meeting"

    _server_fields = frozenset({"source_confirmed_at", "source_confirmed_by_id"})

    topic_ids = fields.One2many("school.meeting.topic", "meeting_id", "Topics")
    waiting_topic_count = fields.Integer(
        "Topics Waiting", compute="_compute_waiting_topic_count"
    )
    material_ids = fields.One2many("school.meeting.material", "meeting_id", "Materials")
    needs_no_materials = fields.Boolean(
        "No Materials Needed", help="Somebody has looked: nothing has to be prepared."
    )
    task_ids = fields.One2many("school.meeting.task", "meeting_id", "Check List")
    open_task_count = fields.Integer(
        "Open on the Check List", compute="_compute_task_counts"
    )
    task_count = fields.Integer("Check List Rows", compute="_compute_task_counts")
    fault_count = fields.Integer("Faults", compute="_compute_task_counts")
    catering_ids = fields.One2many(
        "school.meeting.catering", "meeting_id", "Meals and Lodging"
    )
    recording_ids = fields.One2many(
        "school.meeting.recording", "meeting_id", "Photographs and Recordings"
    )
    # a notice from outside (MTG-03)
    is_from_outside = fields.Boolean(
        "Called by an Outside Body",
        help="The school only takes part, after a notice that it received.",
    )
    source_sender = fields.Char("Notice From", tracking=True)
    source_number = fields.Char("Number of the Notice")
    source_note = fields.Text("What the Notice Says")
    source_url = fields.Char("Link to the Notice")
    source_file_ids = fields.Many2many(
        "ir.attachment",
        "school_meeting_source_file_rel",
        "meeting_id",
        "attachment_id",
        "Notice Received",
    )
    source_confirmed_at = fields.Datetime(
        "Confirmed with the Sender on", readonly=True, copy=False
    )
    source_confirmed_by_id = fields.Many2one(
        "res.users", "Confirmed by", readonly=True, copy=False
    )
    elements = fields.Json(compute="_compute_elements")

    def _check_preparer(self):
        self.check_access("read")
        foreign = self - self._filtered_access("write")
        if foreign:
            raise AccessError(
                self.env._(
                    "“%(meeting)s” is prepared by %(person)s and the meeting clerks.",
                    meeting=foreign[0].name,
                    person=foreign[0].sudo().organizer_id.name,
                )
            )

    # Elements (MTG-03)

    @api.depends(
        "name",
        "start",
        "stop",
        "venue_note",
        "online_url",
        "participant_ids",
        "item_ids",
        "material_ids",
        "needs_no_materials",
        "is_from_outside",
        "source_confirmed_at",
    )
    def _compute_elements(self):
        for meeting in self:
            meeting.elements = [
                {"key": key, "label": label, "done": bool(done), "text": text or ""}
                for key, label, done, text in meeting._elements()
            ]

    def _elements(self):
        """(key, label, whether it is fixed, what it is): the elements of MTG-03."""
        self.ensure_one()
        people, items = len(self.participant_ids), len(self.item_ids)
        materials = len(self.material_ids)
        place = self._element_place()
        rows = [
            (
                "people",
                self.env._("Participants"),
                people,
                self.env._("%(count)s people", count=people) if people else "",
            ),
            ("time", self.env._("Time"), self.start and self.stop, ""),
            ("place", self.env._("Place"), place, place),
            (
                "agenda",
                self.env._("Agenda"),
                items or self.is_from_outside,
                self.env._("%(count)s items", count=items) if items else "",
            ),
            (
                "materials",
                self.env._("Materials"),
                materials or self.needs_no_materials,
                self.env._("%(count)s to prepare", count=materials)
                if materials
                else self.env._("none needed")
                if self.needs_no_materials
                else "",
            ),
        ]
        if self.is_from_outside:
            rows.append(
                (
                    "source",
                    self.env._("Confirmed with the sender"),
                    self.source_confirmed_at,
                    self.source_confirmed_by_id.sudo().name,
                )
            )
        return rows

    def _element_place(self):
        """Where it is held, in words."""
        venue = self["venue_id"].name if "venue_id" in self._fields else False
        return venue or self.venue_note or self.online_url

    def action_confirm_source(self):
        """Note that the elements were confirmed with the outside body (MTG-03)."""
        self._check_preparer()
        for meeting in self:
            if not meeting.is_from_outside:
                raise UserError(
                    self.env._(
                        "“%(meeting)s” is called by the school itself.",
                        meeting=meeting.name,
                    )
                )
        self.sudo().write(
            {
                "source_confirmed_at": fields.Datetime.now(),
                "source_confirmed_by_id": self.env.uid,
            }
        )
        return True

    def write(self, vals):
        moved = {"start", "stop", "venue_note", "source_sender"} & vals.keys()
        confirmed = self.filtered("source_confirmed_at") if moved else self.browse()
        before = {m: [m[name] for name in moved] for m in confirmed}
        result = super().write(vals)
        # What was confirmed was another time or place.
        again = confirmed.filtered(lambda m: [m[name] for name in moved] != before[m])
        if again:
            again.sudo().write(
                {"source_confirmed_at": False, "source_confirmed_by_id": False}
            )
        return result

    # Counts

    @api.depends("body_id")
    def _compute_waiting_topic_count(self):
        counts = {
            body.id: count
            for body, count in self.env["school.meeting.topic"]._read_group(
                [
                    ("body_id", "in", self.body_id.ids),
                    ("state", "in", ("proposed", "deferred")),
                ],
                ["body_id"],
                ["__count"],
            )
        }
        for meeting in self:
            open_now = meeting.state in ("draft", "planned", "approved")
            meeting.waiting_topic_count = (
                counts.get(meeting.body_id.id, 0) if open_now else 0
            )

    @api.depends("task_ids.state")
    def _compute_task_counts(self):
        counts = {}
        for meeting, state, count in self.env["school.meeting.task"]._read_group(
            [("meeting_id", "in", self.ids)], ["meeting_id", "state"], ["__count"]
        ):
            counts[meeting.id, state] = count
        for meeting in self:
            meeting.open_task_count = counts.get((meeting.id, "open"), 0)
            meeting.fault_count = counts.get((meeting.id, "fault"), 0)
            meeting.task_count = sum(
                count for (id_, __), count in counts.items() if id_ == meeting.id
            )

    # Hooks of the meeting's steps

    def _missing_to_call(self):
        missing = super()._missing_to_call()
        for meeting in self:
            if meeting.is_from_outside and not meeting.source_confirmed_at:
                missing.append(
                    self.env._(
                        "Time and place are not confirmed with %(sender)s.",
                        sender=meeting.source_sender or self.env._("the sender"),
                    )
                )
            if any(c.state == "asked" for c in meeting.sudo().catering_ids):
                missing.append(self.env._("Meals or lodging are not agreed yet."))
        return missing

    def _missing_to_close(self):
        missing = super()._missing_to_close()
        for meeting in self:
            open_names = (
                meeting.sudo().task_ids.filtered(lambda t: t.state == "open")
            ).mapped("name")
            if open_names:
                missing.append(
                    self.env._(
                        "Open on the check list: %(names)s.",
                        names=", ".join(open_names[:5])
                        + (" …" if len(open_names) > 5 else ""),
                    )
                )
        return missing

    def _dispatch(self, kind, rows):
        # With the letters: nobody waits at the counter for rows of the lists.
        result = super()._dispatch(kind, rows)
        if kind == "called":
            self.filtered(lambda m: m.state == "called")._copy_checklists()
        return result

    def _meeting_moved(self, old):
        result = super()._meeting_moved(old)
        meetings = self.sudo()
        meetings.material_ids._move_with_meeting()
        meetings.task_ids._move_with_meeting(old)
        return result

    def _meeting_cancelled(self, reason):
        result = super()._meeting_cancelled(reason)
        meetings = self.sudo()
        meetings.topic_ids._back_to_proposed(
            lambda env: env._("The meeting was cancelled.")
        )
        meetings.task_ids.filtered(lambda t: t.state == "open").write({"state": "void"})
        meetings.material_ids.filtered(lambda m: m.state == "expected").write(
            {"state": "void"}
        )
        return result

    def _meeting_ended(self):
        result = super()._meeting_ended()
        left = self.sudo().topic_ids.filtered(lambda t: t._is_left_over())
        left._back_to_proposed(lambda env: env._("The meeting did not come to it."))
        self._open_evaluation()
        return result

    def _freeze_record(self):
        """What lay before the meeting is final with its minutes."""
        result = super()._freeze_record()
        self.sudo().material_ids._freeze()
        return result

    def action_waiting_topics(self):
        """Open the topics of the body that wait, to admit some."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_meetings.topic_action_review"
        )
        return {
            **action,
            "domain": [
                ("body_id", "=", self.body_id.id),
                ("state", "in", ("proposed", "deferred")),
            ],
            "context": {"default_meeting_id": self.id},
        }

    def action_tasks(self):
        """Open the check list, as one ticks it on the phone."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_meetings.task_action_meeting"
        )
        return {
            **action,
            "domain": [("meeting_id", "=", self.id)],
            "context": {"default_meeting_id": self.id},
        }
