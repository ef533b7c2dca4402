from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Law on Guarding State Secrets (2024), art. 20: how long a level lasts at most.
SHIPPED_LEVELS = [
    {"code": "public", "name": _lt("Public"), "rank": 0},
    {"code": "internal", "name": _lt("Internal"), "rank": 10},
    {
        "code": "school",
        "name": _lt("School Confidential"),
        "rank": 20,
        "needs_named_readers": True,
    },
    {
        "code": "secret",
        "name": _lt("Secret (State)"),
        "rank": 30,
        "needs_named_readers": True,
        "is_state_secret": True,
        "max_years": 10,
    },
    {
        "code": "confidential",
        "name": _lt("Confidential (State)"),
        "rank": 40,
        "needs_named_readers": True,
        "is_state_secret": True,
        "max_years": 20,
    },
    {
        "code": "top_secret",
        "name": _lt("Top Secret (State)"),
        "rank": 50,
        "needs_named_readers": True,
        "is_state_secret": True,
        "max_years": 30,
    },
]
STATE_MARKS = {"secret": "秘密", "confidential": "机密", "top_secret": "绝密"}


class SchoolSecrecyLevel(models.Model):
    """A secrecy level (密级) of a school (BASE-14).

    Public, internal and school-confidential records live in the system; the last only
    for readers named one by one. The state's three levels are for stubs: the law
    forbids to keep such content in a system that was not inspected for it, so the suite
    refuses file and text and only notes where the paper is.
    """

    _name = "school.secrecy.level"
    _description = "Secrecy level"
    _inherit = ["school.record"]
    _order = "company_id, rank, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        readonly=True, copy=False, help="Empty for a level of the school's own."
    )
    rank = fields.Integer(
        required=True, help="Higher is more secret; a compilation takes the highest."
    )
    needs_named_readers = fields.Boolean(
        "Readers Named One by One",
        help="Only the approved readers may read, find, count, print or be told of it.",
    )
    is_state_secret = fields.Boolean(
        "State Secret",
        readonly=True,
        help="The system refuses file and text and keeps a stub with the place of the "
        "paper (Law on Guarding State Secrets, art. 29 and 30).",
    )
    max_years = fields.Integer(
        "Longest Period (years)",
        help="Law on Guarding State Secrets, art. 20: 30, 20 and 10 years; 0: no "
        "limit.",
    )
    active = fields.Boolean(default=True)

    _server_fields = frozenset({"code", "is_state_secret"})

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL",
        "This school has a level of this code already.",
    )
    _max_years_positive = models.Constraint(
        "CHECK(max_years >= 0)", "A period in years cannot be negative."
    )

    def _is_deletable(self):
        return False

    @api.constrains("needs_named_readers", "is_state_secret", "max_years")
    def _check_state_level(self):
        legal = {
            values["code"]: values.get("max_years", 0) for values in SHIPPED_LEVELS
        }
        for level in self.filtered("is_state_secret"):
            if not level.needs_named_readers:
                raise ValidationError(
                    self.env._(
                        "%(level)s is a level of the state: its readers are always "
                        "named one by one.",
                        level=level.name,
                    )
                )
            cap = legal.get(level.code, 0)
            if cap and not 0 < level.max_years <= cap:
                raise ValidationError(
                    self.env._(
                        "%(level)s lasts at most %(cap)s years (Law on Guarding State "
                        "Secrets, art. 20).",
                        level=level.name,
                        cap=cap,
                    )
                )

    def _check_readers_stay_named(self):
        """A level is not opened afterwards: its records were marked by others."""
        for level in self.filtered("needs_named_readers"):
            raise ValidationError(
                self.env._(
                    "Records are marked “%(level)s” because only named readers see "
                    "them: it cannot be opened to everybody. Make a level of another "
                    "name for what comes, and archive this one.",
                    level=level.name,
                )
            )

    @api.model
    def _find(self, company, code):
        """Return the level of a school by its code, or an empty recordset."""
        return self.browse(self._find_id(company.id, code))

    @api.model
    @tools.ormcache("company_id", "code")
    def _find_id(self, company_id, code):
        # Every new record asks for its default; who may see levels does not matter
        # here.
        level = self.sudo().search(
            [("company_id", "=", company_id), ("code", "=", code)], limit=1
        )
        return level.id

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        self.env.registry.clear_cache()
        return levels

    def write(self, vals):
        # In superuser mode only the software itself writes.
        if not self.env.su and not vals.get("needs_named_readers", True):
            self._check_readers_stay_named()
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    @api.model
    def _ensure_shipped(self, companies):
        """Open the levels every school starts with; those it has are left as
        they are.
        """
        # Opening a school is the operator's business and must not need rights inside
        # it.
        Level = self.sudo().with_context(active_test=False, lang="en_US")
        existing = {
            (level.company_id, level.code)
            for level in Level.search([("company_id", "in", companies.ids)])
        }
        wanted = [
            (company, values)
            for company in companies
            for values in SHIPPED_LEVELS
            if (company, values["code"]) not in existing
        ]
        levels = Level.create(
            [
                {
                    **values,
                    "name": values["name"]._translate("en_US"),
                    "company_id": company.id,
                }
                for company, values in wanted
            ]
        )
        for level, (company, values) in zip(levels, wanted, strict=True):
            company._seed_translations(level, "name", values["name"])
