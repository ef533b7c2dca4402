from collections import defaultdict

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools import kpi, sampling


class SchoolDeskSampleLine(models.Model):
    """One sampled ticket, as it was when it was drawn, and its scorers (DESK-18).

    What a scorer needs to judge is kept here, so that he needs no right over the queue.
    Of a ticket for named people nothing but its number is kept: only people named there
    score it, and they open the ticket itself.
    """

    _name = "school.desk.sample.line"
    _description = "Sampled Ticket"
    _inherit = ["school.record"]
    _order = "sample_id desc, position, id"
    _rec_name = "ticket_number"

    sample_id = fields.Many2one(
        "school.desk.sample",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    position = fields.Integer("Draw", readonly=True, aggregator=None)
    ticket_id = fields.Many2one(
        "school.ticket",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    ticket_number = fields.Char("Number", readonly=True)
    ticket_name = fields.Char("Matter", readonly=True)
    is_restricted = fields.Boolean("For Named People", readonly=True)
    service_id = fields.Many2one(
        "school.service",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    handler_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    is_low_rated = fields.Boolean("Low Rating", readonly=True)
    is_near_breach = fields.Boolean("Late or Nearly", readonly=True)

    # As it was when drawn
    channel = fields.Selection(
        lambda self: (
            self.env["school.ticket"]
            ._fields["channel"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    received_at = fields.Datetime("Received", readonly=True)
    responded_at = fields.Datetime("First Answer", readonly=True)
    solved_at = fields.Datetime("Solved", readonly=True)
    closed_at = fields.Datetime("Closed", readonly=True)
    confirmed_at = fields.Datetime("Confirmed by the Requester", readonly=True)
    request_text = fields.Text("Request", readonly=True)
    solution = fields.Text(readonly=True)
    rating = fields.Float(readonly=True, aggregator="avg", digits=(3, 1))
    missed_count = fields.Integer("Missed Time Limits", readonly=True)

    scorer_ids = fields.Many2many(
        "res.users",
        "school_desk_sample_line_scorer_rel",
        "line_id",
        "user_id",
        "Scorers",
        readonly=True,
    )
    score_ids = fields.One2many("school.desk.score", "line_id", "Scores", readonly=True)
    finding_ids = fields.One2many(
        "school.desk.finding", "line_id", "Findings", readonly=True
    )
    state = fields.Selection(
        [
            ("short", "Needs a Scorer"),
            ("open", "Being Scored"),
            ("third", "Third Look"),
            ("final", "Final"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    result = fields.Float("Result (%)", readonly=True, aggregator="avg", digits=(5, 1))
    gap = fields.Float("Difference (%)", readonly=True, aggregator="avg", digits=(5, 1))
    is_passed = fields.Boolean("Passed", readonly=True)
    my_score_id = fields.Many2one("school.desk.score", compute="_compute_my_score")
    may_score = fields.Boolean(compute="_compute_my_score")

    _ticket_uniq = models.UniqueIndex("(sample_id, ticket_id)")

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    @api.depends_context("uid")
    @api.depends("score_ids")
    def _compute_my_score(self):
        mine = {
            score.line_id.id: score
            for score in self.env["school.desk.score"].search(
                [("line_id", "in", self.ids), ("scorer_id", "=", self.env.uid)]
            )
        }
        for line in self:
            line.my_score_id = mine.get(line._origin.id)
            line.may_score = bool(
                line.my_score_id and line.my_score_id.state == "draft"
            )

    def _is_deletable(self):
        return False

    @api.model
    def _make(self, sample, tickets, strata):
        """The lines of a sample, with what was true when it was drawn."""
        missed = dict(
            self.env["school.time.clock"]._read_group(
                [
                    ("res_model", "=", tickets._name),
                    ("res_id", "in", tickets.ids),
                    ("state", "=", "missed"),
                ],
                ["res_id"],
                ["__count"],
            )
        )
        vals_list = []
        for position, ticket in enumerate(tickets, 1):
            _service, _handler, low, near = strata[ticket.id]
            vals = {
                "company_id": sample.company_id.id,
                "sample_id": sample.id,
                "position": position,
                "ticket_id": ticket.id,
                "ticket_number": ticket.number,
                "is_restricted": ticket.is_restricted,
                "is_low_rated": low,
                "is_near_breach": near,
                "state": "short",
            }
            if not ticket.is_restricted:
                vals.update(
                    ticket_name=ticket.name,
                    service_id=ticket.service_id.id,
                    handler_id=ticket.handler_id.id,
                    channel=ticket.channel,
                    received_at=ticket.received_at,
                    responded_at=ticket.responded_at,
                    solved_at=ticket.solved_at,
                    closed_at=ticket.closed_at,
                    confirmed_at=ticket.confirmed_at,
                    request_text="\n".join(
                        filter(None, (ticket.details, ticket.answers_text))
                    ),
                    solution=ticket.solution,
                    rating=ticket.rating_last_value,
                    missed_count=missed.get(ticket.id, 0),
                )
            vals_list.append(vals)
        return self.sudo().create(vals_list)

    # Who scores

    def _involved(self):
        """``{ticket id: ids of whoever had a hand in it}``: they never score it."""
        tickets = self.sudo().ticket_id
        involved = {
            ticket.id: set(
                (
                    ticket.handler_id
                    | ticket.first_contact_id
                    | ticket.received_by_id
                    | ticket.requester_user_id
                    | ticket.part_ids.user_id
                ).ids
            )
            for ticket in tickets
        }
        for ticket, user in (
            self.env["school.ticket.event"]
            .sudo()
            ._read_group(
                [("ticket_id", "in", tickets.ids), ("user_id", "!=", False)],
                ["ticket_id", "user_id"],
            )
        ):
            involved[ticket.id].add(user.id)
        return involved

    def _candidates(self):
        """``{line: users}`` who may score it, those with least to score first.

        Who they are is decided by the seed of the sample, not by whoever clicks.
        """
        involved = self._involved()
        found = {}
        for sample, lines in self.grouped("sample_id").items():
            company = sample.company_id
            pool = company._school_desk_scorers()
            load = dict.fromkeys(pool.ids, 0)
            for score in sample.sudo().line_ids.score_ids:
                load[score.scorer_id.id] = load.get(score.scorer_id.id, 0) + 1
            for line in lines:
                ticket = line.ticket_id
                barred = involved[ticket.id] | set(line.score_ids.scorer_id.ids)
                users = pool.filtered(lambda user, barred=barred: user.id not in barred)
                if line.is_restricted:
                    # The people named on the ticket, never those it accuses.
                    users &= ticket.allowed_user_ids
                seed = f"{sample.seed_secret}:{line.position}"
                found[line] = users.sorted(
                    lambda user, seed=seed, load=load: (
                        load[user.id],
                        sampling.rank(seed, user.id),
                    )
                )
                for user in found[line][: max(0, 2 - len(line.score_ids))]:
                    load[user.id] += 1
        return found

    def _assign_scorers(self):
        """Give each ticket two scorers; where two cannot be found, wait for one."""
        wanted = {}
        for line, users in self.sudo()._candidates().items():
            missing = 2 - len(line.score_ids)
            wanted[line] = users[: max(missing, 0)]
        self._ask(wanted)

    def _ask(self, wanted):
        self.env["school.desk.score"]._make(wanted)
        alike = defaultdict(self.browse)
        for line in wanted:
            alike[tuple(line.score_ids.scorer_id.ids)] |= line
        for scorers, lines in alike.items():
            lines.write(
                {
                    "scorer_ids": [Command.set(scorers)],
                    "state": "short" if len(scorers) < 2 else "open",
                }
            )

    def action_find_scorers(self):
        """Look again for scorers of tickets that lack one."""
        self.sample_id._check_manager()
        short = self.filtered(lambda line: line.state == "short").sudo()
        short._assign_scorers()
        still = short.filtered(lambda line: line.state == "short")
        short._tell_scorers()
        if still:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._(
                        "For %(ticket)s two people are needed who had nothing to do "
                        "with it. Name more scorers in the settings.",
                        ticket=still[0].ticket_number,
                    ),
                },
            }
        return True

    def _tell_scorers(self):
        """One message to each scorer, whatever number of tickets waits for him."""
        Notice = self.env["school.notice"]
        rows = []
        for sample, lines in self.grouped("sample_id").items():
            for user in lines.scorer_ids:
                count = len(
                    lines.filtered(lambda line, user=user: user in line.scorer_ids)
                )
                rows.append(
                    {
                        "users": user,
                        "subject": lambda env, sample=sample, count=count: env._(
                            "Please score %(count)s tickets of %(month)s",
                            count=count,
                            month=sample.month,
                        ),
                        "body": lambda env: env._(
                            "You do not see what the second scorer gives, and he does "
                            "not see yours."
                        ),
                        "record": None,
                        "company": sample.company_id,
                        "kind": "desk_sample",
                    }
                )
        Notice._queue_rows(rows)

    # What comes of the scores

    def _after_submit(self):
        """Two scores are in: agree, ask a third, or say what was found."""
        for line in self:
            scores = line.score_ids.sorted("round")
            if len(scores) < 2 or any(score.state == "draft" for score in scores):
                continue
            totals = scores.mapped("total")
            company = line.company_id
            result = kpi.consensus(totals, company.school_desk_sample_gap)
            if result is None:
                line._ask_third(totals)
                continue
            line.write(
                {
                    "state": "final",
                    "result": result,
                    "gap": max(totals) - min(totals),
                    "is_passed": result >= company.school_desk_sample_pass,
                }
            )
            scores.write({"is_revealed": True})
            line._open_finding()
            line.sample_id._after_line()

    def _ask_third(self, totals):
        users = self._candidates()[self][:1]
        if not users:
            # Nobody is left: the stricter one counts, and the finding says so.
            self.write(
                {
                    "state": "final",
                    "result": min(totals),
                    "gap": max(totals) - min(totals),
                    "is_passed": min(totals) >= self.company_id.school_desk_sample_pass,
                }
            )
            self.score_ids.write({"is_revealed": True})
            self._open_finding()
            self.sample_id._after_line()
            return
        self._ask({self: users})
        self.state = "third"
        self._tell_scorers_of_third(users)

    def _tell_scorers_of_third(self, users):
        number = self.ticket_number
        self.env["school.notice"]._queue(
            users,
            lambda env: env._("A third look at %(ticket)s is needed", ticket=number),
            company=self.company_id,
            kind="desk_sample",
        )

    def _open_finding(self):
        """What a failed or contradicting ticket asks for: somebody corrects it."""
        scores = self.score_ids
        conflict = scores.filtered("has_conflict")
        if self.is_passed and not conflict:
            return
        # What several scorers found in the same words is said once.
        remarks = "\n".join(
            dict.fromkeys(
                filter(None, (text for score in scores for text in score._remarks()))
            )
        )
        # By the system: who scored is not told to the person concerned.
        self.env["school.desk.finding"].with_user(SUPERUSER_ID).with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True
        ).create(
            {
                "company_id": self.company_id.id,
                "line_id": self.id,
                "kind": "records" if self.is_passed else "points",
                "person_id": self.ticket_id.handler_id.id,
                "is_restricted": self.is_restricted,
                "description": remarks,
            }
        )

    # Screen

    def action_score(self):
        """Open one's own score of this ticket."""
        self.ensure_one()
        self.check_access("read")
        score = self.my_score_id
        if not score:
            raise UserError(self.env._("You are not asked to score this ticket."))
        return score._form()

    def action_open_ticket(self):
        """Open the ticket, for those who may read it."""
        self.ensure_one()
        self.check_access("read")
        ticket = self.ticket_id
        ticket.check_access("read")
        return self._form_of(ticket)
