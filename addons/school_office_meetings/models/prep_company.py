from odoo import fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    school_meeting_material_days = fields.Integer(
        "Materials before the Meeting",
        default=1,
        help="Working days before the meeting by which its materials are delivered and "
        "sent. Proposal for MTG-07.",
    )
    school_meeting_set_up_days = fields.Integer(
        "Room Ready before the Meeting",
        default=1,
        help="Working days before the meeting. Proposal for MTG-10.",
    )
    school_meeting_set_up_days_large = fields.Integer(
        "Room Ready before a Cross-department Meeting",
        default=3,
        help="Working days before the meeting. Source: MTG-10.",
    )
    school_meeting_tidy_hours = fields.Integer(
        "Room Tidied after the Meeting",
        default=2,
        help="Service hours after its end. Proposal for MTG-30.",
    )
    school_meeting_evaluation_days = fields.Integer(
        "Evaluation Open",
        default=5,
        help="Working days after a meeting in which its participants can rate it; 0: "
        "nobody is asked. Proposal for MTG-28.",
    )
    school_meeting_evaluation_fewest = fields.Integer(
        "Fewest Answers about a Meeting",
        default=3,
        help="With fewer answers no result of a meeting is shown to anybody, three at "
        "least. Proposal for MTG-28.",
    )
    school_meeting_evaluation_low = fields.Float(
        "Low Evaluation below",
        default=3.0,
        digits=(3, 1),
        help="Stars of five; the organiser is told. Proposal for MTG-28.",
    )

    def _school_before(self, moment, days):
        """The close of service ``days`` working days before ``moment``."""
        self.ensure_one()
        if not days:
            return moment
        return self._worktime().add(moment, -days, "working_day")

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        for company in self.sudo():
            company._school_meeting_set_up_recording()
            company._school_meeting_set_up_prep_limits()
        self.sudo()._school_meeting_set_up_checklists()

    def _school_meeting_set_up_recording(self):
        """The chair allows photographs and recordings (BASE-09, MTG-15)."""
        self.env["school.approval.flow"]._ensure(
            self,
            "school.meeting.recording",
            "recording",
            _lt("Leave to photograph or record"),
            nodes=[
                {
                    "key": "chair",
                    "name": _lt("Chair of the meeting"),
                    "who": "record_field",
                    "user_field": "approver_id",
                    "fallback": "director",
                    "limit": 4,
                    "unit": "service_hour",
                }
            ],
        )

    def _school_meeting_set_up_prep_limits(self):
        ensure = self.env["school.time.policy"]._ensure
        ensure(
            self,
            "meeting_materials",
            "school.meeting.material",
            _lt("Materials of a meeting"),
            start_domain=[("state", "=", "expected"), ("due_at", "!=", False)],
            stop_domain=[("state", "in", ("delivered", "ready", "sent"))],
            stop_field="delivered_at",
            cancel_domain=[("state", "=", "void")],
            date_field="due_at",
            unit="working_day",
        )
        ensure(
            self,
            "meeting_set_up",
            "school.meeting.task",
            _lt("Check list of a meeting"),
            start_domain=[("state", "=", "open"), ("due_at", "!=", False)],
            stop_domain=[("state", "in", ("ok", "fault"))],
            stop_field="ticked_at",
            cancel_domain=[("state", "=", "void")],
            date_field="due_at",
            unit="service_hour",
            reopening="resume",
            steps=[
                {
                    "name": _lt("Due soon"),
                    "moment": "before",
                    "amount": 2,
                    "unit": "service_hour",
                    "who": "record",
                },
                {"name": _lt("Due now"), "moment": "due", "who": "record"},
                {
                    "name": _lt("Late: tell the organiser"),
                    "moment": "after",
                    "amount": 1,
                    "unit": "service_hour",
                    "who": "record",
                },
            ],
        )
        ensure(
            self,
            "topic_call",
            "school.meeting.topic.answer",
            _lt("Answer to a call for topics"),
            start_domain=[("state", "=", "waiting")],
            stop_domain=[("state", "in", ("proposed", "none"))],
            stop_field="answered_at",
            cancel_domain=[("state", "=", "missed")],
            date_field="until",
            unit="working_day",
        )

    def _school_meeting_set_up_checklists(self):
        """The shipped lists of what is looked at (MTG-08, 09, 10, 30)."""
        Checklist = self.env["school.meeting.checklist"].with_context(
            active_test=False, lang="en_US"
        )
        existing = {
            (row.company_id.id, row.code)
            for row in Checklist.search([("company_id", "in", self.ids)])
        }
        for company in self:
            posts = self.env["school.post"]
            for sequence, (code, kind, post, name, rows) in enumerate(CHECKLISTS, 1):
                if (company.id, code) in existing:
                    continue
                checklist = Checklist.create(
                    {
                        "company_id": company.id,
                        "code": code,
                        "kind": kind,
                        "name": name._translate("en_US"),
                        "sequence": sequence * 10,
                        "post_id": posts._find(company, post).id,
                        "line_ids": [
                            fields.Command.create(
                                {
                                    "company_id": company.id,
                                    "sequence": place * 10,
                                    "name": row._translate("en_US"),
                                    "per_person": kind == "consumables"
                                    and place in (1, 2, 3),
                                }
                            )
                            for place, row in enumerate(rows, 1)
                        ],
                    }
                )
                self._seed_translations(checklist, "name", name)
                for line, row in zip(checklist.line_ids, rows, strict=True):
                    self._seed_translations(line, "name", row)


CHECKLISTS = (
    (
        "consumables",
        "consumables",
        "meeting_team",
        _lt("Consumables"),
        (
            _lt("Pens"),
            _lt("Paper"),
            _lt("Drinking water"),
            _lt("Tea"),
            _lt("Snacks"),
        ),
    ),
    (
        "equipment",
        "equipment",
        "technical",
        _lt("Equipment"),
        (
            _lt("Projector"),
            _lt("Sound"),
            _lt("Microphones"),
            _lt("Video conference"),
            _lt("Lights"),
            _lt("Air conditioning"),
            _lt("Whiteboard and markers"),
        ),
    ),
    (
        "set_up",
        "set_up",
        "logistics",
        _lt("Room set-up"),
        (
            _lt("Tables and chairs"),
            _lt("Projector and microphone in place"),
            _lt("Name cards on the tables"),
            _lt("Materials laid out"),
            _lt("Sign at the door"),
        ),
    ),
    (
        "support",
        "support",
        "meeting_team",
        _lt("During the meeting"),
        (
            _lt("Materials handed out"),
            _lt("Guests shown to their seats"),
            _lt("Technical help at hand"),
            _lt("Unexpected events dealt with"),
        ),
    ),
    (
        "tidying",
        "tidying",
        "meeting_team",
        _lt("After the meeting"),
        (
            _lt("Belongings left behind collected"),
            _lt("Room cleaned"),
            _lt("Power switched off"),
            _lt("Room as it was before"),
            _lt("Notes and minutes form collected"),
        ),
    ),
)
