from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.clock_steps import Step
from .time_policy_version import UNIT_SELECTION


class SchoolTimeStep(models.Model):
    """A reminder or an escalation of a time limit: when, to whom, what."""

    _name = "school.time.step"
    _description = "Reminder of a Time Limit"
    _inherit = ["school.time.line.mixin"]

    name = fields.Char(required=True, translate=True)
    moment = fields.Selection(
        [
            ("start", "After the Start"),
            ("before", "Before the Deadline"),
            ("due", "On the Deadline"),
            ("after", "After the Deadline"),
        ],
        "When",
        required=True,
        default="before",
    )
    amount = fields.Float(digits=(10, 2))
    unit = fields.Selection(UNIT_SELECTION, default="working_day")
    repeat = fields.Boolean(help="Repeated at this interval until it is done.")
    repeat_limit = fields.Integer("At Most", default=20)
    who = fields.Selection(
        [
            ("responsible", "Who Is Responsible"),
            ("head", "Head of the Department"),
            ("supervisor", "Supervising Leader"),
            ("director", "Office Director"),
            ("post", "A Post"),
            ("users", "Named People"),
            ("record", "As the Record Says"),
        ],
        "To",
        required=True,
        default="responsible",
    )
    post_id = fields.Many2one("school.post", check_company=True, ondelete="restrict")
    user_ids = fields.Many2many(
        "res.users", "school_time_step_user_rel", "step_id", "user_id", "People"
    )
    what = fields.Selection(
        [
            ("notify", "Notification"),
            ("activity", "To-do and Notification"),
            ("none", "Nothing, Only on Record"),
        ],
        required=True,
        default="notify",
    )
    is_urge = fields.Boolean(
        "Counts as Chasing",
        default=True,
        help="Adds to the number of reminders (催办).",
    )
    summary = fields.Char(compute="_compute_summary")

    _check_amount = models.Constraint(
        "CHECK(amount >= 0 AND repeat_limit >= 0)", "An interval cannot be negative."
    )

    @api.depends(
        "moment", "amount", "unit", "repeat", "who", "what", "post_id", "user_ids"
    )
    def _compute_summary(self):
        for step in self:
            values = {
                "who": step._who_text(),
                "duration": step.version_id._duration_text(step.amount, step.unit),
            }
            if step.what == "none":
                step.summary = False
            elif step.moment == "due":
                step.summary = self.env._("tell %(who)s on the deadline", **values)
            elif step.moment == "before":
                step.summary = self.env._("tell %(who)s %(duration)s before", **values)
            elif step.moment == "start":
                step.summary = self.env._(
                    "tell %(who)s %(duration)s after the start", **values
                )
            elif step.repeat:
                step.summary = self.env._(
                    "tell %(who)s every %(duration)s when late", **values
                )
            else:
                step.summary = self.env._(
                    "tell %(who)s when %(duration)s late", **values
                )

    def _who_text(self):
        """The people of this step, as a part of a sentence."""
        if self.who == "post":
            return self.post_id.name or ""
        if self.who == "users":
            return ", ".join(self.user_ids.mapped("name"))
        return {
            "responsible": self.env._("who is responsible"),
            "head": self.env._("the head of the department"),
            "supervisor": self.env._("the supervising leader"),
            "director": self.env._("the office director"),
            "record": self.env._("the people concerned"),
        }.get(self.who, "")

    @api.constrains("moment", "amount", "unit", "who", "post_id", "user_ids")
    def _check_complete(self):
        for step in self:
            if step.moment != "due":
                step.version_id._check_amount_unit(step.amount, step.unit)
                if not step.amount:
                    raise ValidationError(
                        self.env._(
                            "Say how long before or after: “%(s)s”.", s=step.name
                        )
                    )
            if (step.who == "post" and not step.post_id) or (
                step.who == "users" and not step.user_ids
            ):
                raise ValidationError(
                    self.env._("Say whom to tell in “%(step)s”.", step=step.name)
                )

    def _users(self, clock, record):
        """The people of this step; the office director where nobody else is found."""
        self.ensure_one()
        users = self.env["res.users"]
        if self.who == "responsible":
            users = record._clock_responsible_users()
        elif self.who == "head":
            users = clock.department_id._head_users()
        elif self.who == "supervisor":
            users = clock.department_id._supervisor_users()
        elif self.who == "post":
            users = self.post_id._users()
        elif self.who == "users":
            users = self.user_ids
        elif self.who == "record":
            users = record._clock_step_users(self)
        if self.who == "director" or not users:
            users = self.env["school.post"]._find(clock.company_id, "director")._users()
        return users.sudo()

    def _plain(self):
        """What the step says of its time, as values that outlive the transaction."""
        self.ensure_one()
        return Step(*(self[name] for name in Step._fields))
