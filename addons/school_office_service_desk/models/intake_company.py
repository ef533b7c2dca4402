from odoo import fields, models
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

GROUP_NAME = _lt("Rapid-response group")
# System failures, urgent papers, water and power, sudden needs of rooms (DESK-14)
RAPID_SERVICES = (
    "network",
    "repair_equipment",
    "repair_building",
    "document",
    "meeting",
)


class ResCompany(models.Model):
    """Repairs and rapid response with which every school begins."""

    _inherit = "res.company"

    school_desk_repair_orders = fields.Selection(
        [
            ("equipment", "When an Equipment Is Named"),
            ("always", "For Every Repair"),
            ("hand", "By Hand"),
        ],
        "Repair Orders",
        required=True,
        default="equipment",
        help="When a request for a repair gets its order in the workshop. Proposal.",
    )

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        self._school_desk_set_up_rapid_group()
        self._school_desk_set_up_alarm_limit()
        self.env["maintenance.team"]._school_teams(self)

    def _school_desk_set_up_rapid_group(self):
        services = (
            self.env["school.service"]
            .sudo()
            .search([("company_id", "in", self.ids), ("code", "in", RAPID_SERVICES)])
        )
        self._school_desk_seed(
            "school.rapid.group",
            [{"code": "rapid", "name": GROUP_NAME}],
            lambda company, row: {
                "service_ids": [
                    Command.set(
                        services.filtered(lambda s: s.company_id == company).ids
                    )
                ]
            },
        )

    def _school_desk_set_up_alarm_limit(self):
        """30 minutes to answer an alarm, at any hour; then the next are told."""
        Policy = self.env["school.time.policy"]
        for company in self:
            post = self.env["school.post"]._find(company, "rapid_response")
            again = {
                "name": _lt("Nobody has answered: whoever is on duty again"),
                "moment": "before",
                "amount": 0.25,
                "unit": "clock_hour",
            }
            group = {
                "name": _lt("Nobody has answered: the whole group"),
                "moment": "due",
                "who": "record",
            }
            lead = {
                "name": _lt("Nobody has answered: the post of rapid response"),
                "moment": "after",
                "amount": 0.25,
                "unit": "clock_hour",
                "who": "post",
                "post_id": post.id,
            }
            director = {
                "name": _lt("Nobody has answered: the director"),
                "moment": "after",
                "amount": 0.5,
                "unit": "clock_hour",
                "who": "director",
            }
            Policy._ensure(
                company,
                "rapid_alarm",
                "school.rapid.alarm",
                _lt("Answer to an alarm"),
                start_domain=[("state", "=", "open")],
                stop_domain=[("acknowledged_at", "!=", False)],
                cancel_domain=[("state", "=", "over")],
                start_field="at",
                stop_field="acknowledged_at",
                amount=0.5,
                unit="clock_hour",
                any_hour=True,
                steps=[again, group, lead, director],
                start_text=_lt("the alarm"),
            )
