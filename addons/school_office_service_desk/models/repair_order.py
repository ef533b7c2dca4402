from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext


class MaintenanceRequest(models.Model):
    """The repair order: what was done, by whom, with what, for how much (AST-37)."""

    _inherit = "maintenance.request"

    school_ticket_id = fields.Many2one(
        "school.ticket",
        "Request at the Desk",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    school_place_id = fields.Many2one(
        "school.place",
        "Place",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    school_is_major = fields.Boolean(
        "Major Fault", help="To be repaired within 48 hours. Source: AST-36."
    )
    school_provider_id = fields.Many2one(
        "res.partner",
        "Provider",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The firm that repairs, if it is not the school itself.",
    )
    school_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency"
    )
    school_cost = fields.Monetary("Cost", currency_field="school_currency_id")
    school_parts = fields.Text("Parts")
    school_work_done = fields.Text("Work Done")
    school_started_at = fields.Datetime("Work Began", copy=False)
    school_ended_at = fields.Datetime("Work Ended", copy=False)
    school_is_working = fields.Boolean(
        "Works Again",
        copy=False,
        help="The function was tested after the repair. Source: AST-38.",
    )
    school_tested_by_id = fields.Many2one(
        "res.users", "Tested By", readonly=True, copy=False
    )

    _school_ticket_uniq = models.UniqueIndex(
        "(school_ticket_id) WHERE school_ticket_id IS NOT NULL",
        "This request has a repair order already.",
    )
    _school_cost_check = models.Constraint(
        "CHECK (school_cost >= 0)", "A cost cannot be negative."
    )
    _school_times_check = models.Constraint(
        "CHECK (school_ended_at >= school_started_at)",
        "Work cannot end before it began.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = self
        if not self.env.su:
            self._check_school_server_fields(vals_list)
            records = self.with_context(
                default_school_ticket_id=None, default_school_tested_by_id=None
            )
        created = super(MaintenanceRequest, records).create(vals_list)
        return created.with_env(self.env)

    def write(self, vals):
        if not self.env.su:
            self._check_school_server_fields([vals])
        if "company_id" in vals and self.filtered("school_ticket_id"):
            raise UserError(
                self.env._("A record stays in the school in which it was made.")
            )
        if vals.get("school_is_working"):
            vals = {**vals, "school_tested_by_id": self.env.uid}
        result = super().write(vals)
        linked = self.filtered("school_ticket_id")
        if linked and _FOLLOWED & vals.keys():
            # sudo: whoever may move the order moves its request with it
            linked.sudo().school_ticket_id._pull_from_workshop()
        return result

    def _check_school_server_fields(self, vals_list):
        if any(vals.get("school_ticket_id") for vals in vals_list) or any(
            "school_tested_by_id" in vals for vals in vals_list
        ):
            raise UserError(
                self.env._("The request of a repair order is set by the desk's steps.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_a_request(self):
        if self.filtered("school_ticket_id"):
            raise UserError(
                self.env._(
                    "This repair order belongs to a request and stays on record. "
                    "Archive it instead."
                )
            )

    def _school_step(self):
        """ "new", "work" or "done", by the stage."""
        self.ensure_one()
        stages = self.env["school.ticket"]._repair_stages()
        if self.stage_id.done:
            return "done"
        return "new" if self.stage_id == stages["new"] else "work"

    def _school_result(self):
        """What the requester is told when the workshop is done."""
        self.ensure_one()
        if self.school_work_done:
            return self.school_work_done
        stages = self.env["school.ticket"]._repair_stages()
        if self.stage_id != stages["done"]:
            return self.env._(
                "The workshop has ended the repair: %(stage)s.",
                stage=self.stage_id.name,
            )
        return self.env._("It is repaired.")

    def action_school_ticket(self):
        """Open the request at the desk; enter the breakdown there if it has none."""
        self.ensure_one()
        self.check_access("write")
        repair = self.sudo()
        if not repair.school_ticket_id:
            if repair.stage_id.done or repair.archive:
                raise UserError(self.env._("This repair is over."))
            repair._school_make_ticket(self.env.user)
        return {
            "type": "ir.actions.act_window",
            "res_model": "school.ticket",
            "res_id": repair.school_ticket_id.id,
            "views": [(False, "form")],
        }

    def _school_make_ticket(self, author):
        """Enter a breakdown that the workshop found itself (superuser)."""
        company = self.company_id
        Service = self.env["school.service"]
        services = Service.search(
            [("company_id", "=", company.id), ("kind", "=", "repair")]
        )
        code = "repair_equipment" if self.equipment_id else "repair_building"
        service = services.filtered(lambda s: s.code == code)[:1] or services[:1]
        if not service:
            raise UserError(
                self.env._(
                    "The desk of %(school)s offers no repairs.", school=company.name
                )
            )
        ticket = self.env["school.ticket"]._intake(
            company,
            [
                {
                    "service": service,
                    "name": self.name,
                    "details": html2plaintext(self.description or ""),
                    "equipment_id": self.equipment_id.id,
                    "place_id": self.school_place_id.id,
                    "requester_user_id": author.id,
                    "requester_id": author.partner_id.id,
                    "urgency": {"3": "2", "2": "1"}.get(self.priority, "0"),
                    "is_major": self.school_is_major,
                    "handler_id": self.user_id.id,
                    "state": "assigned" if self.user_id else "new",
                    "repair_id": self.id,
                }
            ],
            "app",
        )
        self.school_ticket_id = ticket
        ticket._pull_from_workshop()
        ticket._carry_photos()
        return ticket


# Fields of a repair order that its request follows
_FOLLOWED = frozenset({"stage_id", "kanban_state", "user_id", "archive"})
