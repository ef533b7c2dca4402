from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)
CAMPUS_NAME = _lt("Main Campus")

KINDS = [
    ("campus", "Campus"),
    ("building", "Building"),
    ("floor", "Floor"),
    ("room", "Room"),
    ("cabinet", "Cabinet"),
]
RANK = {kind: rank for rank, (kind, __) in enumerate(KINDS)}


class SchoolPlace(models.Model):
    """A place of a school: venues, assets, archives and tickets all point here."""

    _name = "school.place"
    _description = "Place"
    _inherit = ["school.record"]
    _parent_store = True
    _order = "complete_name, id"
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "code"]

    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True, default="room", index=True)
    code = fields.Char(
        index="btree_not_null", copy=False, help="As on the door or label."
    )
    parent_id = fields.Many2one(
        "school.place",
        "Part Of",
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("school.place", "parent_id", "Parts")
    complete_name = fields.Char(
        compute="_compute_complete_name", recursive=True, store=True
    )
    department_id = fields.Many2one(
        "hr.department",
        "Used By",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    capacity = fields.Integer(help="Seats.")
    note = fields.Text()
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL AND code != ''",
        "This school already has a place with this code.",
    )
    _list_idx = models.Index("(company_id, complete_name, id)")
    _capacity_check = models.Constraint(
        "CHECK (capacity >= 0)", "The number of seats cannot be negative."
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for place in self:
            place.complete_name = (
                f"{place.parent_id.complete_name} / {place.name}"
                if place.parent_id
                else place.name
            )

    @api.constrains("parent_id", "kind")
    def _check_hierarchy(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A place cannot be part of itself."))
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for place in self | self.child_ids:
            parent = place.parent_id
            if parent and RANK[parent.kind] >= RANK[place.kind]:
                raise ValidationError(
                    self.env._(
                        "“%(place)s” (%(kind)s) cannot be part of “%(parent)s” "
                        "(%(parent_kind)s).",
                        place=place.name,
                        kind=kinds[place.kind],
                        parent=parent.name,
                        parent_kind=kinds[parent.kind],
                    )
                )

    @api.model
    def _ensure_root(self, companies):
        """Give each school without places its first one."""
        places = self.sudo().with_context(active_test=False)
        known = {
            company.id
            for [company] in places._read_group(
                [("company_id", "in", companies.ids)], ["company_id"]
            )
        }
        places.create(
            [
                {
                    "company_id": company.id,
                    "kind": "campus",
                    "name": CAMPUS_NAME._translate(
                        company.partner_id.lang or self.env.lang or "en_US"
                    ),
                }
                for company in companies
                if company.id not in known
            ]
        )
