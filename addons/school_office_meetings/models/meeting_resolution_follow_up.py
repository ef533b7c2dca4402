from odoo import api, fields, models
from odoo.fields import Domain

from .meeting_resolution import TO_DO

BATCH = 500
# An agenda can still be added to: nobody has been told of it yet.
IN_PREPARATION = ("draft", "planned", "approved")


class SchoolMeetingResolution(models.Model):
    """Resolutions follow themselves: asked weekly, back on the agenda when overdue."""

    _inherit = "school.meeting.resolution"

    _server_fields = frozenset({"returned_item_id"})
    _frozen_exempt_fields = frozenset({"returned_item_id"})

    returned_item_id = fields.Many2one(
        "school.meeting.item",
        "Item of the Next Agenda",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )

    _overdue_idx = models.Index(
        "(due_date) WHERE state IN ('open', 'in_progress') AND returned_at IS NULL"
    )

    @api.model
    def _cron_follow_up(self, limit=BATCH):
        """Daily: ask owners how far it is, and put what is overdue before the body.

        The number of queries does not depend on the number of resolutions.
        """
        asked, late = self._follow_up_domain(), self._overdue_domain()
        resolutions = self.search(asked, order="follow_up_on, id", limit=limit)
        resolutions.try_lock_for_update().filtered_domain(asked)._ask_how_far()
        overdue = self.search(late, order="due_date, id", limit=limit)
        overdue.try_lock_for_update().filtered_domain(late)._return_to_agenda()
        self.env["ir.cron"]._commit_progress(
            len(resolutions) + len(overdue),
            remaining=self.search_count(asked) + self.search_count(late),
        )

    @api.model
    def _follow_up_domain(self):
        return Domain("state", "in", TO_DO) & self.env["res.company"]._in_school_days(
            lambda today: Domain("follow_up_on", "<=", today)
        )

    @api.model
    def _overdue_domain(self):
        return (
            Domain("state", "in", TO_DO)
            & Domain("returned_at", "=", False)
            & Domain("body_id", "!=", False)
            & self.env["res.company"]._in_school_days(
                lambda today: Domain("due_date", "<", today)
            )
        )

    def _ask_how_far(self):
        """Ask the owners, once per interval (MTG-25)."""
        self._tell_owner(
            lambda env, r: env._("How far is it? %(name)s", name=r.name),
            lambda env, r: env._(
                "Due on %(date)s; %(percent)s %% so far. Please report progress.",
                date=r.due_date,
                percent=r.percent,
            ),
        )
        for company, resolutions in self.grouped("company_id").items():
            resolutions.write({"follow_up_on": resolutions._next_follow_up(company)})

    def _return_to_agenda(self):
        """Put overdue resolutions before the next meeting of their body, once.

        Where none is being prepared they wait among its topics, and the next one that
        is prepared takes them over by itself.
        """
        if not self:
            return
        upcoming = self.env["school.meeting"]._upcoming(self.body_id)
        at_once = self.filtered(lambda resolution: resolution.body_id in upcoming)
        at_once._add_to_agenda(upcoming)
        waiting = self - at_once
        if waiting:
            self.env["school.meeting.topic"].sudo()._from_resolutions(waiting)
        now = fields.Datetime.now()
        self.env["school.meeting.progress"].create(
            [
                {
                    "company_id": resolution.company_id.id,
                    "resolution_id": resolution.id,
                    "kind": "returned",
                    "at": now,
                    "user_id": self.env.uid,
                    "percent": resolution.percent,
                    "text": upcoming[resolution.body_id].display_name
                    if resolution in at_once
                    else resolution.body_id.name,
                }
                for resolution in self
            ]
        )
        self.write({"returned_at": now})

    def _add_to_agenda(self, meetings):
        """Make an item of each on the meeting of its body (superuser).

        :param meetings: ``{body: meeting}``
        """
        items = (
            self.env["school.meeting.item"]
            .sudo()
            .create(
                [
                    resolution._prepare_item_vals(meetings[resolution.body_id])
                    for resolution in self
                ]
            )
        )
        for resolution, item in zip(self, items, strict=True):
            resolution.returned_item_id = item

    def _prepare_item_vals(self, meeting):
        """The item with which this resolution comes back, in the school's words."""
        self.ensure_one()
        env = self.company_id._school_chatter_env()
        departments = self.item_id.visible_department_ids
        return {
            "company_id": self.company_id.id,
            "meeting_id": meeting.id,
            "sequence": 5,
            "kind": "discussion",
            "name": env._("Overdue: %(name)s", name=self.name),
            "description": env._(
                "Resolution %(reference)s, owner %(owner)s, due on "
                "%(date)s, %(percent)s %% so far. %(last)s",
                reference=self.reference or "",
                owner=self.owner_id.name,
                date=self.due_date,
                percent=self.percent,
                last=self.last_progress or "",
            ).strip(),
            "department_id": self.department_id.id,
            "speaker_id": self.owner_id.id,
            "overdue_resolution_id": self.id,
            "visibility": self.item_id.visibility or "participants",
            "visible_department_ids": [fields.Command.set(departments.ids)],
        }


class SchoolMeetingItem(models.Model):
    _inherit = "school.meeting.item"

    overdue_resolution_id = fields.Many2one(
        "school.meeting.resolution",
        "Comes Back Because of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="The resolution that was not carried out in time.",
    )
    confirms_minutes_id = fields.Many2one(
        "school.meeting.minutes",
        "Minutes to Be Approved",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    _server_fields = frozenset({"overdue_resolution_id", "confirms_minutes_id"})


class SchoolMeeting(models.Model):
    """The next meeting of a body: what comes before it by itself."""

    _inherit = "school.meeting"

    @api.model
    def _upcoming(self, bodies):
        """Return ``{body: its next meeting that is still being prepared}``."""
        meetings = self.sudo().search(
            Domain("body_id", "in", bodies.ids)
            & Domain("state", "in", IN_PREPARATION)
            & (
                Domain("start", "=", False)
                | Domain("start", ">=", fields.Datetime.now())
            ),
            order="start, id",
        )
        found = {}
        for meeting in meetings:
            found.setdefault(meeting.body_id, meeting)
        return found

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        meetings.sudo()._add_standing_items()
        return meetings

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"body_id", "start"}:
            self.sudo()._add_standing_items()
        return result

    def _add_standing_items(self):
        """Let the next meeting of a body begin with what the last one left to it.

        Its minutes are approved first, then comes what is overdue (superuser).
        """
        bodies = self.filtered(lambda m: m.state in IN_PREPARATION).body_id
        if not bodies:
            return
        upcoming = self._upcoming(bodies)
        mine = {body: m for body, m in upcoming.items() if m in self}
        if not mine:
            return
        self._put_minutes_first(mine)
        self._take_over_overdue(mine)

    @api.model
    def _put_minutes_first(self, meetings):
        """Make the standing first item: approval of the last minutes (superuser)."""
        minutes = (
            self.env["school.meeting.minutes"]
            .sudo()
            .search(
                Domain("body_id", "in", [body.id for body in meetings])
                & Domain("kind", "=", "minutes")
                & Domain("confirm_state", "=", "waiting")
                & Domain("confirm_item_id", "=", False),
                order="start, id",
            )
        )
        rows = [
            (one, meetings[one.body_id])
            for one in minutes
            if meetings[one.body_id] != one.meeting_id
        ]
        items = (
            self.env["school.meeting.item"]
            .sudo()
            .create(
                [
                    {
                        "company_id": meeting.company_id.id,
                        "meeting_id": meeting.id,
                        "sequence": 0,
                        "kind": "decision",
                        "name": meeting.company_id._school_chatter_env()._(
                            "Approval of the minutes %(number)s", number=one.number
                        ),
                        "minutes_planned": 5,
                        "confirms_minutes_id": one.id,
                    }
                    for one, meeting in rows
                ]
            )
        )
        for (one, _meeting), item in zip(rows, items, strict=True):
            one.confirm_item_id = item

    @api.model
    def _take_over_overdue(self, meetings):
        """Bring what waits because it is overdue onto the agenda (superuser)."""
        Resolution = self.env["school.meeting.resolution"].sudo()
        bodies = self.env["school.meeting.body"].union(*meetings)
        overdue = Resolution.search(
            Domain("state", "in", TO_DO)
            & Domain("returned_item_id", "=", False)
            & Domain.OR(
                Domain("body_id", "in", own.ids)
                & Domain("due_date", "<", company._school_date())
                for company, own in bodies.grouped("company_id").items()
            )
        )
        if not overdue:
            return
        taken = self._admit_topics(overdue, meetings)
        (overdue - taken)._add_to_agenda(meetings)
        overdue.filtered(lambda r: not r.returned_at).write(
            {"returned_at": fields.Datetime.now()}
        )

    @api.model
    def _admit_topics(self, resolutions, meetings):
        """Admit the topics in which resolutions wait; return these (superuser)."""
        keys = {f"{r._name}:{r.id}": r for r in resolutions}
        topics = (
            self.env["school.meeting.topic"]
            .sudo()
            .search(
                [
                    ("source_key", "in", list(keys)),
                    ("state", "in", ("proposed", "deferred")),
                ]
            )
        )
        taken = resolutions.browse()
        for topic in topics:
            resolution = keys[topic.source_key]
            topic._admit(
                meetings[resolution.body_id],
                reason=topic.company_id._school_chatter_env()._(
                    "Overdue: back on the agenda by itself."
                ),
            )
            topic.item_id.write({"overdue_resolution_id": resolution.id})
            resolution.returned_item_id = topic.item_id
            taken |= resolution
        return taken

    def _meeting_cancelled(self, reason):  # pylint: disable=missing-return
        super()._meeting_cancelled(reason)
        minutes = self.sudo().item_ids.confirms_minutes_id
        minutes.filtered(lambda m: m.confirm_state == "waiting").write(
            {"confirm_item_id": False}
        )
        self.sudo().item_ids.overdue_resolution_id.write({"returned_item_id": False})
        upcoming = self._upcoming(self.sudo().body_id)
        if upcoming:
            self._put_minutes_first(upcoming)
            self._take_over_overdue(upcoming)
