from odoo import fields, models, tools
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

NUMBER_NAME = _lt("Service desk: request numbers")
FILE_TYPES = "pdf, doc, docx"
IMAGE_TYPES = "jpg, jpeg, png"


class ResCompany(models.Model):
    _inherit = "res.company"

    school_desk_service_id = fields.Many2one(
        "school.service",
        "Service for Everything Else",
        copy=False,
        ondelete="set null",
        help="Requests that name no service, as e-mails, get this one.",
    )
    school_desk_auto_assign = fields.Boolean(
        "Assign by Itself",
        default=True,
        help="New requests go to whoever of the post is there and has the least work "
        "due. Source: DESK-09.",
    )
    school_desk_follow_up_days = fields.Integer(
        "Remind the Requester Every",
        default=2,
        help="Working days, while something is missing. Proposal.",
    )
    school_desk_follow_up_limit = fields.Integer(
        "Reminders at Most",
        default=3,
        help="After that the desk decides how it goes on. Proposal.",
    )
    school_desk_pace_days = fields.Integer(
        "Forecast Looks Back",
        default=30,
        help="Calendar days of a handler's own work from which his pace is told. "
        "Proposal.",
    )
    school_desk_progress_days = fields.Integer(
        "Word on the Progress Every",
        default=1,
        help="Working days, for coordination that cannot be finished now. "
        "Source: DESK-20.",
    )
    school_desk_file_mb = fields.Integer(
        "Largest Attachment", default=5, help="Megabytes. Source: DESK-05."
    )
    school_desk_file_types = fields.Char(
        "Attachments",
        default=FILE_TYPES,
        help="Endings of files that requesters may add, separated by commas. "
        "Source: DESK-05.",
    )
    school_desk_image_types = fields.Char(
        "Photographs",
        default=IMAGE_TYPES,
        help="Endings that services with photographs accept besides. Source: DESK-05.",
    )

    @tools.ormcache("self.id")
    def _desk_lang(self):
        """The language in which the history of a request is kept as text.

        In memory: every request asks for it, and it hardly ever changes.
        """
        return self.sudo().partner_id.lang or False

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        self._school_desk_set_up_number()
        self._school_desk_set_up_reasons()
        self._school_desk_set_up_services()
        self._school_desk_set_up_answers()
        self._school_desk_set_up_limits()

    def _school_desk_set_up_number(self):
        for company in self:
            self.env["school.number.series"]._ensure(
                company,
                "ticket",
                name=NUMBER_NAME,
                pattern="{code}服-{date:%Y%m%d}-{seq:03d}",
                reset="day",
            )

    def _school_desk_set_up_reasons(self):
        """Why a request may wait; the school adds its own."""
        self._school_desk_seed(
            "school.ticket.wait.reason",
            WAIT_REASONS,
            lambda company, row: {
                "asks_requester": row["asks"],
                "needs_date": row["date"],
            },
        )

    def _school_desk_set_up_answers(self):
        """Answers to begin with, for schools that have none."""
        Answer = self.env["school.ticket.answer"].sudo().with_context(active_test=False)
        having = {
            company.id
            for [company] in Answer._read_group(
                [("company_id", "in", self.ids)], ["company_id"]
            )
        }
        for company in self.filtered(lambda c: c.id not in having):
            for sequence, (name, body) in enumerate(ANSWERS, 1):
                answer = Answer.with_context(lang="en_US").create(
                    {
                        "company_id": company.id,
                        "sequence": sequence * 10,
                        "name": name._translate("en_US"),
                        "body": body._translate("en_US"),
                    }
                )
                company._seed_translations(answer, "name", name)
                company._seed_translations(answer, "body", body)

    def _school_desk_seed(self, model_name, rows, values):
        """Create the rows a school lacks, named in every language.

        :param rows: dicts with ``code``, ``name`` and further translated terms under
            the names of fields
        :param values: ``(company, row) -> further values``
        """
        Model = self.env[model_name].sudo().with_context(active_test=False)
        existing = {
            (record.company_id.id, record.code)
            for record in Model.search([("company_id", "in", self.ids)])
        }
        vals_list, terms = [], []
        for company in self:
            for sequence, row in enumerate(rows, 1):
                if (company.id, row["code"]) in existing:
                    continue
                named = {
                    name: term
                    for name, term in row.items()
                    if hasattr(term, "_translate")
                }
                terms.append(named)
                vals_list.append(
                    {
                        "company_id": company.id,
                        "code": row["code"],
                        "sequence": sequence * 10,
                        **{n: t._translate("en_US") for n, t in named.items()},
                        **values(company, row),
                    }
                )
        records = Model.with_context(lang="en_US").create(vals_list)
        for record, named in zip(records, terms, strict=True):
            for name, term in named.items():
                self._seed_translations(record, name, term)
        return records

    # Time limits

    def _school_desk_set_up_limits(self):
        """Time limits of the desk (DESK-11, DESK-20, AST-36), each with its ladder."""
        Policy = self.env["school.time.policy"]
        model = "school.ticket"
        ordinary = ("kind", "!=", "complaint")
        common = {
            "pause_domain": [("state", "=", "waiting")],
            "cancel_domain": [("state", "in", ("void", "merged"))],
            "start_field": "received_at",
            "start_text": _lt("receipt"),
        }
        for company in self:
            steps = company._school_desk_ladder()
            Policy._ensure(
                company,
                "ticket_acknowledge",
                model,
                _lt("Acknowledgement"),
                start_domain=[ordinary],
                stop_domain=[("acknowledged_at", "!=", False)],
                stop_field="acknowledged_at",
                amount=0,
                unit="service_minute",
                variants=[
                    {
                        "domain": [("urgency", "=", "2")],
                        "name": _lt("Urgent"),
                        "amount": 30,
                        "unit": "service_minute",
                    }
                ],
                steps=company._school_desk_ladder(10, "service_minute"),
                **common,
            )
            Policy._ensure(
                company,
                "ticket_response",
                model,
                _lt("First answer"),
                start_domain=[ordinary],
                stop_domain=[("responded_at", "!=", False)],
                stop_field="responded_at",
                amount=24,
                unit="working_day_clock_hour",
                variants=[
                    {
                        "domain": [("urgency", "=", "2")],
                        "name": _lt("Urgent"),
                        "amount": 30,
                        "unit": "service_minute",
                    },
                    {
                        "domain": [("kind", "=", "repair")],
                        "name": _lt("Repair"),
                        "amount": 2,
                        "unit": "service_hour",
                    },
                ],
                steps=steps,
                **common,
            )
            Policy._ensure(
                company,
                "ticket_on_site",
                model,
                _lt("On site"),
                start_domain=[("kind", "=", "repair")],
                stop_domain=[
                    "|",
                    ("on_site_at", "!=", False),
                    ("solved_at", "!=", False),
                ],
                amount=24,
                unit="working_day_clock_hour",
                steps=steps,
                **{
                    **common,
                    "cancel_domain": [
                        "|",
                        ("state", "in", ("void", "merged", "refused", "referred")),
                        ("kind", "!=", "repair"),
                    ],
                },
            )
            Policy._ensure(
                company,
                "ticket_solution",
                model,
                _lt("Solution"),
                start_domain=[ordinary],
                stop_domain=[("solved_at", "!=", False)],
                amount=0,
                amount_field="solution_amount",
                unit_field="solution_unit",
                unit="working_day",
                variants=[
                    {
                        "domain": [("is_major", "=", True), ("kind", "=", "repair")],
                        "name": _lt("Major repair"),
                        "amount": 48,
                        "unit": "clock_hour",
                    },
                    {
                        "domain": [("is_major", "=", True)],
                        "name": _lt("Major matter"),
                        "amount": 3,
                        "unit": "working_day",
                    },
                ],
                reopening="resume",
                reopening_field="reopening",
                steps=steps,
                **{
                    **common,
                    "cancel_domain": [
                        ("state", "in", ("void", "merged", "refused", "referred"))
                    ],
                },
            )
            Policy._ensure(
                company,
                "ticket_part",
                "school.ticket.part",
                _lt("Share of a department"),
                start_domain=[("state", "in", ("asked", "accepted", "working"))],
                stop_domain=[("state", "=", "done")],
                cancel_domain=[("state", "=", "refused")],
                amount=24,
                unit="working_day_clock_hour",
                start_text=_lt("request"),
            )

    def _school_desk_ladder(self, before=30, unit="service_minute"):
        """Handler, desk lead, director, supervising leader, one after the other."""
        self.ensure_one()
        lead = self.env["school.post"]._find(self, "coordination")
        return [
            {
                "name": _lt("Due soon"),
                "moment": "before",
                "amount": before,
                "unit": unit,
                "who": "record",
            },
            {"name": _lt("Due now"), "moment": "due", "who": "record"},
            {
                "name": _lt("Late: tell the desk lead"),
                "moment": "after",
                "amount": 1,
                "unit": "service_hour",
                "who": "post",
                "post_id": lead.id,
            },
            {
                "name": _lt("Late: tell the director"),
                "moment": "after",
                "amount": 4,
                "unit": "service_hour",
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


ANSWERS = (
    (
        _lt("Received, we are at it"),
        _lt("We have received your request and are working on it."),
    ),
    (
        _lt("Somebody comes today"),
        _lt("A colleague comes to you today. Please leave the room open."),
    ),
    (
        _lt("Where and since when?"),
        _lt("Please tell us the exact place, and since when it is so."),
    ),
    (
        _lt("Ready at the counter"),
        _lt("It is ready. You can fetch it at the counter in service hours."),
    ),
    (
        _lt("It takes longer"),
        _lt(
            "It takes longer than promised, because we wait for others. We tell you "
            "every working day how it stands."
        ),
    ),
)
WAIT_REASONS = (
    {
        "code": "missing",
        "name": _lt("Something is missing"),
        "asks": True,
        "date": False,
    },
    {
        "code": "requester",
        "name": _lt("The requester is away"),
        "asks": True,
        "date": False,
    },
    {
        "code": "third_party",
        "name": _lt("An outside provider"),
        "asks": False,
        "date": True,
    },
    {"code": "spare_part", "name": _lt("A spare part"), "asks": False, "date": True},
    {
        "code": "department",
        "name": _lt("Another department"),
        "asks": False,
        "date": True,
    },
    {
        "code": "agreed",
        "name": _lt("Agreed for a later day"),
        "asks": False,
        "date": True,
    },
)
