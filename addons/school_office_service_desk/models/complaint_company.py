from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

SAFEGUARDING_WORDS = """欺凌, 霸凌, 校园暴力, 殴打, 打伤, 体罚, 虐待
性侵, 猥亵, 性骚扰, 摸我, 强奸
自杀, 自残, 轻生, 跳楼, 割腕, 不想活
离家出走, 失踪, 拐卖, 家暴, 勒索, 威胁要
suicide, kill myself, self-harm, sexual abuse, molest, rape, beaten, bullying"""


class ResCompany(models.Model):
    _inherit = "res.company"

    school_complaint_acknowledge_hours = fields.Float(
        "Complaint: Acknowledged Within",
        default=2,
        help="Service hours, for what is said by telephone or online. Source: DESK-25.",
    )
    school_complaint_register_days = fields.Integer(
        "Complaint: Registered Within",
        default=1,
        help="Working days; letters of the suggestion box count from its opening. "
        "Source: DESK-25.",
    )
    school_complaint_assign_days = fields.Integer(
        "Complaint: Department Asked Within",
        default=2,
        help="Working days from the receipt. Source: DESK-25.",
    )
    school_complaint_plan_days = fields.Integer(
        "Complaint: First Plan Within",
        default=5,
        help="Working days from the receipt. Source: DESK-25.",
    )
    school_complaint_final_days = fields.Integer(
        "Complaint: Settled Within",
        default=5,
        help="Working days from the receipt. Source: DESK-25.",
    )
    school_complaint_complex_days = fields.Integer(
        "Complaint: Settled Within, if Complex",
        default=10,
        help="Working days from the receipt, once somebody has marked it as complex "
        "and said why. Source: DESK-25.",
    )
    school_complaint_keep_days = fields.Integer(
        "Anonymous Complaints Kept",
        default=365,
        help="Calendar days after they are closed. Then what was written is erased and "
        "the figures stay. 0: kept for ever. Proposal.",
    )
    school_complaint_conflict_user_ids = fields.Many2many(
        "res.users",
        "school_company_complaint_conflict_rel",
        "company_id",
        "user_id",
        "Complaints about Leaders Go To",
        domain="[('company_ids', 'in', [id]), ('share', '=', False)]",
        help="They deal with complaints about those who would deal with them, even if "
        "they work under them, as the discipline inspector does. Proposal.",
    )
    school_improvement_assess_days = fields.Integer(
        "Suggestion of the Staff Assessed Within",
        default=10,
        help="Working days. Source: DESK-58.",
    )
    school_safeguarding_words = fields.Text(
        "Words That Alarm",
        default=SAFEGUARDING_WORDS,
        help="Separated by commas or lines. Where one of them stands in a request, a "
        "child may be in danger. Proposal.",
    )
    school_safeguarding_user_ids = fields.Many2many(
        "res.users",
        "school_company_safeguarding_rel",
        "company_id",
        "user_id",
        "People for the Safety of Children",
        domain="[('company_ids', 'in', [id]), ('share', '=', False)]",
        help="They alone see such requests and are told at any hour. Empty: the "
        "director and the principal.",
    )
    school_safeguarding_take_hours = fields.Float(
        "A Child in Danger: Taken Within",
        default=1,
        help="Clock hours, also at night and on holidays. Proposal.",
    )
    school_safeguarding_list_hours = fields.Float(
        "A Child in Danger: List Done Within",
        default=6,
        help="Clock hours, also at night and on holidays; the law wants the report at "
        "once. Proposal.",
    )

    @api.constrains(
        "school_complaint_conflict_user_ids", "school_safeguarding_user_ids"
    )
    def _check_school_complaint_people(self):
        for company in self.sudo():
            people = (
                company.school_complaint_conflict_user_ids
                | company.school_safeguarding_user_ids
            )
            strangers = people.filtered(
                lambda user, company=company: (
                    user.share or company not in user.company_ids
                )
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "Only people of %(school)s can be named here.",
                        school=company.name,
                    )
                )

    def _school_safeguarding_people(self):
        """Who looks after children in danger: those named, else director and
        principal."""
        self.ensure_one()
        named = self.school_safeguarding_user_ids.filtered("active")
        if named:
            return named
        Post = self.env["school.post"].sudo()
        return (
            Post._find(self, "director")._users().sudo()
            | Post._find(self, "top_management")._users().sudo()
        )

    # Set-up

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        self.env["school.ticket.code"]._ensure_key()
        self._school_complaint_set_up_lists()
        for company in self:
            self.env["school.register"]._ensure(
                company, "complaint", _lt("Register of Complaints")
            )
            self.env["school.number.series"]._ensure(
                company,
                "improvement",
                name=_lt("Suggestions of the staff"),
                pattern="建议〔{year}〕{seq}号",
                reset="year",
            )
            company._school_complaint_set_up_limits()
            company._school_improvement_set_up_limits()

    def _school_complaint_set_up_lists(self):
        self._school_desk_seed("school.complaint.type", TYPES, lambda c, row: {})
        self._school_desk_seed(
            "school.complaint.cause",
            CAUSES,
            lambda c, row: {"is_handling_mistake": row["mistake"]},
        )
        self._school_desk_seed(
            "school.safeguarding.item", SAFEGUARDING, lambda c, row: {}
        )

    def _school_complaint_set_up_limits(self):
        """The five clocks of complaints, each counted from the receipt (DESK-25)."""
        Policy = self.env["school.time.policy"]
        model = "school.ticket"
        complaint = ("kind", "=", "complaint")
        gone = [
            "|",
            ("state", "in", ("void", "merged", "refused", "referred")),
            ("kind", "!=", "complaint"),
        ]
        common = {
            "cancel_domain": gone,
            "start_field": "received_at",
            "start_text": _lt("receipt"),
            "reopening": "resume",
        }
        Policy._ensure(
            self,
            "complaint_acknowledge",
            model,
            _lt("Acknowledgement of a complaint"),
            start_domain=[complaint, ("channel", "not in", ("box", "paper"))],
            stop_domain=[("acknowledged_at", "!=", False)],
            stop_field="acknowledged_at",
            amount=self.school_complaint_acknowledge_hours,
            amount_field="complaint_acknowledge_hours",
            unit="service_hour",
            steps=self._school_desk_ladder(30, "service_minute"),
            **common,
        )
        days = self._school_complaint_ladder()
        for code, name, stop, amount_field, options in (
            (
                "complaint_register",
                _lt("Registration of a complaint"),
                "complaint_registered_at",
                "complaint_register_days",
                {},
            ),
            (
                "complaint_assign",
                _lt("Department in charge of a complaint"),
                "complaint_assigned_at",
                "complaint_assign_days",
                {},
            ),
            (
                "complaint_plan",
                _lt("First plan for a complaint"),
                "planned_at",
                "complaint_plan_days",
                {"pause_domain": [("state", "=", "waiting")]},
            ),
            (
                "complaint_final",
                _lt("Settlement of a complaint"),
                "solved_at",
                "complaint_final_days",
                {"pause_domain": [("state", "=", "waiting")]},
            ),
        ):
            solved = [("solved_at", "!=", False)]
            stop_domain = (
                solved if stop == "solved_at" else ["|", (stop, "!=", False), *solved]
            )
            Policy._ensure(
                self,
                code,
                model,
                name,
                start_domain=[complaint],
                stop_domain=stop_domain,
                amount=self[f"school_{amount_field}"],
                amount_field=amount_field,
                unit="working_day",
                steps=days,
                **options,
                **common,
            )
        plain = {
            "unit": "clock_hour",
            "any_hour": True,
            "start_field": "safeguarding_at",
            "start_text": _lt("the first word of it"),
            "cancel_domain": [("is_safeguarding", "=", False)],
        }
        top = self.env["school.post"]._find(self, "top_management")
        alarm = [
            {"name": _lt("Due now"), "moment": "due", "who": "record"},
            {
                "name": _lt("Late: tell the principal"),
                "moment": "after",
                "amount": 1,
                "unit": "clock_hour",
                "who": "post",
                "post_id": top.id,
                "repeat": True,
                "repeat_limit": 24,
            },
        ]
        Policy._ensure(
            self,
            "safeguarding_take",
            model,
            _lt("A child may be in danger: taken"),
            start_domain=[("is_safeguarding", "=", True)],
            stop_domain=[("safeguarding_taken_at", "!=", False)],
            stop_field="safeguarding_taken_at",
            amount=self.school_safeguarding_take_hours,
            amount_field="safeguarding_take_hours",
            steps=alarm,
            **plain,
        )
        Policy._ensure(
            self,
            "safeguarding_list",
            model,
            _lt("A child may be in danger: list done"),
            start_domain=[("is_safeguarding", "=", True)],
            stop_domain=[("safeguarding_done_at", "!=", False)],
            stop_field="safeguarding_done_at",
            amount=self.school_safeguarding_list_hours,
            amount_field="safeguarding_list_hours",
            steps=alarm,
            **plain,
        )
        Policy._ensure(
            self,
            "box_opening",
            "school.suggestion.opening",
            _lt("Opening of the suggestion box"),
            start_domain=[("state", "in", ("due", "signed"))],
            stop_domain=[("opened_at", "!=", False)],
            stop_field="opened_at",
            cancel_domain=[("state", "=", "skipped")],
            date_field="due_on",
            unit="working_day",
            start_text=_lt("the day on the list"),
            steps=[
                {
                    "name": _lt("To be opened today"),
                    "moment": "due",
                    "what": "activity",
                },
                {
                    "name": _lt("Missed"),
                    "moment": "after",
                    "amount": 1,
                    "unit": "working_day",
                    "repeat": True,
                    "repeat_limit": 5,
                },
                {
                    "name": _lt("Missed: tell the director"),
                    "moment": "after",
                    "amount": 1,
                    "unit": "working_day",
                    "who": "director",
                },
            ],
        )
        Policy._ensure(
            self,
            "box_letters",
            "school.suggestion.opening",
            _lt("Letters of the suggestion box entered"),
            start_domain=[("state", "=", "opened")],
            stop_domain=[("done_at", "!=", False)],
            start_field="opened_at",
            amount=self.school_complaint_register_days,
            unit="working_day",
            start_text=_lt("the opening"),
        )
        Policy._ensure(
            self,
            "department_visit",
            "school.department.visit",
            _lt("Visit to a department"),
            start_domain=[("state", "=", "planned"), ("due_on", "!=", False)],
            stop_domain=[("visited_at", "!=", False)],
            cancel_domain=[("state", "=", "cancelled")],
            date_field="due_on",
            unit="working_day",
            start_text=_lt("the beginning of the term"),
        )

    def _school_improvement_set_up_limits(self):
        """Assessment within ten working days, the plan and the look at its effect."""
        Policy = self.env["school.time.policy"]
        model = "school.improvement"
        Policy._ensure(
            self,
            "improvement_assess",
            model,
            _lt("Assessment of a suggestion"),
            start_domain=[("state", "=", "received")],
            stop_domain=[("assessed_at", "!=", False)],
            start_field="received_on",
            amount=self.school_improvement_assess_days,
            amount_field="assess_days",
            unit="working_day",
            start_text=_lt("receipt"),
        )
        Policy._ensure(
            self,
            "improvement_plan",
            model,
            _lt("Suggestion carried out"),
            start_domain=[
                ("state", "in", ("decided", "in_progress")),
                ("due_on", "!=", False),
            ],
            stop_domain=[("done_at", "!=", False)],
            date_field="due_on",
            unit="working_day",
            start_text=_lt("the decision"),
        )
        Policy._ensure(
            self,
            "improvement_review",
            model,
            _lt("Effect of a suggestion"),
            start_domain=[("state", "=", "done"), ("review_on", "!=", False)],
            stop_domain=[("reviewed_at", "!=", False)],
            date_field="review_on",
            unit="working_day",
            start_text=_lt("the end of the work"),
        )

    def _school_complaint_ladder(self):
        """Who is told of a complaint, by days; never whom it is about."""
        lead = self.env["school.post"]._find(self, "coordination")
        return [
            {
                "name": _lt("Due soon"),
                "moment": "before",
                "amount": 4,
                "unit": "service_hour",
                "who": "record",
            },
            {"name": _lt("Due now"), "moment": "due", "who": "record"},
            {
                "name": _lt("Late: tell the desk lead"),
                "moment": "after",
                "amount": 4,
                "unit": "service_hour",
                "who": "post",
                "post_id": lead.id,
            },
            {
                "name": _lt("Late: tell the director"),
                "moment": "after",
                "amount": 1,
                "unit": "working_day",
                "who": "director",
            },
            {
                "name": _lt("Late: tell the supervising leader"),
                "moment": "after",
                "amount": 2,
                "unit": "working_day",
                "who": "supervisor",
            },
        ]


TYPES = (
    {"code": "teaching", "name": _lt("Teaching and homework")},
    {"code": "conduct", "name": _lt("Conduct of staff")},
    {"code": "pupils", "name": _lt("Pupils among themselves")},
    {"code": "canteen", "name": _lt("Canteen and food")},
    {"code": "facilities", "name": _lt("Buildings and equipment")},
    {"code": "safety", "name": _lt("Safety and traffic")},
    {"code": "charges", "name": _lt("Charges and procurement")},
    {"code": "admission", "name": _lt("Admission and pupil records")},
    {"code": "service", "name": _lt("Service of the office")},
    {"code": "management", "name": _lt("Rules and management")},
    {"code": "other", "name": _lt("Other problems")},
)

CAUSES = (
    {"code": "delay", "name": _lt("Handled too late"), "mistake": True},
    {"code": "wrong", "name": _lt("Handled wrongly"), "mistake": True},
    {
        "code": "information",
        "name": _lt("Wrong or missing information"),
        "mistake": True,
    },
    {"code": "attitude", "name": _lt("Attitude"), "mistake": True},
    {"code": "rule", "name": _lt("Unclear or unfit rule"), "mistake": False},
    {
        "code": "means",
        "name": _lt("Lack of people, money or equipment"),
        "mistake": False,
    },
    {"code": "third_party", "name": _lt("Outside provider"), "mistake": False},
    {"code": "misunderstanding", "name": _lt("Misunderstanding"), "mistake": False},
    {"code": "unfounded", "name": _lt("Could not be confirmed"), "mistake": False},
)

SAFEGUARDING = (
    {
        "code": "safe",
        "name": _lt("The child is safe now"),
        "hint": _lt(
            "Away from whoever may do it harm, with an adult it trusts; never alone."
        ),
    },
    {
        "code": "medical",
        "name": _lt("Medical help"),
        "hint": _lt("School doctor or 120; keep clothes and traces as they are."),
    },
    {
        "code": "police",
        "name": _lt("Reported to the police (110)"),
        "hint": _lt(
            "Mandatory when a minor is hurt or may be: at once, by whoever noticed it. "
            "Note the reference number."
        ),
    },
    {
        "code": "authority",
        "name": _lt("Reported to the education authority"),
        "hint": _lt("By telephone first; who took the call and when."),
    },
    {
        "code": "guardian",
        "name": _lt("Guardian told"),
        "hint": _lt("Not if the guardian may be the cause: then ask the police first."),
    },
    {
        "code": "listen",
        "name": _lt("Listened, not questioned"),
        "hint": _lt(
            "Write down the child's own words once; the police asks the questions."
        ),
    },
    {
        "code": "evidence",
        "name": _lt("Evidence kept"),
        "hint": _lt(
            "Camera recordings, chats and things, before they are overwritten."
        ),
    },
    {
        "code": "support",
        "name": _lt("Support for the child arranged"),
        "hint": _lt("Counsellor, class teacher, a person to turn to; next talk on."),
    },
)
