from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

KINDS = [
    ("agenda", "Agenda"),
    ("speech", "Speech"),
    ("report", "Report"),
    ("data", "Figures"),
    ("draft", "Draft to Decide On"),
    ("background", "Background Paper"),
    ("slides", "Slides"),
    ("sign_in", "Sign-in Sheet"),
    ("seats", "Seat Plan"),
    ("other", "Other"),
]


class SchoolMeetingMaterial(models.Model):
    """A paper or file for a meeting (会议材料): who delivers it until when (MTG-07).

    Participants see what is delivered, or members of the body only, row by row; others
    see nothing of it, even where they see the meeting. Every version of a file is kept.
    """

    _name = "school.meeting.material"
    _description = "Meeting Material"
    _inherit = [
        "school.clock.mixin",
        "school.meeting.prep.line",
        "school.frozen.mixin",
    ]
    _order = "meeting_id, sequence, id"
    _clock_holder_fields = ("user_id",)
    _server_fields = frozenset(
        {
            "state",
            "delivered_at",
            "delivered_by_id",
            "ready_at",
            "ready_by_id",
            "sent_at",
            "sent_by_id",
            "void_reason",
        }
    )

    sequence = fields.Integer(default=100)
    name = fields.Char("Material", required=True)
    kind = fields.Selection(KINDS, default="report", required=True)
    item_id = fields.Many2one(
        "school.meeting.item",
        "For Item",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        domain="[('meeting_id', '=', meeting_id)]",
    )
    user_id = fields.Many2one(
        "res.users",
        "Delivered by",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Is reminded before it is due, and afterwards.",
    )
    department_id = fields.Many2one(
        "hr.department",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    due_at = fields.Datetime(
        "Due",
        index="btree_not_null",
        compute="_compute_due_at",
        store=True,
        readonly=False,
        precompute=True,
        help="Empty: the end of the working day that your school has set before the "
        "meeting (MTG-07: one).",
    )
    do_print = fields.Boolean("Print")
    do_bind = fields.Boolean("Bind")
    do_send = fields.Boolean("Send Ahead", default=True)
    do_lay_out = fields.Boolean("Lay Out in the Room")
    copies = fields.Integer(help="How many are printed.")
    visibility = fields.Selection(
        [("all", "All Participants"), ("members", "Members of the Body Only")],
        "Seen by",
        default="all",
        required=True,
    )
    note = fields.Text()
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "school_meeting_material_file_rel",
        "material_id",
        "attachment_id",
        "Files",
    )
    state = fields.Selection(
        [
            ("expected", "Expected"),
            ("delivered", "Delivered"),
            ("ready", "Printed and Ready"),
            ("sent", "Sent Ahead"),
            ("void", "Not Needed"),
        ],
        "Status",
        default="expected",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    delivered_at = fields.Datetime(readonly=True, copy=False)
    delivered_by_id = fields.Many2one(
        "res.users", "Handed In by", readonly=True, copy=False
    )
    ready_at = fields.Datetime("Ready On", readonly=True, copy=False)
    ready_by_id = fields.Many2one(
        "res.users", "Made Ready by", readonly=True, copy=False
    )
    sent_at = fields.Datetime("Sent On", readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", "Sent by", readonly=True, copy=False)
    void_reason = fields.Char("Not Needed Because", readonly=True, copy=False)
    start = fields.Datetime("Meeting Starts", related="meeting_id.start")
    is_material_visible = fields.Boolean(
        compute="_compute_is_material_visible", search="_search_is_material_visible"
    )
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")

    _order_idx = models.Index("(meeting_id, sequence, id)")
    _copies_check = models.Constraint(
        "CHECK (copies >= 0)", "The number of copies cannot be negative."
    )

    @api.depends("meeting_id.start")
    def _compute_due_at(self):
        for material in self:
            if material.due_at and material.state not in (False, "expected"):
                continue
            material.due_at = material._due()

    def _due(self):
        """The close of the working day before the meeting, or its beginning."""
        meeting = self.meeting_id.sudo()
        if not meeting.start:
            return False
        company = meeting.company_id
        due = company._school_before(
            meeting.start, company.school_meeting_material_days
        )
        # A meeting called for today: nothing can be due before its notice.
        return max(due, min(meeting.start, fields.Datetime.now()))

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("meeting_id", "visibility", "user_id")
    def _compute_is_material_visible(self):
        self._mark_among("is_material_visible", self._visible_domain(), new=True)

    @api.model
    def _search_is_material_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._visible_domain()

    @api.model
    def _visible_domain(self):
        user = self.env.user
        bodies = self.env["school.meeting.body"]._bodies_of(user).ids
        Participant = self.env["school.meeting.participant"].sudo()
        present = Participant._search(
            Domain("user_id", "=", user.id) | Domain("deputy_id", "=", user.id)
        )
        taking_part = Domain("meeting_id", "in", present.subselect("meeting_id"))
        open_to_all = Domain("visibility", "=", "all") | Domain(
            "meeting_id.body_id", "in", bodies
        )
        return (
            Domain("user_id", "=", user.id)
            | self._search_is_meeting_managed("in", [True])
            | (taking_part & open_to_all)
        )

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_mine(self):
        for material in self:
            material.is_mine = material.sudo().user_id == self.env.user

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("user_id", "=", self.env.uid)

    def _clock_responsible_users(self):
        return self.user_id or self.meeting_id.organizer_id

    # Entry

    def write(self, vals):
        if not self.env.su:
            self._check_may_change(vals)
        result = super().write(vals)
        if "attachment_ids" in vals and not self.env.su:
            # Superuser: a file in the row is what was asked for.
            self.sudo().filtered(
                lambda m: m.state == "expected" and m.attachment_ids
            )._note_delivery()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        materials = super().create(vals_list)
        materials.sudo().filtered(
            lambda m: m.state == "expected" and m.attachment_ids
        )._note_delivery()
        return materials

    def _check_may_change(self, vals):
        """Who delivers changes his files and his note, who prepares everything."""
        if vals.keys() <= {"attachment_ids", "note"}:
            return
        foreign = self.filtered(lambda m: not m.is_meeting_managed)
        if foreign:
            raise AccessError(
                self.env._(
                    "You deliver “%(material)s”: add your files; the rest is entered "
                    "by those who prepare the meeting.",
                    material=foreign[0].name,
                )
            )

    def _note_delivery(self):
        """Write down that these came (superuser)."""
        self.filtered(lambda m: m.state == "expected").write(
            {
                "state": "delivered",
                "delivered_at": fields.Datetime.now(),
                "delivered_by_id": self.env.uid,
            }
        )

    def _move_with_meeting(self):
        """Due with the meeting's new time (superuser)."""
        for material in self.filtered(lambda m: m.state == "expected"):
            material.due_at = material._due()

    # Steps

    def _check_step(self, states, preparer=True):
        self.check_access("read")
        self._check_meeting_open()
        for material in self:
            if material.state not in states:
                raise UserError(
                    self.env._(
                        "“%(material)s” is not at that step.", material=material.name
                    )
                )
            allowed = material.is_meeting_managed or (
                not preparer and material.user_id == self.env.user
            )
            if not allowed and not self.env.su:
                raise AccessError(
                    self.env._(
                        "Those who prepare the meeting do this for “%(material)s”.",
                        material=material.name,
                    )
                )

    def action_deliver(self):
        """Hand the material in, as files or on paper."""
        self._check_step({"expected"}, preparer=False)
        self.sudo()._note_delivery()
        return True

    def action_ready(self):
        """Printed, bound and laid out as asked."""
        self._check_step({"delivered", "sent"})
        self.sudo().write(
            {
                "state": "ready",
                "ready_at": fields.Datetime.now(),
                "ready_by_id": self.env.uid,
            }
        )
        return True

    def action_send(self):
        """Send what is delivered to those who may see it."""
        self._check_step({"delivered", "ready"})
        bare = self.filtered(lambda m: not m.attachment_ids)
        if bare:
            raise UserError(
                self.env._(
                    "“%(material)s” has no file: it can only be printed or laid out.",
                    material=bare[0].name,
                )
            )
        self.sudo()._send()
        return True

    def _send(self):
        """Tell the participants that the files are there (superuser)."""
        rows = []
        for meeting, materials in self.grouped("meeting_id").items():
            members = meeting.body_id._members().user_id
            people = meeting.participant_ids.mapped(lambda p: p.deputy_id or p.user_id)
            for users, shown in (
                (people & members, materials),
                (people - members, materials.filtered(lambda m: m.visibility == "all")),
            ):
                if users and shown:
                    rows.append(meeting._material_notice(users, shown))
            for_all = materials.filtered(lambda m: m.visibility == "all")
            if for_all and not meeting.is_restricted:
                rows += meeting._material_letters(for_all)
        self.env["school.notice"]._queue_rows(rows)
        for meeting, materials in self.grouped("meeting_id").items():
            meeting._note("material", ", ".join(materials.mapped("name")))
        now = fields.Datetime.now()
        self.write({"sent_at": now, "sent_by_id": self.env.uid})
        self.filtered(lambda m: m.state == "delivered").write({"state": "sent"})

    def action_ask_void(self):
        """Say why the material is not needed after all."""
        self.check_access("read")
        return self._dialog(
            "school.meeting.prep.step",
            self.env._("Not Needed"),
            step="void",
            material_ids=self.ids,
        )

    def _void(self, reason):
        self._check_step({"expected", "delivered", "ready", "sent"})
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is not needed."))
        self.sudo().write({"state": "void", "void_reason": reason.strip()})


class SchoolMeeting(models.Model):
    """Materials of a meeting, all together."""

    _inherit = "school.meeting"

    def _material_notice(self, users, materials):
        names = "\n".join(f"· {name}" for name in materials.mapped("name"))
        return {
            "users": users,
            "subject": lambda env: env._("Materials for “%(m)s”", m=self.name),
            "body": lambda env: "\n".join(
                (env._("Ready to be read before the meeting:"), names)
            ),
            "record": self,
            "kind": "meeting_material",
        }

    def _material_letters(self, materials):
        """Letters to the guests, with the link by which they read (superuser)."""
        names = "\n".join(f"· {name}" for name in materials.mapped("name"))
        letters = [
            guest._guest_letter(
                "meeting_material",
                lambda env: env._("Materials for “%(m)s”", m=self.name),
                lambda env: "\n".join(
                    (env._("Ready to be read before the meeting:"), names)
                ),
            )
            for guest in self.participant_ids.filtered("partner_id")
        ]
        return [letter for letter in letters if letter]

    def action_send_materials(self):
        """Send everything that is there and not yet sent."""
        self._check_preparer()
        waiting = self.material_ids.filtered(
            lambda m: (
                m.do_send
                and m.state in ("delivered", "ready")
                and not m.sent_at
                and m.attachment_ids
            )
        )
        if not waiting:
            raise UserError(
                self.env._("There is no file that is to be sent and was not yet.")
            )
        waiting.action_send()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s materials are with the participants.",
                    count=len(waiting),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
