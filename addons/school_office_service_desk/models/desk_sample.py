import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ..tools import kpi, sampling


class SchoolDeskSample(models.Model):
    """The monthly random sample of finished tickets (抽查, DESK-18).

    At the beginning of a month the seed is made and only its hash written into the
    register; when the month is over the sample is drawn with it, and the register gets
    the seed, what was drawn from and what was drawn. Whoever doubts draws again.
    """

    _name = "school.desk.sample"
    _description = "Ticket Sample"
    _inherit = ["school.clock.mixin", "school.record"]
    _order = "date_from desc, id desc"
    _rec_name = "month"

    date_from = fields.Date("First Day", required=True, readonly=True, index=True)
    date_to = fields.Date("Last Day", required=True, readonly=True)
    month = fields.Char(compute="_compute_month", store=True)
    state = fields.Selection(
        [("announced", "Seed Recorded"), ("drawn", "Scoring"), ("done", "Done")],
        default="announced",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    seed_secret = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    seed = fields.Char(
        compute="_compute_seed",
        help="Known from the draw on. Before, only its hash is.",
    )
    seed_hash = fields.Char(
        "Hash of the Seed",
        required=True,
        readonly=True,
        help="SHA-256 of “seed:” and the seed, in the register since the month began.",
    )
    share = fields.Float("Share (%)", readonly=True, aggregator=None)
    algorithm = fields.Char(readonly=True)
    population = fields.Json(
        readonly=True,
        groups=NO_ACCESS,
        help="Each ticket with its strata: service, handler, low rating, near breach.",
    )
    population_count = fields.Integer("Finished Tickets", readonly=True)
    population_hash = fields.Char("Hash of What Was Drawn From", readonly=True)
    size = fields.Integer("Sampled", readonly=True)
    drawn_at = fields.Datetime("Drawn On", readonly=True)
    done_at = fields.Datetime("Scored On", readonly=True)
    line_ids = fields.One2many("school.desk.sample.line", "sample_id", "Tickets")
    scored_count = fields.Integer("Scored", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    result = fields.Float("Average (%)", readonly=True, aggregator="avg", digits=(5, 1))
    fault_count = fields.Integer("Findings", readonly=True)

    _month_uniq = models.UniqueIndex(
        "(company_id, date_from)", "The sample of this month exists already."
    )

    _server_fields = frozenset(
        {
            "date_from",
            "date_to",
            "state",
            "seed_secret",
            "seed_hash",
            "share",
            "algorithm",
            "population",
            "population_count",
            "population_hash",
            "size",
            "drawn_at",
            "done_at",
            "line_ids",
            "result",
            "fault_count",
        }
    )
    _clock_holder_fields = ()

    @api.depends("date_from")
    def _compute_month(self):
        for sample in self:
            sample.month = sample.date_from and f"{sample.date_from:%Y-%m}"

    @api.depends("state")
    def _compute_seed(self):
        for sample in self:
            drawn = sample.state != "announced"
            # Superuser: nobody may read the column, and the register shows the seed
            # from the draw on anyway.
            sample.seed = drawn and sample.sudo().seed_secret

    @api.depends("line_ids.state")
    def _compute_progress(self):
        counts = dict(
            self.env["school.desk.sample.line"]
            .sudo()
            ._read_group(
                [("sample_id", "in", self.ids), ("state", "=", "final")],
                ["sample_id"],
                ["__count"],
            )
        )
        for sample in self:
            sample.scored_count = counts.get(sample._origin, 0)
            sample.progress = 100.0 * sample.scored_count / (sample.size or 1)

    def _clock_responsible_users(self):
        self.ensure_one()
        return self.env["school.post"]._find(self.company_id, "director")._users()

    def _is_deletable(self):
        return False

    # The seed, before there is anything to draw from

    @api.model
    def _announce(self, company, day=None):
        """Return the sample of the month of ``day``, its seed recorded if it is new."""
        first, last = kpi.month_of(day or company._school_date())
        sample = self.sudo().search(
            [("company_id", "=", company.id), ("date_from", "=", first)]
        )
        if sample:
            return sample
        seed = sampling.new_seed()
        sample = self.sudo().create(
            {
                "company_id": company.id,
                "date_from": first,
                "date_to": last,
                "seed_secret": seed,
                "seed_hash": sampling.commitment(seed),
                "share": company.school_desk_sample_share,
                "algorithm": sampling.ALGORITHM,
            }
        )
        sample._record(
            "announced",
            {
                "seed_hash": sample.seed_hash,
                "share": str(sample.share),
                "algorithm": sample.algorithm,
            },
        )
        return sample

    def _record(self, event, payload):
        self.env["school.register"]._append(
            self.company_id,
            "desk_sample",
            [
                {
                    "event": event,
                    "record": self,
                    "number": self.month,
                    "payload": {"month": self.month, **payload},
                }
            ],
        )

    # The draw

    def action_draw(self):
        """Draw the sample of a month that is over; its seed becomes known."""
        self._check_manager()
        for sample in self:
            if sample.state != "announced":
                raise UserError(
                    self.env._(
                        "The sample of %(month)s is drawn already.", month=sample.month
                    )
                )
            if sample.date_to >= sample.company_id._school_date():
                raise UserError(
                    self.env._(
                        "The sample of %(month)s can be drawn when the month is over.",
                        month=sample.month,
                    )
                )
        self.sudo()._draw()
        return True

    def _check_manager(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "school_office_service_desk.group_desk_manager"
        ):
            raise UserError(
                self.env._("Only the manager of the service desk draws samples.")
            )

    def _draw(self):
        for sample in self:
            sample._draw_one()

    def _draw_one(self):
        company = self.company_id
        tickets = self._population()
        strata = self._strata(tickets)
        size = sampling.sample_size(len(tickets), self.share)
        drawn = sampling.draw(self.seed_secret, strata, size)
        self.write(
            {
                "state": "drawn" if drawn else "done",
                "population": strata,
                "population_count": len(tickets),
                "population_hash": sampling.population_hash(strata),
                "size": size,
                "drawn_at": fields.Datetime.now(),
                "done_at": False if drawn else fields.Datetime.now(),
            }
        )
        chosen = tickets.browse(drawn)
        lines = self.env["school.desk.sample.line"]._make(self, chosen, strata)
        lines._assign_scorers()
        self._record(
            "drawn",
            {
                "seed": self.seed_secret,
                "seed_hash": self.seed_hash,
                "algorithm": self.algorithm,
                "share": str(self.share),
                "population_count": self.population_count,
                "population_hash": self.population_hash,
                "size": size,
                "line_ids": [ticket.number or str(ticket.id) for ticket in chosen],
            },
        )
        lines._tell_scorers()
        self.env["school.desk.callback"]._draw(company, self)

    def _population(self):
        """The tickets finished in the month, whoever may see them."""
        start, stop = self.company_id._school_span(self.date_from, self.date_to)
        return (
            self.env["school.ticket"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("closed_at", ">=", start),
                    ("closed_at", "<", stop),
                    ("state", "not in", ("void", "merged")),
                ],
                order="id",
            )
        )

    def _strata(self, tickets):
        """``{ticket id: (service, handler, low rating, near breach)}`` in numbers."""
        near = set()
        if tickets:
            # Missed, or ended after the warning of its time limit.
            near = {
                clock.res_id
                for clock in self.env["school.time.clock"].search_fetch(
                    [
                        ("res_model", "=", tickets._name),
                        ("res_id", "in", tickets.ids),
                        ("state", "in", ("met", "missed")),
                    ],
                    ["res_id", "state", "ended_at", "warning_at"],
                )
                if clock.state == "missed"
                or (
                    clock.warning_at
                    and clock.ended_at
                    and clock.ended_at >= clock.warning_at
                )
            }
        low_from = self.env["school.desk.kpi"]._low_rating(self.company_id)
        return {
            ticket.id: (
                ticket.service_id.id or 0,
                ticket.handler_id.id or 0,
                int(0 < ticket.rating_last_value <= low_from),
                int(ticket.id in near),
            )
            for ticket in tickets
        }

    # The proof

    def action_verify(self):
        """Draw again from what stands in the record and compare with the lines."""
        self.ensure_one()
        self.check_access("read")
        sample = self.sudo()
        if sample.state == "announced":
            raise UserError(self.env._("Nothing has been drawn yet."))
        problem = sample._verify()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if problem else "success",
                "sticky": bool(problem),
                "message": problem
                or self.env._(
                    "Drawn again with the recorded seed: the same %(count)s tickets.",
                    count=sample.size,
                ),
            },
        }

    def _verify(self):
        """What does not agree with the register, in words; nothing if all does."""
        entries = {
            entry.event: json.loads(entry.payload)
            for entry in self.env["school.register.entry"].search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("register_code", "=", "desk_sample"),
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                ]
            )
        }
        before, after = entries.get("announced"), entries.get("drawn")
        if not before or not after:
            return self.env._("The register lacks an entry of this sample.")
        seed = after["seed"]
        if before["seed_hash"] != sampling.commitment(seed):
            return self.env._("The seed is not the one of which the hash was recorded.")
        items = {
            int(key): tuple(strata) for key, strata in (self.population or {}).items()
        }
        if after["population_hash"] != sampling.population_hash(items):
            return self.env._("What was drawn from is not what was recorded.")
        size = sampling.sample_size(len(items), after["share"])
        again = sampling.draw(seed, items, size)
        if again != self.line_ids.sorted("position").ticket_id.ids:
            return self.env._("Drawing again gives other tickets.")
        return ""

    # Scored

    def _after_line(self):
        """The last ticket is scored: the sample is done."""
        for sample in self:
            lines = sample.line_ids
            if sample.state != "drawn" or any(line.state != "final" for line in lines):
                continue
            results = lines.mapped("result")
            faults = len(lines.finding_ids)
            sample.write(
                {
                    "state": "done",
                    "done_at": fields.Datetime.now(),
                    "result": sum(results) / len(results),
                    "fault_count": faults,
                }
            )
            sample._record(
                "scored",
                {
                    "result": f"{sample.result:.1f}",
                    "fault_count": faults,
                    "line_ids": [
                        f"{line.ticket_number}: {line.result:.1f}" for line in lines
                    ],
                },
            )

    def action_open_lines(self):
        """Open the sampled tickets."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_service_desk.desk_sample_line_action"
        )
        return {**action, "domain": [("sample_id", "=", self.id)], "context": {}}

    @api.model
    def _cron_samples(self):
        """Draw what is over, record the seed of the month that runs."""
        self.env["res.company"]._in_each_school(self._draw_due)

    @api.model
    def _draw_due(self, school):
        due = self.sudo().search(
            [
                ("company_id", "=", school.id),
                ("state", "=", "announced"),
                ("date_to", "<", school._school_date()),
            ],
            order="date_from",
        )
        due._draw()
        self._announce(school)
