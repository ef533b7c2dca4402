from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.school_office_base.tools.pg_guard import guard_rows


class SchoolSuggestionOpening(models.Model):
    """One opening of a suggestion box (开箱记录, DESK-24).

    Two different people sign for what was in it, so that no letter can be taken out or
    put in by one alone. Every letter becomes a request, counted from the opening, or
    is noted with what became of it.
    """

    _name = "school.suggestion.opening"
    _description = "Opening of a Suggestion Box"
    _inherit = ["school.clock.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "due_on desc, id desc"
    _server_fields = frozenset(
        {
            "state",
            "box_id",
            "due_on",
            "first_signer_id",
            "first_signed_at",
            "second_signer_id",
            "second_signed_at",
            "opened_at",
            "done_at",
            "skipped_by_id",
            "skip_reason",
        }
    )

    box_id = fields.Many2one(
        "school.suggestion.box",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    due_on = fields.Date("To Be Opened On", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("due", "Due"),
            ("signed", "Second Signature Missing"),
            ("opened", "Letters To Enter"),
            ("done", "Done"),
            ("skipped", "Not Opened"),
        ],
        default="due",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    letter_count = fields.Integer("Letters in the Box", tracking=True)
    opened_at = fields.Datetime(
        readonly=True, copy=False, help="The letters count as received then."
    )
    first_signer_id = fields.Many2one("res.users", "Opened By", readonly=True)
    first_signed_at = fields.Datetime("Signed on", readonly=True)
    second_signer_id = fields.Many2one("res.users", "Witness", readonly=True)
    second_signed_at = fields.Datetime("Witness Signed on", readonly=True)
    note = fields.Text()
    letter_ids = fields.One2many("school.suggestion.letter", "opening_id", "Letters")
    entered_count = fields.Integer("Entered", compute="_compute_entered_count")
    done_at = fields.Datetime(readonly=True, copy=False)
    skip_reason = fields.Text("Why It Was Not Opened", readonly=True)
    skipped_by_id = fields.Many2one("res.users", "Excused By", readonly=True)
    may_sign = fields.Boolean(compute="_compute_may_sign")
    opener_ids = fields.Many2many(related="box_id.opener_ids")

    _day_uniq = models.UniqueIndex(
        "(box_id, due_on)", "This box is opened once a day at most."
    )
    _two_people = models.Constraint(
        "CHECK (first_signer_id IS NULL OR second_signer_id IS NULL "
        "OR first_signer_id <> second_signer_id)",
        "Two different people sign for the opening of a box.",
    )
    _count_check = models.Constraint(
        "CHECK (letter_count >= 0)", "There cannot be less than no letter in a box."
    )
    _open_idx = models.Index(
        "(company_id, due_on) WHERE state IN ('due', 'signed', 'opened')"
    )

    def init(self):  # pylint: disable=missing-return
        super().init()
        guard_rows(
            self.env.cr,
            self._table,
            "OLD.second_signed_at IS NOT NULL AND (TG_OP = 'DELETE' OR "
            "NEW.letter_count <> OLD.letter_count OR "
            "NEW.first_signer_id IS DISTINCT FROM OLD.first_signer_id OR "
            "NEW.second_signer_id IS DISTINCT FROM OLD.second_signer_id OR "
            "NEW.opened_at IS DISTINCT FROM OLD.opened_at)",
            "What two people signed for is not changed.",
        )

    @api.depends("box_id.name", "due_on")
    def _compute_display_name(self):
        for opening in self:
            opening.display_name = self.env._(
                "%(box)s, %(day)s",
                box=opening.box_id.name or "",
                day=format_date(self.env, opening.due_on) if opening.due_on else "",
            )

    @api.depends("letter_ids")
    def _compute_entered_count(self):
        for opening in self:
            opening.entered_count = len(opening.letter_ids)

    @api.depends_context("uid")
    @api.depends("state", "first_signer_id", "box_id.opener_ids")
    def _compute_may_sign(self):
        user = self.env.user
        for opening in self:
            opening.may_sign = (
                opening.state in ("due", "signed")
                and opening.first_signer_id != user
                and opening.box_id._may_open(user)
            )

    def _clock_responsible_users(self):
        openers = self.sudo().box_id.opener_ids
        return openers or self._clock_responsible_post()._users()

    def _clock_responsible_post(self):
        return self.env["school.post"]._find(self.company_id, "coordination")

    def _is_deletable(self):
        return self.env.su and self.state == "due"

    def write(self, vals):
        if not self.env.su and vals.keys() & {"letter_count", "note"}:
            signed = self.filtered(
                lambda o: (
                    o.state != "due"
                    and ("letter_count" in vals or o.state in ("done", "skipped"))
                )
            )
            if signed:
                raise UserError(
                    self.env._(
                        "The opening of “%(box)s” is signed: what was signed for is "
                        "not changed. Take the signature back first.",
                        box=signed[0].box_id.name,
                    )
                )
        return super().write(vals)

    # The two signatures

    def action_sign(self):
        """Sign for the opening and the number of letters; the second closes it."""
        self.check_access("read")
        user = self.env.user
        today_by_company = {c: c._school_date() for c in self.company_id}
        for opening in self:
            if opening.state not in ("due", "signed"):
                raise UserError(
                    self.env._("“%(opening)s” is signed.", opening=opening.display_name)
                )
            if not opening.box_id._may_open(user):
                raise AccessError(
                    self.env._(
                        "“%(box)s” is opened by those named for it only.",
                        box=opening.box_id.name,
                    )
                )
            if opening.due_on > today_by_company[opening.company_id]:
                raise UserError(
                    self.env._(
                        "“%(box)s” is to be opened on %(day)s, not before.",
                        box=opening.box_id.name,
                        day=format_date(self.env, opening.due_on),
                    )
                )
            if opening.first_signer_id == user:
                raise UserError(
                    self.env._(
                        "You have signed. A second person who was there signs under "
                        "their own name."
                    )
                )
        now = fields.Datetime.now()
        first = self.filtered(lambda o: o.state == "due")
        second = self - first
        first.sudo().write(
            {"state": "signed", "first_signer_id": user.id, "first_signed_at": now}
        )
        for opening in second.sudo():
            opening.write(
                {
                    "state": "opened" if opening.letter_count else "done",
                    "second_signer_id": user.id,
                    "second_signed_at": now,
                    "opened_at": opening.first_signed_at,
                    "done_at": False if opening.letter_count else now,
                }
            )
        return True

    def action_take_back(self):
        """Take back the first signature, e.g. because letters were miscounted."""
        self.check_access("read")
        for opening in self:
            if opening.state != "signed" or opening.first_signer_id != self.env.user:
                raise UserError(
                    self.env._(
                        "Only whoever signed first takes that back, and only until the "
                        "second person has signed."
                    )
                )
        self.sudo().write(
            {"state": "due", "first_signer_id": False, "first_signed_at": False}
        )
        return True

    def action_skip(self):
        """Ask why the box was not opened."""
        self.ensure_one()
        self._check_may_excuse()
        return self._dialog(
            "school.suggestion.skip", self.env._("Not Opened"), opening_id=self.id
        )

    def _check_may_excuse(self):
        self.check_access("read")
        if not self.env.user.has_group("school_office_service_desk.group_desk_manager"):
            raise AccessError(
                self.env._("The head of the service desk excuses a missed opening.")
            )
        if any(opening.state != "due" for opening in self):
            raise UserError(self.env._("This opening is signed or excused already."))

    def _skip(self, reason):
        self._check_may_excuse()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the box was not opened."))
        self.sudo().write(
            {
                "state": "skipped",
                "skip_reason": reason.strip(),
                "skipped_by_id": self.env.uid,
            }
        )

    # The letters

    def action_register_letters(self):
        """Make a request of every letter, received when the box was opened."""
        self.check_access("read")
        for opening in self:
            if opening.state != "opened":
                raise UserError(
                    self.env._(
                        "Letters are entered after two people have signed the opening."
                    )
                )
            if not opening.box_id._may_open(self.env.user):
                raise AccessError(
                    self.env._(
                        "“%(box)s” is opened by those named for it only.",
                        box=opening.box_id.name,
                    )
                )
            if len(opening.letter_ids) != opening.letter_count:
                raise UserError(
                    self.env._(
                        "%(count)s letters were in the box, and %(entered)s are "
                        "entered. Each has its line, also a word of thanks.",
                        count=opening.letter_count,
                        entered=len(opening.letter_ids),
                    )
                )
        self.letter_ids._make_requests()
        self.sudo().write({"state": "done", "done_at": fields.Datetime.now()})
        return True
