from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .desk_plan import MANAGER


class SchoolDeskPlanMeasure(models.Model):
    """One measure of an improvement plan: who does what until when, and what it did."""

    _name = "school.desk.plan.measure"
    _description = "Measure of the Improvement Plan"
    _inherit = ["school.clock.mixin", "school.record"]
    _order = "plan_id desc, sequence, id"
    _server_fields = frozenset(
        {"source", "source_key", "source_text", "state", "done_at", "result"}
    )
    _clock_holder_fields = ("owner_id",)

    plan_id = fields.Many2one(
        "school.desk.plan",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Measure", required=True)
    source = fields.Selection(
        [
            ("survey", "Survey"),
            ("kpi", "Key Figures"),
            ("sample", "Sample"),
            ("own", "Own Idea"),
        ],
        "Comes From",
        default="own",
        required=True,
        readonly=True,
    )
    source_key = fields.Char(readonly=True)
    source_text = fields.Char("Because Of", readonly=True)
    owner_id = fields.Many2one(
        "res.users",
        "Responsible",
        check_company=True,
        index="btree_not_null",
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    due_date = fields.Date("Due")
    state = fields.Selection(
        [
            ("draft", "Proposed"),
            ("open", "Under Way"),
            ("done", "Done"),
            ("dropped", "Given Up"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    done_at = fields.Datetime("Done On", readonly=True, copy=False)
    effect = fields.Selection(
        [("better", "Better"), ("same", "No Change"), ("worse", "Worse")]
    )
    result = fields.Text(readonly=True, copy=False)

    _key_uniq = models.UniqueIndex(
        "(company_id, source_key) WHERE source_key IS NOT NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        if not self.env.su:
            # A measure that joins an agreed plan is part of it at once.
            late = measures.filtered(lambda m: m.plan_id.state == "agreed")
            late._check_ready()
            late.sudo().state = "open"
            late._tell_owners()
            measures._check_plan_open()
        return measures

    def write(self, vals):
        if not self.env.su:
            self._check_plan_open()
            for measure in self:
                if measure.state in ("done", "dropped") and vals.keys() - {"effect"}:
                    raise UserError(
                        self.env._(
                            "“%(measure)s” is over and stays as it is.",
                            measure=measure.name,
                        )
                    )
        return super().write(vals)

    def _check_plan_open(self):
        for measure in self:
            if measure.plan_id.state == "closed":
                raise UserError(
                    self.env._(
                        "The plan of %(quarter)s is closed.",
                        quarter=measure.plan_id.name,
                    )
                )

    def _is_deletable(self):
        return self.state == "draft" and self.source == "own"

    def _check_ready(self):
        for measure in self:
            if not (measure.owner_id and measure.due_date):
                raise UserError(
                    self.env._(
                        "“%(measure)s” needs a responsible person and a day. Give it "
                        "up if nothing is to be done.",
                        measure=measure.name,
                    )
                )

    def _tell_owners(self):
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": measure.owner_id,
                    "subject": lambda env, measure=measure: env._(
                        "Improvement plan: %(measure)s", measure=measure.name
                    ),
                    "body": "",
                    "record": measure,
                    "kind": "desk_plan",
                }
                for measure in self
                if measure.owner_id
            ]
        )

    def action_done(self):
        """Open the dialog in which the result is told."""
        return self._step("measure", self.env._("Measure Done"))

    def action_drop(self):
        """Open the dialog in which a measure is given up, with its reason."""
        return self._step("drop", self.env._("Give the Measure Up"))

    def _step(self, step, title):
        self.check_access("read")
        return self._dialog(
            "school.desk.quality.step", title, measure_ids=self.ids, step=step
        )

    def _finish(self, text, effect):
        self._check_step({"open"}, owner=True)
        self._check_text(text)
        self.sudo().write(
            {
                "state": "done",
                "result": text,
                "effect": effect or False,
                "done_at": fields.Datetime.now(),
            }
        )

    def _drop(self, text):
        self._check_step({"draft", "open"}, owner=False)
        self._check_text(text)
        self.sudo().write({"state": "dropped", "result": text})

    def _check_text(self, text):
        if not (text or "").strip():
            raise UserError(self.env._("Say it in a few words."))

    def _check_step(self, states, owner):
        self.check_access("read")
        manager = self.env.su or self.env.user.has_group(MANAGER)
        for measure in self:
            if measure.state not in states:
                raise UserError(
                    self.env._("“%(measure)s” is not under way.", measure=measure.name)
                )
            if not manager and not (owner and measure.owner_id == self.env.user):
                raise AccessError(
                    self.env._(
                        "%(person)s is responsible for this measure.",
                        person=measure.owner_id.name or "–",
                    )
                )
