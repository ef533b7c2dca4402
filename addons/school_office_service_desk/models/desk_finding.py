from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SchoolDeskFinding(models.Model):
    """A fault found by the sample, until it is corrected and looked at again (DESK-18).

    Finding → correction with an owner and a day → done → re-check by somebody else.
    """

    _name = "school.desk.finding"
    _description = "Finding of a Ticket Sample"
    _inherit = ["school.clock.mixin", "school.record", "mail.thread"]
    _order = "id desc"
    _rec_name = "ticket_number"
    _server_fields = frozenset(
        {
            "line_id",
            "kind",
            "person_id",
            "is_restricted",
            "state",
            "description",
            "started_by_id",
            "done_text",
            "done_at",
            "rechecked_at",
            "rechecked_by_id",
            "recheck_text",
            "recheck_count",
        }
    )
    _clock_holder_fields = ("owner_id",)

    line_id = fields.Many2one(
        "school.desk.sample.line",
        "Sampled Ticket",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    ticket_number = fields.Char(related="line_id.ticket_number", store=True)
    month = fields.Char(
        related="line_id.sample_id.month", store=True, related_sudo=True
    )
    kind = fields.Selection(
        [("points", "Below the Pass Mark"), ("records", "Records Differ")],
        required=True,
        readonly=True,
    )
    person_id = fields.Many2one(
        "res.users", "Person Concerned", readonly=True, index="btree_not_null"
    )
    is_restricted = fields.Boolean(readonly=True)
    description = fields.Text("What Was Found", readonly=True)
    state = fields.Selection(
        [
            ("open", "To Decide"),
            ("acting", "Being Corrected"),
            ("done", "To Re-check"),
            ("closed", "Closed"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    owner_id = fields.Many2one(
        "res.users",
        "Corrected By",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    measure = fields.Text("Correction")
    due_date = fields.Date("Due", tracking=True)
    needs_training = fields.Boolean(
        "Retraining",
        help="The person concerned is trained again; it stands in the training record. "
        "Source: BASE-24.",
    )
    needs_appraisal = fields.Boolean(
        "For the Appraisal",
        help="Proposed for the post's yearly appraisal; the leader decides there. "
        "Source: BASE-27.",
    )
    started_by_id = fields.Many2one("res.users", "Decided By", readonly=True)
    done_text = fields.Text("What Was Done", readonly=True)
    done_at = fields.Datetime("Done On", readonly=True)
    rechecked_at = fields.Datetime("Re-checked On", readonly=True)
    rechecked_by_id = fields.Many2one("res.users", "Re-checked By", readonly=True)
    recheck_text = fields.Text("Result of the Re-check", readonly=True)
    recheck_count = fields.Integer("Re-checks Failed", readonly=True)

    _open_idx = models.Index("(company_id, state) WHERE state != 'closed'")

    def write(self, vals):
        planned = {
            "owner_id",
            "measure",
            "due_date",
            "needs_training",
            "needs_appraisal",
        }
        if not self.env.su and planned & vals.keys():
            for finding in self:
                if finding.state in ("done", "closed"):
                    raise UserError(
                        self.env._(
                            "The correction of %(ticket)s is reported done. Send it "
                            "back to change it.",
                            ticket=finding.ticket_number,
                        )
                    )
        return super().write(vals)

    def _is_deletable(self):
        return False

    def _clock_responsible_users(self):
        self.ensure_one()
        if self.state == "acting" and self.owner_id:
            return self.owner_id
        return self.env["school.post"]._find(self.company_id, "director")._users()

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "school_office_service_desk.group_desk_manager"
        ):
            raise AccessError(
                self.env._("Only the manager of the service desk decides on findings.")
            )

    def action_start(self):
        """Order the correction: who does what until when."""
        self._check_manager()
        for finding in self:
            if finding.state != "open":
                raise UserError(self.env._("The correction is ordered already."))
            if not (finding.owner_id and finding.due_date):
                raise UserError(self.env._("Say who corrects it, and by which day."))
            if not (finding.measure or "").strip():
                raise UserError(self.env._("Say what is to be corrected."))
            if finding.due_date < finding.company_id._school_date():
                raise UserError(self.env._("The day of the correction is over."))
        self.sudo().write({"state": "acting", "started_by_id": self.env.uid})
        self._train()
        self._appraise()
        for finding in self:
            finding._tell_owner(finding.measure)
        return True

    def _tell_owner(self, text):
        number = self.ticket_number
        self.env["school.notice"]._queue(
            self.owner_id,
            lambda env: env._("Correction after the sample: %(ticket)s", ticket=number),
            text,
            record=self,
            kind="desk_finding",
        )

    def _train(self):
        """Plan the retraining of the person concerned (BASE-24)."""
        for finding in self.filtered(lambda f: f.needs_training and f.person_id):
            self.env["school.training"]._retrain(
                finding,
                finding.person_id,
                finding.description or finding.measure,
            )

    def _appraise(self):
        """Propose it for the appraisal of the person concerned (BASE-27)."""
        for finding in self.filtered(lambda f: f.needs_appraisal and f.person_id):
            env = finding.company_id._school_env().env
            self.env["school.appraisal.entry"]._propose(
                finding.company_id,
                [
                    {
                        "key": f"desk.finding:{finding.id}",
                        "user": finding.person_id,
                        "remark": env._(
                            "Sample of %(month)s, ticket %(ticket)s: %(fault)s",
                            month=finding.month,
                            ticket=finding.ticket_number,
                            fault=finding.measure,
                        ),
                        "record": finding,
                    }
                ],
            )

    def _report(self, text):
        """The owner reports that it is corrected."""
        self.check_access("read")
        for finding in self:
            if finding.state != "acting":
                raise UserError(self.env._("No correction is ordered."))
            if self.env.user != finding.owner_id:
                raise AccessError(
                    self.env._(
                        "%(person)s corrects this and reports it.",
                        person=finding.owner_id.name,
                    )
                )
        if not (text or "").strip():
            raise UserError(self.env._("Say what was done."))
        self.sudo().write(
            {"state": "done", "done_text": text, "done_at": fields.Datetime.now()}
        )
        for finding in self.sudo():
            number = finding.ticket_number
            self.env["school.notice"]._queue(
                finding._clock_responsible_users() - finding.owner_id,
                lambda env, number=number: env._(
                    "Re-check the correction: %(ticket)s", ticket=number
                ),
                text,
                record=finding,
                kind="desk_finding",
            )

    def _recheck(self, passed, text):
        """Somebody else looks again; what is not corrected goes back."""
        self._check_manager()
        for finding in self:
            if finding.state != "done":
                raise UserError(self.env._("There is nothing to re-check yet."))
            if self.env.user in finding.owner_id | finding.person_id:
                raise AccessError(
                    self.env._("Who corrected it does not re-check it himself.")
                )
        if not (text or "").strip():
            raise UserError(self.env._("Say what the re-check has shown."))
        for finding in self.sudo():
            finding.write(
                {
                    "state": "closed" if passed else "acting",
                    "recheck_text": text,
                    "rechecked_at": fields.Datetime.now(),
                    "rechecked_by_id": self.env.uid,
                    "recheck_count": finding.recheck_count + (not passed),
                }
            )
            if not passed:
                finding._tell_owner(text)

    def action_report(self):
        """Open the dialog in which the owner says what was done."""
        return self._step("report", self.env._("Report the Correction"))

    def action_pass(self):
        """Open the dialog of a passed re-check."""
        return self._step("pass", self.env._("Re-check Passed"))

    def action_fail(self):
        """Open the dialog of a failed re-check."""
        return self._step("fail", self.env._("Not Corrected"))

    def _step(self, step, title):
        self.check_access("read")
        return self._dialog(
            "school.desk.quality.step", title, finding_ids=self.ids, step=step
        )

    @api.model
    def _mine(self, user):
        """What waits for ``user``: corrections to make."""
        return [("owner_id", "=", user.id), ("state", "=", "acting")]
