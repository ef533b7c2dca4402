from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.school_office_base.tools.pg_guard import guard_rows

STATES = [
    ("draft", "Draft"),
    ("open", "Open"),
    ("in_progress", "In Progress"),
    ("reported", "Reported Done"),
    ("done", "Done"),
    ("superseded", "Superseded"),
    ("cancelled", "Cancelled"),
]
# Somebody still has to do it.
TO_DO = ("open", "in_progress")
OPEN = (*TO_DO, "reported")
HELD = ("in_session", "ended", "closed")


class SchoolMeetingResolution(models.Model):
    """What a meeting decided to have done: by whom, until when (决议).

    ::

        draft -> open -> in_progress -> reported -> done
        and, only by a later resolution, superseded or cancelled

    It is entered while the minutes are written and counts from the moment they are
    approved. From then on nobody rewrites it: progress is added in rows, a later due
    date needs the chair's consent, and it ends with evidence that somebody else
    accepted, or by a later resolution (MTG-18, MTG-25, domain facts 4.4). The guard
    stands in ``write()``, also in superuser mode, and in the table itself.
    """

    _name = "school.meeting.resolution"
    _description = "Resolution"
    _inherit = [
        "school.clock.mixin",
        "school.oversight.mixin",
        "school.record",
        "school.frozen.mixin",
        "school.search.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "due_date, id"
    _rec_names_search = ["name", "reference"]
    _mail_post_access = "read"

    _oversight_person = "owner_id"
    _search_fields_text = ("name", "text", "reference")
    _rule_fields = ("company_id",)
    _frozen_exempt_fields = frozenset({"has_problem", "follow_up_on"})
    _server_fields = frozenset(
        {
            "state",
            "reference",
            "opened_at",
            "percent",
            "last_progress_at",
            "last_progress",
            "has_problem",
            "problem_note",
            "follow_up_on",
            "evidence",
            "evidence_ids",
            "reported_at",
            "reported_by_id",
            "accepted_by_id",
            "finished_at",
            "superseded_by_id",
            "first_due_date",
            "returned_at",
            "urge_count",
        }
    )

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)
    name = fields.Char("Matter", required=True, tracking=True)
    text = fields.Text("Resolution Text")
    reference = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Number of the minutes, and which of their resolutions it is.",
    )
    meeting_id = fields.Many2one(
        "school.meeting",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    item_id = fields.Many2one(
        "school.meeting.item",
        "Agenda Item",
        required=True,
        check_company=True,
        index=True,
        ondelete="restrict",
        domain="[('meeting_id', '=', meeting_id)]",
    )
    body_id = fields.Many2one(
        "school.meeting.body",
        "Meeting Body",
        compute="_compute_body_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        check_company=True,
    )
    chair_id = fields.Many2one(related="meeting_id.chair_id")
    is_marked = fields.Boolean(
        "Confidential",
        compute="_compute_is_marked",
        store=True,
        precompute=True,
        help="Seen by the people concerned and by those who may read this part of the "
        "minutes, not by the office at large; no message tells what it is about.",
    )
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        check_company=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="One person who answers for it.",
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    helper_ids = fields.Many2many(
        "res.users",
        "school_meeting_resolution_helper_rel",
        "resolution_id",
        "user_id",
        "Helpers",
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    due_date = fields.Date(index="btree_not_null", tracking=True)
    first_due_date = fields.Date(
        readonly=True,
        copy=False,
        help="As the meeting decided, before the chair consented to a later one.",
    )
    state = fields.Selection(
        STATES,
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand="_group_expand_state",
    )
    opened_at = fields.Datetime("Decided on", readonly=True, copy=False)
    percent = fields.Integer(
        "Progress (%)", readonly=True, copy=False, aggregator="avg"
    )
    progress_ids = fields.One2many(
        "school.meeting.progress", "resolution_id", readonly=True
    )
    last_progress_at = fields.Datetime(
        "Last Progress on", readonly=True, copy=False, index="btree_not_null"
    )
    last_progress = fields.Text(readonly=True, copy=False)
    follow_up_on = fields.Date(
        "Next Follow-up",
        readonly=True,
        copy=False,
        help="Asked how far it is, if nothing was reported by then.",
    )
    has_problem = fields.Boolean(
        "Problem",
        readonly=True,
        copy=False,
        help="Found while carrying it out, and not settled yet (MTG-27).",
    )
    problem_note = fields.Text("What Stands in the Way", readonly=True, copy=False)
    evidence = fields.Text(
        readonly=True, copy=False, help="What shows that it was done."
    )
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "school_meeting_resolution_evidence_rel",
        "resolution_id",
        "attachment_id",
        "Evidence Files",
        readonly=True,
        copy=False,
        bypass_search_access=True,
    )
    reported_at = fields.Datetime(readonly=True, copy=False)
    reported_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    accepted_by_id = fields.Many2one(
        "res.users", "Accepted by", readonly=True, copy=False
    )
    finished_at = fields.Datetime("Finished on", readonly=True, copy=False)
    replaces_ids = fields.Many2many(
        "school.meeting.resolution",
        "school_meeting_resolution_replaces_rel",
        "later_id",
        "earlier_id",
        check_company=True,
        copy=False,
        help="Earlier resolutions that this one supersedes or cancels once the minutes "
        "are approved.",
    )
    replace_kind = fields.Selection(
        [("superseded", "Supersedes Them"), ("cancelled", "Cancels Them")],
        "What Becomes of Them",
        default="superseded",
        required=True,
    )
    superseded_by_id = fields.Many2one(
        "school.meeting.resolution",
        "Ended by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    returned_at = fields.Datetime(
        "Back on the Agenda on",
        readonly=True,
        copy=False,
        help="When it was put before the body again because it was overdue.",
    )
    extension_ids = fields.One2many(
        "school.meeting.extension", "resolution_id", "Later Due Dates"
    )
    urge_count = fields.Integer("Urged", readonly=True, copy=False)
    is_visible = fields.Boolean(
        compute="_compute_is_visible", search="_search_is_visible", compute_sudo=False
    )
    is_mine = fields.Boolean(
        "Mine", compute="_compute_is_mine", search="_search_is_mine"
    )
    may_accept = fields.Boolean(
        "To Be Accepted by Me",
        compute="_compute_may_accept",
        search="_search_may_accept",
    )
    may_steer = fields.Boolean(compute="_compute_may_steer", search="_search_may_steer")

    _list_idx = models.Index("(company_id, due_date, id)")
    _open_owner_idx = models.Index(
        "(owner_id, due_date) WHERE state IN ('open', 'in_progress', 'reported')"
    )
    _open_idx = models.Index(
        "(company_id, due_date) WHERE state IN ('open', 'in_progress', 'reported')"
    )
    _follow_up_idx = models.Index(
        "(follow_up_on) WHERE state IN ('open', 'in_progress')"
    )
    _due_check = models.Constraint(
        "CHECK (state = 'draft' OR due_date IS NOT NULL)",
        "A resolution has a due date.",
    )
    _percent_check = models.Constraint(
        "CHECK (percent BETWEEN 0 AND 100)", "Progress is between 0 and 100 percent."
    )
    _done_check = models.Constraint(
        """CHECK (state != 'done' OR (
            btrim(coalesce(evidence, '')) != '' AND reported_at IS NOT NULL
            AND accepted_by_id IS NOT NULL AND finished_at IS NOT NULL
            AND accepted_by_id != owner_id AND accepted_by_id != reported_by_id
        ))""",
        "A resolution is done when there is evidence and somebody else accepted it.",
    )
    _replaced_check = models.Constraint(
        """CHECK (state NOT IN ('superseded', 'cancelled')
            OR (superseded_by_id IS NOT NULL AND superseded_by_id != id))""",
        "A resolution is superseded or cancelled only by a later resolution.",
    )

    def init(self):  # pylint: disable=missing-return
        super().init()
        guard_rows(
            self.env.cr,
            self._table,
            "OLD.state <> 'draft' AND (TG_OP = 'DELETE' OR "
            "(NEW.name, NEW.text, NEW.meeting_id, NEW.item_id, NEW.replace_kind) "
            "IS DISTINCT FROM "
            "(OLD.name, OLD.text, OLD.meeting_id, OLD.item_id, OLD.replace_kind) "
            "OR NEW.state = 'draft')",
            "A resolution is the meeting's: only a later one changes it.",
        )

    @api.model
    def _group_expand_state(self, states, domain):
        return [*OPEN, "done"]

    @api.depends("meeting_id.body_id")
    def _compute_body_id(self):
        for resolution in self:
            resolution.body_id = resolution.sudo().meeting_id.body_id

    @api.depends("meeting_id.is_restricted", "item_id.visibility")
    def _compute_is_marked(self):
        for resolution in self.sudo():
            resolution.is_marked = (
                resolution.meeting_id.is_restricted
                or resolution.item_id.visibility == "members"
            )

    @api.depends("owner_id")
    def _compute_department_id(self):
        for resolution in self:
            # sudo: where somebody works is in the directory of the school
            employee = resolution.sudo().owner_id._school_employee(
                resolution.company_id
            )
            resolution.department_id = (
                employee.department_id or resolution.department_id
            )

    @api.depends("name", "reference")
    def _compute_display_name(self):
        for resolution in self:
            resolution.display_name = " ".join(
                filter(None, (resolution.reference, resolution.name))
            )

    # Who sees it

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_visible(self):
        self._mark_among("is_visible", self._visible_domain())

    @api.model
    def _search_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._visible_domain()

    @api.model
    def _visible_domain(self):
        """Owner, helpers, who leads or kept the meeting, readers of its block.

        What is not confidential is also seen by the heads and supervising leaders
        concerned, the office and auditors.
        """
        user = self.env.user
        Item = self.env["school.meeting.item"]
        own = Item._block_meetings(Item._sql_makers(user))
        readable = Item.sudo()._search(Item._block_domain())
        domain = (
            Domain("owner_id", "=", user.id)
            | Domain("helper_ids", "in", user.ids)
            | Domain("accepted_by_id", "=", user.id)
            | Domain("meeting_id", "in", own)
            | (Domain("state", "!=", "draft") & Domain("item_id", "in", readable))
            | (
                Domain("is_marked", "=", False)
                & Domain("state", "!=", "draft")
                & self._oversight_domain()
            )
        )
        if user.has_groups(
            "school_office_meetings.group_meeting_clerk,"
            "school_office_base.group_office_director,"
            "school_office_base.group_auditor"
        ):
            domain |= Domain("is_marked", "=", False)
        return domain

    @api.depends_context("uid")
    @api.depends("owner_id", "helper_ids")
    def _compute_is_mine(self):
        for resolution in self:
            resolution.is_mine = self.env.user in (
                resolution.owner_id | resolution.helper_ids
            )

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("owner_id", "=", self.env.uid) | Domain(
            "helper_ids", "in", self.env.user.ids
        )

    def _clock_responsible_users(self):
        self.ensure_one()
        return self.owner_id

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        # Every employee can read who follows what; notices tell each what he must know.
        return super(
            SchoolMeetingResolution, self.filtered(lambda r: not r.sudo().is_marked)
        )._message_subscribe(partner_ids, subtype_ids, customer_ids)

    def _due_too_early(self):
        """Those whose due date lies before the meeting that decides them."""
        return self.filtered(
            lambda resolution: (
                resolution.due_date
                and resolution.meeting_id.start
                and resolution.due_date
                < resolution.company_id._school_date(resolution.meeting_id.start)
            )
        )

    def _check_due_ahead(self):
        for resolution in self.sudo()._due_too_early():
            raise UserError(resolution._due_sentence(self.env))

    def _due_sentence(self, env):
        return env._(
            "“%(resolution)s” is due on %(date)s, before the meeting was held.",
            resolution=self.name,
            date=self.due_date,
        )


class SchoolMeetingItem(models.Model):
    _inherit = "school.meeting.item"

    resolution_ids = fields.One2many(
        "school.meeting.resolution", "item_id", "Resolutions"
    )

    def _draft_resolution(self, vals):
        """Enter a resolution on this item; it counts when the minutes are approved.

        :param vals: ``name`` and ``owner_id``, and what else is known: ``text``,
            ``due_date``, ``department_id``, ``helper_ids``
        """
        self.ensure_one()
        allowed = {
            "name",
            "text",
            "owner_id",
            "due_date",
            "department_id",
            "helper_ids",
            "replaces_ids",
            "replace_kind",
        }
        return self.env["school.meeting.resolution"].create(
            {
                "name": self.name,
                **{key: vals[key] for key in allowed & vals.keys()},
                "meeting_id": self.meeting_id.id,
                "item_id": self.id,
            }
        )


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    resolution_ids = fields.One2many(
        "school.meeting.resolution", "meeting_id", "Resolutions"
    )
