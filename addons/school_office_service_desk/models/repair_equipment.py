from odoo import fields, models


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    school_place_id = fields.Many2one(
        "school.place",
        "Place",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Where it stands: repairs are found there.",
    )
    school_open_ticket_ids = fields.One2many(
        "school.ticket",
        "equipment_id",
        "Open Requests",
        domain=[("is_open", "=", True)],
    )
    school_open_repair_count = fields.Integer(
        "Open Repairs", compute="_compute_school_open_repair_count"
    )

    # Core's is unique over all schools, and tells one what another has.
    _serial_no = models.Constraint(
        "unique(company_id, serial_no)",
        "Another equipment of this school has this serial number.",
    )

    def init(self):
        """Keep the constraint of the school over an update of what lies below.

        While an addon below is updated only core's class is loaded: it drops ours and
        tries its own, which fails where two schools share a number and is queued under
        the same name. Ours would then be skipped, and the table left without any.
        """
        result = super().init()
        name = f"{self._table}_serial_no"
        if self.pool._constraint_queue.pop(name, None):
            self._table_objects[name].apply_to_database(self)
        return result

    def _compute_school_open_repair_count(self):
        counts = dict(
            self.env["school.ticket"]._read_group(
                [("equipment_id", "in", self.ids), ("is_open", "=", True)],
                ["equipment_id"],
                ["__count"],
            )
        )
        for equipment in self:
            equipment.school_open_repair_count = counts.get(equipment, 0)

    def action_school_repairs(self):
        """Open the requests about this equipment, the open ones first."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Repairs"),
            "res_model": "school.ticket",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("equipment_id", "=", self.id)],
            "context": {"search_default_open": 1},
        }
