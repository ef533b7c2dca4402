from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SchoolDepartmentVisit(models.Model):
    """The office goes to a department and asks what it needs (走访, DESK-59).

    At the beginning of each term every department gets a visit on the list; those
    still on it have not been visited.
    """

    _name = "school.department.visit"
    _description = "Visit to a Department"
    _inherit = ["school.clock.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "visited_at desc, due_on, id"
    _clock_holder_fields = ("visitor_id",)
    _server_fields = frozenset({"state", "visited_at", "ended_by_id"})

    department_id = fields.Many2one(
        "hr.department",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    term_id = fields.Many2one(
        "school.term",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env["school.term"]._at(self.env.company),
    )
    state = fields.Selection(
        [
            ("planned", "To Be Visited"),
            ("done", "Visited"),
            ("cancelled", "Cancelled"),
        ],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    visitor_id = fields.Many2one(
        "res.users",
        "Visited By",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
        help="Office head or staff.",
    )
    planned_on = fields.Date("Planned on", copy=False, tracking=True)
    due_on = fields.Date("Visit By", copy=False)
    visited_at = fields.Datetime("Visited on", readonly=True, copy=False)
    people = fields.Char("Spoke With", copy=False)
    needs = fields.Text(
        "Needs and Opinions",
        copy=False,
        help="What they need, what goes well, what does not.",
    )
    cancel_reason = fields.Char("Why It Was Cancelled", copy=False)
    ended_by_id = fields.Many2one("res.users", "Entered By", readonly=True)
    ticket_ids = fields.One2many(
        "school.ticket", "visit_id", "Follow-up", readonly=True
    )
    ticket_count = fields.Integer("Requests", compute="_compute_ticket_count")

    _term_uniq = models.UniqueIndex(
        "(term_id, department_id) WHERE state = 'planned' AND term_id IS NOT NULL",
        "This department is on the list of this term already.",
    )

    @api.depends("department_id.name", "term_id")
    def _compute_display_name(self):
        for visit in self:
            visit.display_name = " · ".join(
                filter(
                    None, (visit.department_id.name, visit.term_id.sudo().display_name)
                )
            )

    @api.depends("ticket_ids")
    def _compute_ticket_count(self):
        counts = dict(
            self.env["school.ticket"]._read_group(
                [("visit_id", "in", self.ids)], ["visit_id"], ["__count"]
            )
        )
        for visit in self:
            visit.ticket_count = counts.get(visit, 0)

    @api.model
    def _cron_plan_visits(self):
        """Daily: put every department on the list of the running term, once.

        A department that was visited before the list was made is not put on it.
        """
        self.env["res.company"]._in_each_school(self._plan_visits)

    @api.model
    def _plan_visits(self, school):
        """Create the missing visits of the running term of a school."""
        visits = self.sudo()
        term = self.env["school.term"]._at(school)
        if not term:
            return
        known = visits.search([("term_id", "=", term.id)]).department_id
        departments = (
            self.env["hr.department"].sudo().search([("company_id", "=", school.id)])
        )
        visits.create(
            [
                {
                    "company_id": school.id,
                    "term_id": term.id,
                    "department_id": department.id,
                    "due_on": term.date_to,
                }
                for department in departments - known
            ]
        )

    def write(self, vals):
        ended = vals.keys() - {"ticket_ids"} and self.filtered(
            lambda visit: visit.state != "planned"
        )
        if ended and not self.env.su and not self._own_fields() >= vals.keys():
            raise UserError(
                self.env._("The visit is on record and stays as it was written down.")
            )
        return super().write(vals)

    @api.model
    def _own_fields(self):
        return {
            name
            for name in self._fields
            if name.startswith(("message_", "activity_", "website_message_"))
        }

    def _is_deletable(self):
        return False

    def _clock_responsible_users(self):
        return (
            self.visitor_id
            or self.env["school.post"]._find(self.company_id, "director")._users()
        )

    def _check_office(self):
        self.check_access("write")
        if not self.env.user.has_group("school_office_service_desk.group_desk_agent"):
            raise AccessError(self.env._("The office visits the departments."))

    def action_done(self):
        """The department was visited; what it needs is written down."""
        self._check_office()
        for visit in self:
            if visit.state != "planned":
                raise UserError(self.env._("This visit is on record already."))
            if not (visit.needs or "").strip():
                raise UserError(
                    self.env._(
                        "Write down what %(department)s needs; if nothing, that.",
                        department=visit.department_id.name,
                    )
                )
        for visit in self.sudo():
            visit.write(
                {
                    "state": "done",
                    "visited_at": fields.Datetime.now(),
                    "visitor_id": visit.visitor_id.id or self.env.uid,
                    "ended_by_id": self.env.uid,
                }
            )
        return True

    def action_cancel(self):
        """This visit does not take place."""
        self._check_office()
        for visit in self:
            if visit.state != "planned":
                raise UserError(self.env._("This visit is on record already."))
            if not (visit.cancel_reason or "").strip():
                raise UserError(self.env._("Write down why there is no visit."))
        self.sudo().write({"state": "cancelled", "ended_by_id": self.env.uid})
        return True

    def action_make_ticket(self):
        """Open a new request for something that the department needs."""
        self.ensure_one()
        self._check_office()
        return self.env["school.ticket"]._complaint_step(
            "follow_up", self.env._("Request of the Department"), visit=self
        )

    def action_tickets(self):
        """Open what followed from the visit."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_service_desk.ticket_action_all"
        )
        action["domain"] = [("visit_id", "=", self.id)]
        action["context"] = {}
        return action

    def _follow_up(self, name, service):
        """Register a request in the name of the department's head."""
        self.ensure_one()
        self._check_office()
        if not (name or "").strip():
            raise UserError(self.env._("Write down what the department needs."))
        head = self.department_id._head_users()[:1]
        # Superuser: the origin is a field of the server; the office was checked.
        ticket = (
            self.env["school.ticket"]
            .sudo()
            .create(
                {
                    "company_id": self.company_id.id,
                    "service_id": service.id,
                    "name": name.strip(),
                    "details": self.needs,
                    "requester_user_id": head.id,
                    "department_id": self.department_id.id,
                    "channel": "counter",
                    "visit_id": self.id,
                    "received_by_id": self.env.uid,
                    "first_contact_id": self.env.uid,
                }
            )
        )
        return ticket.with_env(self.env)
