from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

MATCHES = [
    ("same", "Agrees"),
    ("differs", "Differs"),
    ("missing", "Missing"),
    ("none", "Not Needed"),
]


class SchoolDeskScore(models.Model):
    """What one scorer gives to one sampled ticket (DESK-18).

    Until the result is final nobody reads it but who wrote it: a record rule says so,
    not a view. Once handed in it never changes.
    """

    _name = "school.desk.score"
    _description = "Score of a Ticket"
    _inherit = ["school.record"]
    _order = "line_id, round, id"
    _rec_name = "line_id"
    _server_fields = frozenset(
        {
            "line_id",
            "scorer_id",
            "round",
            "state",
            "submitted_at",
            "is_revealed",
        }
    )
    # Until it is handed in, its author may change it; deleting is for nobody.
    _draft_states = ()

    line_id = fields.Many2one(
        "school.desk.sample.line",
        "Ticket",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    sample_id = fields.Many2one(
        related="line_id.sample_id", store=True, index=True, check_company=True
    )
    scorer_id = fields.Many2one("res.users", required=True, readonly=True, index=True)
    round = fields.Integer("Look", required=True, readonly=True, default=1)
    state = fields.Selection(
        [("draft", "To Score"), ("submitted", "Handed In")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    submitted_at = fields.Datetime("Handed In On", readonly=True)
    is_revealed = fields.Boolean("Open to Others", readonly=True)
    item_ids = fields.One2many("school.desk.score.item", "score_id", "Points")
    total = fields.Float(
        "Total (%)",
        compute="_compute_total",
        store=True,
        aggregator="avg",
        digits=(5, 1),
    )
    # The three records of one fact: paper, ledger, call-back
    paper_match = fields.Selection(
        MATCHES,
        "Paper Entry",
        help="Does the paper entry (counter book, opinion card) say what the ledger "
        "says?",
    )
    ledger_match = fields.Selection(
        MATCHES,
        "Electronic Ledger",
        help="Do times, people and result in the ledger agree with the files and "
        "messages?",
    )
    callback_match = fields.Selection(
        MATCHES,
        "Call-back Record",
        help="Does what the requester said on the phone agree with the ledger?",
    )
    comparison_note = fields.Text(
        "What Differs", help="Needed where a record differs or is missing."
    )
    remark = fields.Text()
    has_conflict = fields.Boolean(
        "Records Differ", compute="_compute_has_conflict", store=True
    )

    # What the scorer judges by, as it was when drawn
    ticket_number = fields.Char(related="line_id.ticket_number")
    ticket_name = fields.Char(related="line_id.ticket_name")
    is_restricted = fields.Boolean(related="line_id.is_restricted")
    service_id = fields.Many2one(related="line_id.service_id")
    channel = fields.Selection(related="line_id.channel")
    received_at = fields.Datetime(related="line_id.received_at")
    responded_at = fields.Datetime(related="line_id.responded_at")
    solved_at = fields.Datetime(related="line_id.solved_at")
    closed_at = fields.Datetime(related="line_id.closed_at")
    confirmed_at = fields.Datetime(related="line_id.confirmed_at")
    request_text = fields.Text(related="line_id.request_text")
    solution = fields.Text(related="line_id.solution")
    rating = fields.Float(related="line_id.rating")
    missed_count = fields.Integer(related="line_id.missed_count")

    _scorer_uniq = models.UniqueIndex("(line_id, scorer_id)")
    _round_uniq = models.UniqueIndex("(line_id, round)")

    @api.depends("item_ids.grade", "item_ids.max_points")
    def _compute_total(self):
        for score in self:
            items = score.item_ids.filtered(
                lambda item: item.grade not in (False, "na")
            )
            most = sum(items.mapped("max_points"))
            score.total = 100.0 * sum(items.mapped("points")) / most if most else 0.0

    @api.depends("paper_match", "ledger_match", "callback_match")
    def _compute_has_conflict(self):
        for score in self:
            score.has_conflict = bool(
                {score.paper_match, score.ledger_match, score.callback_match}
                & {"differs", "missing"}
            )

    @api.model
    def _make(self, wanted):
        """Open a score for each ``{line: users}``, with the rubric of the school."""
        Rubric = self.env["school.desk.rubric"].sudo()
        rubrics = {}
        vals_list = []
        for line, users in wanted.items():
            company = line.company_id
            if company not in rubrics:
                rubrics[company] = Rubric.search([("company_id", "=", company.id)])
            first = len(line.score_ids) + 1
            for number, user in enumerate(users, first):
                language = user.lang or self.env.lang
                vals_list.append(
                    {
                        "company_id": company.id,
                        "line_id": line.id,
                        "scorer_id": user.id,
                        "round": number,
                        "item_ids": [
                            Command.create(
                                {
                                    "company_id": company.id,
                                    "rubric_id": rubric.id,
                                    "name": rubric.with_context(lang=language).name,
                                    "full_text": rubric.with_context(
                                        lang=language
                                    ).full_text,
                                    "max_points": rubric.max_points,
                                    "sequence": rubric.sequence,
                                }
                            )
                            for rubric in rubrics[company]
                        ],
                    }
                )
        return self.sudo().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_open()
        return super().write(vals)

    def _check_open(self):
        for score in self:
            if score.scorer_id != self.env.user:
                raise AccessError(self.env._("Only the scorer enters his points."))
            if score.state != "draft":
                raise UserError(
                    self.env._("This score is handed in and stays as it is.")
                )

    def action_submit(self):
        """Hand in one's score; from now on it stays as it is."""
        for score in self:
            score.check_access("write")
            score._check_open()
            score._check_complete()
        now = fields.Datetime.now()
        # Superuser: server fields; the caller is the scorer, checked above.
        scores = self.sudo()
        scores.write({"state": "submitted", "submitted_at": now})
        lines = scores.line_id.with_env(self.env).sudo()
        self.env["school.serial"]._lock(*(f"desk.score:{line.id}" for line in lines))
        lines._after_submit()
        return True

    def action_submit_next(self):
        """Hand in and open the next ticket that waits for one's score."""
        self.action_submit()
        following = self.search(
            [("scorer_id", "=", self.env.uid), ("state", "=", "draft")], limit=1
        )
        if following:
            return following._form()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_service_desk.desk_score_action"
        )

    def _check_complete(self):
        empty = self.item_ids.filtered(lambda item: not item.grade)
        if empty:
            raise UserError(
                self.env._(
                    "“%(question)s” has no points yet. Choose “Not applicable” if the "
                    "question does not apply.",
                    question=empty[0].name,
                )
            )
        if not self.item_ids.filtered(lambda item: item.grade != "na"):
            raise UserError(self.env._("At least one question must apply."))
        for name in ("paper_match", "ledger_match", "callback_match"):
            if not self[name]:
                raise UserError(
                    self.env._(
                        "Say whether the record agrees: %(record)s.",
                        record=self._fields[name]._description_string(self.env),
                    )
                )
        if self.has_conflict and not (self.comparison_note or "").strip():
            raise UserError(self.env._("Say what differs or is missing."))

    def _remarks(self):
        """What the scorer wrote, without his name."""
        self.ensure_one()
        low = ", ".join(
            item.name for item in self.item_ids if item.grade in ("half", "none")
        )
        return [low, self.comparison_note, self.remark]

    def _form(self):
        return self._form_of(self, name=self.env._("Score a Ticket"))

    def action_open_ticket(self):
        """Open the ticket, for those who may read it."""
        self.ensure_one()
        return self.line_id.action_open_ticket()
