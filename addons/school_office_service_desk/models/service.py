from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.school_office_base.models.time_policy_version import UNIT_SELECTION

from ..tools.questions import WrongAnswerError, check_answers

KINDS = [
    ("request", "Request"),
    ("coordination", "Coordination"),
    ("repair", "Repair"),
    ("complaint", "Complaint"),
    ("suggestion", "Suggestion"),
    ("mediation", "Mediation"),
]
VISIBILITY = [
    ("open", "The Desk and the Department Concerned"),
    ("desk", "The Desk Only"),
    ("named", "Named People Only"),
]
URGENCY = [("0", "Normal"), ("1", "Important"), ("2", "Urgent")]


class SchoolService(models.Model):
    """An entry of the service guide (服务目录, DESK-01).

    It says what the office does, how, in what time and what it does not do; asks the
    questions without which the work cannot begin; and names the post that handles it.
    """

    _name = "school.service"
    _description = "Service"
    _inherit = ["school.record"]
    _school_in_process = True
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]
    _server_fields = frozenset({"is_standard"})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="The name by which the addons find it."
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    is_standard = fields.Boolean("Shipped", readonly=True, copy=False)
    kind = fields.Selection(KINDS, required=True, default="request", index=True)
    category = fields.Selection(
        [
            ("documents", "Papers and Copies"),
            ("rooms", "Rooms and Meetings"),
            ("repairs", "Repairs"),
            ("coordination", "Coordination"),
            ("voice", "Complaints and Suggestions"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )

    # the guide
    description = fields.Text(
        "Scope", translate=True, help="What the office does, in plain words (范围)."
    )
    flow = fields.Text("How It Goes", translate=True, help="The way it goes (流程).")
    standard = fields.Text(
        "Time and Quality",
        translate=True,
        help="What you may expect, and when (标准).",
    )
    excluded = fields.Text(
        "What We Do Not Do", translate=True, help="Whom to ask instead."
    )

    # the work
    post_id = fields.Many2one(
        "school.post",
        "Handled By",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The post whose holders do the work.",
    )
    department_id = fields.Many2one(
        "hr.department",
        "Department in Charge",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    default_urgency = fields.Selection(URGENCY, required=True, default="0")
    is_major = fields.Boolean(
        "Major Matter", help="The time limit of major matters applies."
    )
    estimate_minutes = fields.Integer(
        "Work (min)",
        default=20,
        help="Minutes of work. New requests go to whoever has least of it due.",
    )
    solution_amount = fields.Float(
        "To Be Solved In",
        digits=(10, 2),
        help="Nothing: the time limit of the desk applies.",
    )
    solution_unit = fields.Selection(
        UNIT_SELECTION, "Unit of the Time", default="working_day", required=True
    )
    answer_ids = fields.Many2many(
        "school.ticket.answer",
        "school_service_answer_rel",
        "service_id",
        "answer_id",
        "Prepared Answers",
        check_company=True,
    )

    # who sees it
    visibility = fields.Selection(VISIBILITY, required=True, default="open")
    named_user_ids = fields.Many2many(
        "res.users",
        "school_service_named_user_rel",
        "service_id",
        "user_id",
        "Named People",
        help="They see the requests of this service besides those who work on them.",
    )
    audience = fields.Selection(
        [
            ("everyone", "Everybody"),
            ("staff", "Staff"),
            ("departments", "Some Departments"),
        ],
        "Who May Ask",
        required=True,
        default="everyone",
    )
    audience_department_ids = fields.Many2many(
        "hr.department",
        "school_service_audience_rel",
        "service_id",
        "department_id",
        "Departments",
        check_company=True,
    )
    is_public = fields.Boolean(
        "On the Public Page", help="Parents and visitors read it and may ask for it."
    )
    allow_anonymous = fields.Boolean("May Be Anonymous")

    # the form
    question_ids = fields.One2many("school.service.question", "service_id", copy=True)
    allow_images = fields.Boolean(
        "Photographs", help="Photographs may be added, as for repairs."
    )

    # the end
    phone_confirmation = fields.Boolean(
        "Confirm by Telephone", help="The requester is called before it is closed."
    )
    reopen_days = fields.Integer(
        "May Be Reopened For",
        default=7,
        help="Calendar days after the end. 0: never, further help is a new request.",
    )
    reopening = fields.Selection(
        [
            ("resume", "The Time Left Goes On"),
            ("new_cycle", "The Time Starts Again"),
        ],
        "When Reopened",
        required=True,
        default="resume",
    )
    silent_days = fields.Integer(
        "Closed After",
        default=5,
        help="Working days without a word of the requester after the solution.",
    )
    survey_id = fields.Many2one(
        "survey.survey",
        "Questionnaire",
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        help="Asked after the end, besides the rating.",
    )

    is_offered = fields.Boolean(
        "Offered to Me",
        compute="_compute_is_offered",
        search="_search_is_offered",
        help="You may ask for it.",
    )
    open_count = fields.Integer("Open", compute="_compute_ticket_counts")
    late_count = fields.Integer("Late", compute="_compute_ticket_counts")

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "This code is in use for another service."
    )
    _list_idx = models.Index("(company_id, sequence, id)")
    _numbers_check = models.Constraint(
        "CHECK (estimate_minutes >= 0 AND reopen_days >= 0 AND silent_days >= 0 "
        "AND solution_amount >= 0)",
        "Times cannot be negative.",
    )

    def _compute_ticket_counts(self):
        counts = {}
        for service, state, count in self.env["school.ticket"]._read_group(
            [("service_id", "in", self.ids), ("is_open", "=", True)],
            ["service_id", "deadline_state"],
            ["__count"],
        ):
            counts[service.id, state] = count
        for service in self:
            service.late_count = counts.get((service.id, "late"), 0)
            service.open_count = sum(
                count
                for (service_id, _state), count in counts.items()
                if service_id == service.id
            )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("audience", "audience_department_ids", "is_public")
    def _compute_is_offered(self):
        offered = self._visible_to(self.env.user)
        for service in self:
            service.is_offered = service in offered

    @api.model
    def _search_is_offered(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            self._audience_domain(company, self.env.user)
            for company in self.env.companies
        )

    @api.constrains("visibility", "named_user_ids")
    def _check_named_people(self):
        for service in self.sudo():
            strangers = service.named_user_ids.filtered(
                lambda user, service=service: (
                    user.share or service.company_id not in user.company_ids
                )
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "Only people of %(school)s can be named here.",
                        school=service.company_id.name,
                    )
                )

    @api.constrains("audience", "audience_department_ids")
    def _check_audience(self):
        for service in self:
            if (
                service.audience == "departments"
                and not service.audience_department_ids
            ):
                raise ValidationError(
                    self.env._("Choose the departments that may ask for this service.")
                )

    @api.constrains("allow_anonymous", "kind")
    def _check_anonymous(self):
        for service in self:
            if service.allow_anonymous and service.kind not in (
                "complaint",
                "suggestion",
            ):
                raise ValidationError(
                    self.env._("Only complaints and suggestions may be anonymous.")
                )

    def _is_deletable(self):
        return False

    def action_tickets(self):
        """Open the requests of this service."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_service_desk.ticket_action_all"
        )
        action["domain"] = [("service_id", "=", self.id)]
        action["context"] = {"search_default_open": 1}
        return action

    def action_ask(self):
        """Open the form of a new request for this service."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_service_desk.ticket_action_ask"
        )
        return {
            **action,
            "name": self.name,
            "context": {"default_service_id": self.id, "default_channel": "app"},
        }

    # What the channels ask

    @api.model
    def _audience_domain(self, company, user):
        """The services of a school for which ``user`` may ask."""
        domain = Domain("company_id", "=", company.id)
        if user._is_public() or user.share:
            return (
                domain
                & Domain("is_public", "=", True)
                & Domain("audience", "=", "everyone")
            )
        department = user._school_employee(company).sudo().department_id
        return domain & (
            Domain("audience", "!=", "departments")
            | Domain("audience_department_ids", "parent_of", department.ids)
        )

    @api.model
    def _available(self, company, user):
        """The services of a school for which ``user`` may ask, in their order."""
        return self.sudo().search(self._audience_domain(company, user)).sudo(False)

    def _visible_to(self, user):
        """Those of these services for which ``user`` may ask."""
        found = self.browse()
        for company, services in self.sudo().grouped("company_id").items():
            found |= services.filtered_domain(self._audience_domain(company, user))
        return found.with_env(self.env)

    def _question_dicts(self):
        """The questions as ``tools.questions`` reads them, in order."""
        self.ensure_one()
        return [
            {**question, "choices": list(question["choices"])}
            for question in self._origin._held_questions()
        ]

    @tools.ormcache("self.id", "self.env.lang")
    def _held_questions(self):
        """What every request asks of its service, kept in the memory of the process.

        A question that is changed clears it, see ``school.service.question``.
        """
        return tuple(
            {
                "id": question.id,
                "key": question.key,
                "label": question.label,
                "kind": question.kind,
                "required": question.required,
                "choices": tuple(question._choice_list()),
                "condition_key": question.condition_question_id.key,
                "condition_value": question._condition_answer(),
                "help": question.help or "",
            }
            for question in self.sudo().question_ids
        )

    def _check_answers(self, answers):
        """Return ``(clean answers, labels of what is missing)``; refuse wrong ones."""
        self.ensure_one()
        try:
            clean, missing = check_answers(self._question_dicts(), answers)
        except WrongAnswerError as error:
            raise ValidationError(self._wrong_answer(error)) from error
        self._check_places(clean)
        return clean, [question["label"] for question in missing]

    def _wrong_answer(self, error):
        label = error.question["label"]
        match error.problem:
            case "number":
                return self.env._("“%(label)s” asks for a number.", label=label)
            case "date":
                return self.env._(
                    "“%(label)s” asks for a day, like %(example)s.",
                    label=label,
                    example="2026-09-01",
                )
            case "datetime":
                return self.env._(
                    "“%(label)s” asks for a day and a time, like %(example)s.",
                    label=label,
                    example="2026-09-01 08:30",
                )
            case "phone":
                return self.env._("“%(label)s” asks for a phone number.", label=label)
            case "yes_no":
                return self.env._("“%(label)s” asks for yes or no.", label=label)
            case "place":
                return self.env._("“%(label)s” asks for a place.", label=label)
        return self.env._("Choose one of the answers to “%(label)s”.", label=label)

    def _check_places(self, clean):
        for question in self._origin._held_questions():
            if question["kind"] != "place":
                continue
            place_id = clean.get(question["key"])
            if not place_id:
                continue
            place = self.env["school.place"].sudo().browse(place_id).exists()
            if place.company_id != self.sudo().company_id:
                raise ValidationError(
                    self.env._("“%(label)s” asks for a place.", label=question["label"])
                )

    def _answers_text(self, answers):
        """What was answered, as lines that a person reads."""
        self.ensure_one()
        lines = []
        for question in self._question_dicts():
            value = (answers or {}).get(question["key"])
            if value in (None, "", []):
                continue
            label = question["label"]
            mark = " " if label.endswith(("?", "？")) else ": "
            lines.append(f"{label}{mark}{self._answer_text(question, value)}")
        return "\n".join(lines)

    def _answer_text(self, question, value):
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        if isinstance(value, list):
            return self.env._(", ").join(value)
        if question["kind"] == "place":
            return self.env["school.place"].sudo().browse(value).complete_name
        if question["kind"] == "date":
            return format_date(self.env, value)
        return str(value)
