import datetime

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

TRAINING_DUE = _lt("Training or test to be held")
FEEDBACK_DUE = _lt("Answer to a process review")
REVIEW_DUE = _lt("Process review to be closed")
ACTION_DUE = _lt("Improvement to be made")
RESTORE_DUE = _lt("Restore test of the electronic archive")


class ResCompany(models.Model):
    """Procedures and quality: settings, set-up and what is due every day."""

    _inherit = "res.company"

    school_sop_read_days = fields.Integer(
        "Read a New Procedure Within", default=5, help="Working days. Proposal."
    )
    school_sop_yearly_test = fields.Boolean(
        "Test Each School Year",
        default=True,
        help="Plans a test on the procedures for all people in post (BASE-23). "
        "Proposal.",
    )
    school_sop_new_staff_days = fields.Integer(
        "Test for New Staff After",
        default=30,
        help="Calendar days after joining; 0: none (BASE-23). Proposal.",
    )
    school_sop_pass_mark = fields.Float(
        "Pass Mark", default=60.0, help="Percent (BASE-23). Proposal."
    )
    school_retraining_days = fields.Integer(
        "Retraining Within",
        default=10,
        help="Working days after a check found faults (BASE-24). Proposal.",
    )
    school_review_quarterly = fields.Boolean(
        "Process Review Each Quarter", default=True, help="BASE-25."
    )
    school_review_yearly = fields.Boolean(
        "Full Evaluation Each Year", default=True, help="BASE-26."
    )
    school_review_feedback_days = fields.Integer(
        "Feedback of the Departments Within",
        default=10,
        help="Working days after the beginning of the quarter or year. Proposal.",
    )
    school_review_close_days = fields.Integer(
        "Review Closed Within",
        default=20,
        help="Working days after the beginning of the quarter or year. Proposal.",
    )
    school_least_revisions = fields.Integer(
        "Least Revisions a Year",
        default=1,
        help="Approved revisions of procedures; fewer are a warning in the yearly "
        "evaluation (BASE-26).",
    )
    school_appraisal_period = fields.Selection(
        [("calendar", "Calendar Year"), ("school", "School Year")],
        "Appraisal Period",
        default="calendar",
        required=True,
        help="The year into which entries of the appraisal ledger go (BASE-27). "
        "Proposal.",
    )
    school_appraisal_propose = fields.Boolean(
        "Propose Missed Time Limits",
        default=True,
        help="Every night each missed time limit is proposed to the office director, "
        "who confirms or drops it (BASE-27). Proposal.",
    )
    school_restore_warn_days = fields.Integer(
        "Warn Without a Restore Test After",
        default=35,
        help="Calendar days after the last test (BASE-32). Proposal.",
    )
    school_restore_tester_id = fields.Many2one(
        "res.users",
        "Restore Tests Are Done By",
        domain="[('company_ids', 'in', [id]), ('share', '=', False)]",
        help="Empty: whoever holds the post of archivist (BASE-32).",
    )

    _school_mark_check = models.Constraint(
        "CHECK (school_sop_pass_mark BETWEEN 0 AND 100)",
        "The pass mark is a percentage, from 0 to 100.",
    )

    @api.constrains("school_restore_tester_id")
    def _check_school_restore_tester(self):
        for company in self:
            tester = company.school_restore_tester_id.sudo()
            if tester and (tester.share or company not in tester.company_ids):
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work at %(school)s.",
                        person=tester.name,
                        school=company.name,
                    )
                )

    def _school_env(self):
        """This school in its own language, for texts that are written by themselves."""
        self.ensure_one()
        return self.with_context(lang=self.sudo().partner_id.lang or self.env.lang)

    def _school_chatter_env(self):
        """An environment in the language of a line that stays in a chatter.

        A person of the staff writes in his own. A scheduled action and the robot have
        none, a visitor's is his own affair: there it is that of the school.
        """
        env = self.env
        is_person = (
            env.context.get("lang")
            and env.uid != SUPERUSER_ID
            and env.user._is_internal()
        )
        return self._school_env().env if self.is_school and not is_person else env

    def _school_year_end(self):
        """Last day of the present school year: of its last term, else by the month."""
        self.ensure_one()
        year = self._school_year()
        terms = (
            self.env["school.term"]
            .sudo()
            .search([("company_id", "=", self.id), ("school_year", "=", year)])
        )
        if len(terms) > 1:
            return max(terms.mapped("date_to"))
        first = datetime.date(int(year[5:]), self.school_year_start_month, 1)
        return first - datetime.timedelta(days=1)

    def _school_restore_testers(self):
        """Who does the restore tests: the named person, else the archivists."""
        self.ensure_one()
        return (
            self.school_restore_tester_id
            or self.env["school.post"]._find(self, "archivist")._users()
        )

    def _school_admin_users(self):
        """The administrators of this school, not those of the instance."""
        self.ensure_one()
        group = self.env.ref("school_office_base.group_school_admin")
        return (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("company_ids", "=", self.id),
                    ("share", "=", False),
                    ("all_group_ids", "in", group.ids),
                ]
            )
        )

    # set-up

    def _school_set_up(self):
        """Add what procedures and quality need: flow, time limits, register."""
        result = super()._school_set_up()
        for company in self.sudo():
            self.env["school.register"]._ensure(
                company, "appraisal", _lt("Appraisal Ledger")
            )
            company._school_set_up_procedure_flow()
            company._school_set_up_procedure_limits()
        return result

    def _school_set_up_procedure_flow(self):
        """The office director checks, the top management approves (BASE-26)."""
        self.env["school.approval.flow"]._ensure(
            self,
            "school.procedure.version",
            "publish",
            _lt("Publication of a procedure"),
            nodes=[
                {
                    "key": "review",
                    "name": _lt("Check by the office director"),
                    "who": "post",
                    "post": "director",
                    "fallback": "supervising_leader",
                    "limit": 3,
                    "unit": "working_day",
                },
                {
                    "key": "approve",
                    "name": _lt("Approval by the management"),
                    "who": "post",
                    "post": "top_management",
                    "fallback": "supervising_leader",
                    "limit": 5,
                    "unit": "working_day",
                    "four_eyes": True,
                },
            ],
        )

    def _school_set_up_procedure_limits(self):
        ensure = self.env["school.time.policy"]._ensure
        ensure(
            self,
            "training_due",
            "school.training",
            TRAINING_DUE,
            start_domain=[("state", "=", "planned"), ("date_due", "!=", False)],
            stop_domain=[("state", "=", "done")],
            cancel_domain=[("state", "=", "cancelled")],
            date_field="date_due",
            unit="working_day",
        )
        ensure(
            self,
            "process_feedback",
            "school.process.feedback",
            FEEDBACK_DUE,
            start_domain=[("state", "=", "waiting"), ("date_due", "!=", False)],
            stop_domain=[("state", "=", "answered")],
            cancel_domain=[("state", "=", "closed")],
            date_field="date_due",
            unit="working_day",
        )
        ensure(
            self,
            "process_review",
            "school.process.review",
            REVIEW_DUE,
            start_domain=[("state", "=", "open"), ("date_due", "!=", False)],
            stop_domain=[("state", "=", "closed")],
            date_field="date_due",
            unit="working_day",
        )
        ensure(
            self,
            "process_action",
            "school.process.action",
            ACTION_DUE,
            start_domain=[("state", "=", "open"), ("date_due", "!=", False)],
            stop_domain=[("state", "=", "done")],
            cancel_domain=[("state", "=", "dropped")],
            date_field="date_due",
            unit="working_day",
        )
        ensure(
            self,
            "restore_test",
            "school.restore.test",
            RESTORE_DUE,
            start_domain=[("state", "=", "planned"), ("date_due", "!=", False)],
            stop_domain=[("state", "!=", "planned")],
            date_field="date_due",
            unit="working_day",
            steps=self._chase_steps("working_day"),
        )

    # every day

    @api.model
    def _cron_school_procedures(self):
        """Do what is due today in each open school."""
        self._in_each_school(type(self)._school_procedures_daily)

    def _school_procedures_daily(self):
        """What is due in one school; each part is idempotent."""
        self.ensure_one()
        self.env["school.procedure.version"]._school_come_into_force(self)
        self.env["school.training"]._school_due(self)
        self.env["school.process.review"]._school_due(self)
        self.env["school.restore.test"]._school_due(self)
        self.env["school.appraisal.entry"]._school_due(self)
