from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..tools.locking import fetch_where

_lt = LazyTranslate(__name__)


class SchoolPost(models.Model):
    """A post (岗位) of a school, and whoever holds it.

    Approvals, routing and escalation find people through posts and departments, never
    through access groups: groups only open menus (BASE-04, BASE-05, BASE-06, BASE-20).
    """

    _name = "school.post"
    _description = "Post"
    _inherit = ["school.record", "mail.thread"]
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]
    _server_fields = frozenset({"is_standard"})

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True,
        index=True,
        help="Approval flows and time limits name the post by this code.",
    )
    kind = fields.Selection(
        [("leader", "Leader"), ("office", "Office Post"), ("support", "Support Post")],
        default="office",
        required=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: a post of the whole school.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    is_standard = fields.Boolean("Standard Post", readonly=True, copy=False)
    is_key_post = fields.Boolean(
        "Key Post",
        tracking=True,
        help="The holders are phoned for important notices, and their receipt of "
        "meeting notices is verified.",
    )
    duties = fields.Text(translate=True)
    authority = fields.Text(translate=True)
    working_relations = fields.Text(translate=True)
    holder_ids = fields.One2many("school.post.holder", "post_id", "Holders")
    current_user_ids = fields.Many2many(
        "res.users", string="Held By", compute="_compute_current_user_ids"
    )
    is_vacant = fields.Boolean(
        "Vacant", compute="_compute_current_user_ids", search="_search_is_vacant"
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code, COALESCE(department_id, 0))",
        "This school already has a post with this code.",
    )
    _order_idx = models.Index("(company_id, sequence, id)")

    @api.depends("name", "department_id")
    def _compute_display_name(self):
        for post in self:
            post.display_name = (
                f"{post.name} ({post.department_id.name})"
                if post.department_id
                else post.name
            )

    @api.depends("holder_ids.user_id", "holder_ids.date_from", "holder_ids.date_to")
    def _compute_current_user_ids(self):
        users = self._users_by_post()
        for post in self:
            post.current_user_ids = users[post.id]
            post.is_vacant = not users[post.id]

    def _search_is_vacant(self, operator, value):
        if operator != "in":
            return NotImplemented
        in_force = self.env["school.post.holder"]._in_force_domain()
        return [("holder_ids", "not any", in_force)]

    @api.constrains("code")
    def _check_code(self):
        for post in self:
            if not post.code.replace("_", "").isalnum():
                raise ValidationError(
                    self.env._(
                        "“%(code)s” cannot be the code of a post: use letters, digits "
                        "and underscores.",
                        code=post.code,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        posts = super().create(vals_list)
        self.env.registry.clear_cache()
        return posts

    def write(self, vals):
        if {"code", "department_id"} & vals.keys() and any(
            post.is_standard
            and (
                vals.get("code", post.code) != post.code
                or vals.get("department_id", post.department_id.id)
                != post.department_id.id
            )
            for post in self
        ):
            raise UserError(
                self.env._(
                    "The code and department of a standard post stay as they are: "
                    "approval flows find it by them. Rename the post instead."
                )
            )
        result = super().write(vals)
        if {"code", "department_id", "active"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _is_deletable(self):
        return not self.is_standard and not self.sudo().holder_ids

    @api.model
    def _find(self, company, code, department=None):
        """Return the active post ``code`` of a school, the department's own first."""
        return self.browse(
            self._find_id(company.id, code, department.id if department else False)
        )

    @api.model
    @tools.ormcache("company_id", "code", "department_id")
    def _find_id(self, company_id, code, department_id):
        posts = self.sudo().search_fetch(
            [
                ("company_id", "=", company_id),
                ("code", "=", code),
                ("department_id", "in", [department_id, False]),
            ],
            ["department_id"],
        )
        own = posts.filtered(lambda post: post.department_id.id == department_id)
        return (own or posts)[:1].id

    def _users(self, at=None):
        """Return the active users who hold one of these posts at ``at`` (default: now).

        A holder who is away is still the holder: deputies are the business of
        ``school.delegation``.
        """
        users = self.env["res.users"]
        for held in self._users_by_post(at).values():
            users |= held
        return users

    def _users_by_post(self, at=None):
        """Return ``{post id: users}`` in a constant number of queries."""
        held = {post.id: self.env["res.users"] for post in self}
        for holder in self._holders(at):
            held[holder.post_id.id] |= holder.user_id.sudo(self.env.su)
        return held

    def _holders(self, at=None):
        return (
            self.env["school.post.holder"]
            .sudo()
            .union(*(holder for holder, _values in self._holders_and(at)))
        )

    def _holders_and(self, at=None, extra=()):
        """``[(holder, values of the SQL terms extra)]`` of those in office at ``at``.

        One query; what is asked of the people comes with it.
        """
        # Superuser: routing must find holders whoever asks.
        Holder = self.env["school.post.holder"].sudo()
        posts = self.sudo()
        if not posts:
            return []
        Holder.flush_model(["user_id", "date_from", "date_to"])
        columns = {
            name: SQL.identifier(Holder._table, name)
            for name in ("id", "post_id", "date_from", "date_to")
        }
        days = posts.grouped(lambda post: post.company_id._school_date(at))
        in_office = (
            SQL(
                "(%(post_id)s IN %(posts)s AND %(date_from)s <= %(day)s"
                " AND (%(date_to)s IS NULL OR %(date_to)s >= %(day)s))",
                posts=tuple(held.ids),
                day=day,
                **columns,
            )
            for day, held in days.items()
        )
        held, values = fetch_where(
            Holder,
            SQL("(%s)", SQL(" OR ").join(in_office)),
            ["post_id", "user_id", "deputy_id"],
            along={
                "user_id": ("active", "share", "partner_id"),
                "user_id.partner_id": ("name",),
            },
            order=SQL("%(post_id)s, %(date_from)s DESC, %(id)s DESC", **columns),
            extra=extra,
        )
        return [
            (holder, own)
            for holder, own in zip(held, values, strict=True)
            if holder.user_id.active
        ]

    @api.model
    def _ensure_standard(self, companies):
        """Create the standard posts that a school lacks, named in every language."""
        companies = companies.sudo()
        present = set()
        for company, code in (
            self.sudo()
            .with_context(active_test=False)
            ._read_group(
                [("company_id", "in", companies.ids), ("department_id", "=", False)],
                ["company_id", "code"],
            )
        ):
            present.add((company.id, code))
        vals_list, texts = [], []
        for company in companies:
            for sequence, post in enumerate(STANDARD_POSTS, 1):
                code, kind, is_key, name, duties, authority, relations = post
                if (company.id, code) in present:
                    continue
                vals_list.append(
                    {
                        "company_id": company.id,
                        "code": code,
                        "kind": kind,
                        "is_key_post": is_key,
                        "is_standard": True,
                        "sequence": sequence * 10,
                        "name": name._translate("en_US"),
                    }
                )
                texts.append(
                    {
                        "name": name,
                        "duties": duties,
                        "authority": authority,
                        "working_relations": relations,
                    }
                )
        posts = (
            self.sudo()
            .with_context(
                lang="en_US", mail_create_nolog=True, mail_create_nosubscribe=True
            )
            .create(vals_list)
        )
        seed = self.env["res.company"]._seed_translations
        for post, terms in zip(posts, texts, strict=True):
            for field, term in terms.items():
                seed(post, field, term)
        return posts


# (code, kind, key post, name, duties, authority, working relations): BASE-04, BASE-05.
STANDARD_POSTS = (
    (
        "top_management",
        "leader",
        True,
        _lt("Principal"),
        _lt(
            "Leads the school; decides on rule revisions and on what other leaders "
            "pass up."
        ),
        _lt("Final decision on documents, rules and major matters of the school."),
        _lt("Supervising leaders, office director, departments."),
    ),
    (
        "supervising_leader",
        "leader",
        True,
        _lt("Supervising Leader"),
        _lt(
            "Supervises the departments in his charge; instructs documents and "
            "decides what the office director passes up."
        ),
        _lt(
            "Instruction of documents, approval of circulation scopes and of major "
            "notices."
        ),
        _lt("Principal, office director, heads of the departments in charge."),
    ),
    (
        "director",
        "leader",
        True,
        _lt("Office Director"),
        _lt(
            "Runs the general office: proposes how documents are handled, checks "
            "outgoing documents, oversees seals, archives and meetings."
        ),
        _lt(
            "Proposal, archive loans, use of seals, destruction, notices; assigns "
            "work in the office."
        ),
        _lt("School leaders, department heads, all office posts."),
    ),
    (
        "document_clerk",
        "office",
        False,
        _lt("Document Clerk"),
        _lt(
            "Receives, checks and registers documents; distributes them, follows "
            "signatures, prints and proof-reads."
        ),
        _lt(
            "Returns documents that are incomplete or damaged; chases late signatures."
        ),
        _lt("Office director, receivers of the departments, archivist."),
    ),
    (
        "archivist",
        "office",
        False,
        _lt("Archivist"),
        _lt(
            "Files finished documents in volumes, keeps the catalogue, lends and "
            "takes back archives."
        ),
        _lt("Refuses incomplete files; proposes the appraisal of expired archives."),
        _lt("Document clerk, office director, destruction supervisors."),
    ),
    (
        "seal_custodian",
        "office",
        False,
        _lt("Seal Custodian"),
        _lt(
            "Keeps the seals under lock, applies them in person to what was "
            "approved and keeps the register of their use."
        ),
        _lt(
            "Refuses to seal blank sheets and whatever differs from what was approved."
        ),
        _lt("Office director, applicants, auditor."),
    ),
    (
        "certificate_keeper",
        "office",
        False,
        _lt("Certificate Keeper"),
        _lt(
            "Keeps licences and certificates, watches their validity and prepares "
            "inspections and renewals."
        ),
        _lt("Refuses to hand out an original without approval."),
        _lt("Office director, applicants, issuing authorities."),
    ),
    (
        "storekeeper",
        "office",
        False,
        _lt("Storekeeper"),
        _lt(
            "Receives, stores and issues supplies; counts the stock and reports "
            "what runs low."
        ),
        _lt("Refuses issues without an approved request."),
        _lt("Departments, suppliers, finance."),
    ),
    (
        "asset_custodian",
        "office",
        False,
        _lt("Asset Custodian"),
        _lt(
            "Keeps the cards of fixed assets, labels and counts them, follows "
            "transfers and scrapping."
        ),
        _lt("Asks users to account for missing things."),
        _lt("Departments, storekeeper, finance."),
    ),
    (
        "venue_administrator",
        "office",
        False,
        _lt("Venue Administrator"),
        _lt(
            "Keeps the calendar of rooms and venues, prepares them and checks them "
            "after use."
        ),
        _lt("Confirms or moves bookings by the order of priority of the school."),
        _lt("Applicants, technical department, logistics."),
    ),
    (
        "duty",
        "office",
        True,
        _lt("Duty Person"),
        _lt(
            "Stands by outside service hours; takes calls and urgent documents and "
            "passes them on at once."
        ),
        _lt("Calls school leaders and the rapid-response group."),
        _lt("Office director, supervising leaders, rapid-response group."),
    ),
    (
        "receptionist",
        "office",
        False,
        _lt("Receptionist"),
        _lt("Receives visitors and calls, registers visits and escorts guests."),
        _lt(
            "Asks visitors for identification; refuses entry without a booking or host."
        ),
        _lt("Hosts, duty person, counter clerk."),
    ),
    (
        "coordination",
        "office",
        False,
        _lt("Coordination Post"),
        _lt(
            "Coordinates matters that several departments share and follows them "
            "until they are finished."
        ),
        _lt("Calls the departments together; reports standstills to the director."),
        _lt("Departments, office director, meeting team."),
    ),
    (
        "counter_clerk",
        "office",
        False,
        _lt("Counter Clerk"),
        _lt(
            "Takes requests at the counter and by telephone, records them at once "
            "and gives them to the right post."
        ),
        _lt("Assigns requests within the office."),
        _lt("All office posts, departments, parents and visitors."),
    ),
    (
        "meeting_team",
        "office",
        False,
        _lt("Meeting Team"),
        _lt(
            "Prepares meetings: notices, materials, rooms and sign-in; tidies up "
            "afterwards."
        ),
        _lt("Asks departments for materials in time."),
        _lt("Hosts, minutes taker, venue administrator."),
    ),
    (
        "minutes_taker",
        "office",
        False,
        _lt("Minutes Taker"),
        _lt("Writes the minutes and passes resolutions on for follow-up."),
        _lt("Asks speakers to confirm what they said."),
        _lt("Hosts, meeting team, owners of resolutions."),
    ),
    (
        "technical",
        "support",
        False,
        _lt("Technical Post"),
        _lt("Sets up and repairs equipment, projectors, sound and networks."),
        _lt("Takes unsafe equipment out of use."),
        _lt("Venue administrator, applicants, suppliers."),
    ),
    (
        "logistics",
        "support",
        False,
        _lt("Logistics Post"),
        _lt("Repairs, cleaning, transport and safety of buildings and grounds."),
        _lt("Calls service providers under contract."),
        _lt("Counter clerk, venue administrator, service providers."),
    ),
    (
        "finance",
        "support",
        False,
        _lt("Finance Post"),
        _lt("Checks budgets and payments of purchases, contracts and repairs."),
        _lt("Returns requests without a budget."),
        _lt("Office director, storekeeper, asset custodian."),
    ),
    (
        "teaching",
        "support",
        False,
        _lt("Teaching Affairs Post"),
        _lt(
            "Confirms teaching consumables, timetables and the use of rooms by classes."
        ),
        _lt("Gives teaching priority when bookings clash."),
        _lt("Teaching departments, venue administrator, storekeeper."),
    ),
    (
        "destruction_supervisor",
        "support",
        False,
        _lt("Destruction Supervisor"),
        _lt(
            "Watches the destruction of archives and documents from the list to the"
            " last sheet and signs for it."
        ),
        _lt("Stops a destruction that differs from the approved list."),
        _lt("Archivist, office director."),
    ),
    (
        "rapid_response",
        "support",
        False,
        _lt("Rapid-Response Group"),
        _lt("Is on the spot first in an incident, secures people and reports."),
        _lt("Closes rooms and calls outside help."),
        _lt("Duty person, school leaders, police, fire brigade and hospitals."),
    ),
)
