from odoo import fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    school_urge_interval_hours = fields.Float(
        "Time between Two Urges",
        default=2.0,
        help="Hours before the same person may be urged about the same thing again "
        "(BASE-28); proposal.",
    )
    school_quiet_hours = fields.Boolean(
        "Messages in Service Hours Only",
        default=True,
        help="What is not urgent is sent when the office is open again; proposal.",
    )
    school_urgent_by_email = fields.Boolean(
        "Urgent Messages also by E-mail",
        default=True,
        help="People who read their messages in Odoo get urgent ones by e-mail too; "
        "proposal.",
    )

    def _school_set_up(self):
        """Add the time limits of receipts and of things that are out."""
        result = super()._school_set_up()
        answered = {
            "stop_domain": [("is_done", "=", True)],
            "cancel_domain": [("state", "in", ["recalled", "closed"])],
            "start_field": "opened_at",
            "stop_field": "answered_at",
        }
        for company in self.sudo():
            company._school_time_limit(
                "receipt_answer",
                "school.receipt",
                _lt("Answering what was sent"),
                start_domain=[("is_open", "=", True), ("due_at", "=", False)],
                amount_field="limit_amount",
                unit_field="limit_unit",
                unit="service_hour",
                **answered,
            )
            company._school_time_limit(
                "receipt_due",
                "school.receipt",
                _lt("Answering by the time asked for"),
                start_domain=[("is_open", "=", True), ("due_at", "!=", False)],
                date_field="due_at",
                **answered,
            )
            company._school_time_limit(
                "custody_return",
                "school.custody",
                _lt("Bringing back what was handed out"),
                start_domain=[("is_out", "=", True), ("due_at", "!=", False)],
                stop_domain=[("is_out", "=", False)],
                date_field="due_at",
            )
        return result

    def _school_time_limit(self, code, res_model, term, **rule):
        """Make a time limit once, named in every language."""
        self.ensure_one()
        policies = self.env["school.time.policy"].with_context(active_test=False)
        known = policies.search_count(
            [
                ("company_id", "=", self.id),
                ("res_model", "=", res_model),
                ("code", "=", code),
            ],
            limit=1,
        )
        if not known:
            policy = policies._ensure(
                self, code, res_model, term._translate("en_US"), **rule
            )
            self._seed_translations(policy, "name", term)
