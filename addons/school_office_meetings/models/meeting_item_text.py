from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.school_office_base.tools.pg_guard import guard_rows

from .room_line import FINAL, FINAL_SENTENCE

TEXTS = (
    "discussion",
    "differing_opinions",
    "department_opinions",
    "conclusion",
    "decision",
)
WRITTEN_STATES = ("in_session", "ended")
MAX_TEXT = 100000


class SchoolMeetingItemText(models.Model):
    """What was said and decided on one item, apart from the item itself.

    The agenda is seen by all who see the meeting; this by whom its ``visibility``
    names. A decision is kept with the count of those it was judged by, and PostgreSQL
    refuses it without.
    """

    _name = "school.meeting.item.text"
    _description = "Record of an Agenda Item"
    _inherit = ["school.meeting.line"]
    _order = "meeting_id, item_id"
    _rec_name = "item_id"

    item_id = fields.Many2one(
        "school.meeting.item",
        "Agenda Item",
        required=True,
        index=True,
        check_company=True,
        readonly=True,
        ondelete="cascade",
    )
    discussion = fields.Text("Main Discussion", readonly=True)
    differing_opinions = fields.Text(readonly=True)
    department_opinions = fields.Text("Opinions of Departments", readonly=True)
    conclusion = fields.Text("Preliminary Conclusion", readonly=True)
    decision = fields.Text(readonly=True)
    written_by_id = fields.Many2one("res.users", "Last Written by", readonly=True)
    written_at = fields.Datetime("Last Written at", readonly=True)
    decided_at = fields.Datetime("Decided at", readonly=True)
    decided_members = fields.Integer("Voting Members", readonly=True)
    decided_base = fields.Integer("Counted", readonly=True)
    decided_present = fields.Integer("Present for the Item", readonly=True)
    decided_needed = fields.Integer("Needed for a Quorum", readonly=True)
    is_text_visible = fields.Boolean(
        compute="_compute_is_text_visible",
        search="_search_is_text_visible",
        compute_sudo=False,
    )

    _item_uniq = models.UniqueIndex("(item_id)", "An item has one record.")
    _decision_check = models.Constraint(
        """CHECK (
            COALESCE(decision, '') = ''
            OR decided_at IS NOT NULL AND decided_present >= decided_needed
        )""",
        "A decision needs a quorum of those present for the item.",
    )

    def init(self):  # pylint: disable=missing-return
        super().init()
        guard_rows(self.env.cr, self._table, FINAL, FINAL_SENTENCE, insert=True)

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("item_id")
    def _compute_is_text_visible(self):
        readable = self.sudo().item_id.sudo(False)._readable_record()
        for text, text_sudo in zip(self, self.sudo(), strict=True):
            text.is_text_visible = text_sudo.item_id.id in readable._ids

    @api.model
    def _search_is_text_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        Item = self.env["school.meeting.item"].sudo(False)
        return Domain("item_id", "in", Item._search(Item._readable_domain()))


class SchoolMeetingItem(models.Model):
    """The record of an item while it is written, and who may read it (MTG-18)."""

    _inherit = "school.meeting.item"

    text_ids = fields.One2many("school.meeting.item.text", "item_id", "Record")
    discussion = fields.Text(
        "Main Discussion", compute="_compute_texts", inverse="_inverse_texts"
    )
    differing_opinions = fields.Text(compute="_compute_texts", inverse="_inverse_texts")
    department_opinions = fields.Text(
        "Opinions of Departments", compute="_compute_texts", inverse="_inverse_texts"
    )
    conclusion = fields.Text(
        "Preliminary Conclusion", compute="_compute_texts", inverse="_inverse_texts"
    )
    decision = fields.Text(compute="_compute_texts", inverse="_inverse_texts")
    decided_at = fields.Datetime("Decided at", compute="_compute_decided")
    decided_present = fields.Integer("Present for the Item", compute="_compute_decided")
    decided_needed = fields.Integer("Needed for a Quorum", compute="_compute_decided")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends(*(f"text_ids.{name}" for name in TEXTS))
    def _compute_texts(self):
        texts = self._item_texts()
        for item in self:
            text = texts.get(item._origin.id)
            for name in TEXTS:
                item[name] = text[name] if text else False

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("text_ids.decided_at")
    def _compute_decided(self):
        texts = self._item_texts()
        for item in self:
            text = texts.get(item._origin.id)
            item.decided_at = text.decided_at if text else False
            item.decided_present = text.decided_present if text else 0
            item.decided_needed = text.decided_needed if text else 0

    def _item_texts(self):
        """Return ``{item id: its record}``, of those the user may read."""
        rows = self.env["school.meeting.item.text"].search(
            [("item_id", "in", self._origin.ids)]
        )
        return {row.item_id.id: row for row in rows.sudo()}

    def _inverse_texts(self):
        for item in self:
            item._write_texts({name: item[name] or "" for name in TEXTS})

    # Who reads

    def _readable_record(self):
        """Return those of the items whose record the current user may read."""
        if self.env.su:
            return self
        return self.search(Domain("id", "in", self.ids) & self._readable_domain())

    @api.model
    def _readable_domain(self):
        """Whose record the user may read, among the items whose meeting he sees.

        Its readers are those of the block of the minutes (``_block_domain``). Until the
        minutes are final, of them only who is in the room, and not who recused himself.
        """
        Meeting = self.env["school.meeting"]
        final = Domain("meeting_id.record_frozen_at", "!=", False)
        in_room = Domain("meeting_id", "any", Meeting._room_domain())
        uid = self.env.uid
        # Somebody has to write; the organiser only where nobody takes the minutes.
        writes = Domain("meeting_id.recorder_id", "=", uid) | (
            Domain("meeting_id.recorder_id", "=", False)
            & Domain("meeting_id.organizer_id", "=", uid)
        )
        recused = Domain(
            "recusal_ids",
            "any",
            Domain("withdrawn_at", "=", False)
            & Domain("participant_id", "any", Meeting._own_seat_domain()),
        )
        # sudo: the answer is a list of ids, and the rules of items still apply
        found = self.sudo()._search(
            Domain("company_id", "in", self.env.companies.ids)
            & self._block_domain()
            & (final | (in_room & (writes | ~recused)))
        )
        return Domain("id", "in", found)

    # Who writes

    def write(self, vals):
        if not self.env.su and not set(TEXTS).isdisjoint(vals):
            self._check_record_writable()
        return super().write(vals)

    def _check_record_writable(self):
        """The minutes taker or the chair writes, from the opening to the minutes."""
        meetings = self.sudo().meeting_id
        meetings.with_env(self.env)._check_room_runs()
        self._check_not_left()
        if any(
            meeting.state not in WRITTEN_STATES or meeting.record_frozen_at
            for meeting in meetings
        ):
            raise UserError(
                self.env._(
                    "The record of a meeting is written from its opening until its "
                    "minutes are final."
                )
            )

    def _check_not_left(self):
        """Who left an item because it concerns him does not write of it either.

        Whoever takes the minutes stays for that.
        """
        user = self.env.user
        for item in self.sudo():
            meeting = item.meeting_id
            recused = item.recusal_ids.filtered(lambda r: not r.withdrawn_at)
            own = recused.participant_id & meeting.with_env(self.env)._my_seats()
            if own and user != (meeting.recorder_id or meeting.organizer_id):
                raise UserError(
                    self.env._(
                        "You have left “%(item)s”, because it concerns you: others "
                        "write its record.",
                        item=item.name,
                    )
                )

    def save_texts(self, texts):
        """Keep what the minutes taker typed, unless somebody else typed meanwhile.

        :param texts: ``{field: {"text": new, "base": what it was when he began}}``
        :return: ``{"saved": {field: text}, "conflicts": {field: {text, by, at}}}``
        """
        self.ensure_one()
        self._check_record_writable()
        record = self._own_text()
        saved, conflicts = {}, {}
        for name, change in (texts or {}).items():
            if name not in TEXTS or not isinstance(change, dict):
                raise UserError(self.env._("Nothing of this kind is written here."))
            new = str(change.get("text") or "")
            now = record[name] or ""
            if len(new) > MAX_TEXT:
                raise UserError(self.env._("This text is too long to be minutes."))
            if new == now:
                saved[name] = now
            elif now != str(change.get("base") or ""):
                conflicts[name] = {
                    "text": now,
                    "by": record.written_by_id.name or "",
                    "at": fields.Datetime.to_string(record.written_at) or "",
                }
            else:
                saved[name] = new
        changed = {
            name: text for name, text in saved.items() if text != (record[name] or "")
        }
        if changed:
            self._write_texts(changed)
            self.sudo().meeting_id._room_changed()
        return {"saved": saved, "conflicts": conflicts}

    def action_set_visibility(self, visibility, department_ids=()):
        """Say who may read the record of the item."""
        self.ensure_one()
        self._check_record_writable()
        if visibility not in dict(self._fields["visibility"].selection):
            raise UserError(self.env._("Choose who reads the record of the item."))
        departments = self.env["hr.department"].browse(department_ids)
        departments.check_access("read")
        if visibility == "departments" and not departments:
            raise UserError(self.env._("Name the departments that read it."))
        # sudo: whoever records need not be the one who may change the agenda
        self.sudo().write(
            {
                "visibility": visibility,
                "visible_department_ids": [fields.Command.set(departments.ids)],
            }
        )
        self.sudo().meeting_id._room_changed()
        return True

    def _own_text(self):
        """Return the record of the item in superuser mode, made when first needed."""
        self.ensure_one()
        text = self.sudo().text_ids
        if not text:
            text = text.create(
                {"item_id": self.id, "meeting_id": self.sudo().meeting_id.id}
            )
        return text

    def _write_texts(self, texts):
        """Write into the record; a decision needs a quorum (domain facts 4.7).

        In superuser mode too: the gate is here, and behind it the constraint of the
        table.
        """
        for item in self:
            record = item._own_text()
            changed = {
                name: text or False
                for name, text in texts.items()
                if (text or "") != (record[name] or "")
            }
            if not changed:
                continue
            meeting = item.sudo().meeting_id
            if meeting.state not in WRITTEN_STATES or meeting.record_frozen_at:
                raise UserError(
                    self.env._(
                        "The record of a meeting is written from its opening until its "
                        "minutes are final."
                    )
                )
            if changed.get("decision") and not record.decided_at:
                changed |= item._decision_basis()
            record.write(
                {
                    **changed,
                    "written_by_id": self.env.uid,
                    "written_at": fields.Datetime.now(),
                }
            )

    def _decision_basis(self):
        """Judge whether the item may be decided; return the numbers to be kept."""
        self.ensure_one()
        now = self._check_may_decide()
        return {
            "decided_at": fields.Datetime.now(),
            "decided_members": now.members,
            "decided_base": now.base,
            "decided_present": now.present,
            "decided_needed": now.needed,
        }
