import functools
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Command


class SchoolTimeReminder(models.Model):
    """That a step of a clock has been carried out: what was due, who was told.

    One row per clock, step and occurrence: the database lets each happen once.
    """

    _name = "school.time.reminder"
    _description = "Reminder Sent"
    _inherit = ["school.record"]
    _order = "id desc"
    _rec_name = "step_id"

    clock_id = fields.Many2one(
        "school.time.clock",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    step_id = fields.Many2one(
        "school.time.step",
        "Reminder",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    occurrence = fields.Integer(required=True, readonly=True)
    due_at = fields.Datetime("Planned For", required=True, readonly=True)
    done_at = fields.Datetime("Sent On", required=True, readonly=True)
    user_ids = fields.Many2many("res.users", string="Told", readonly=True)
    result = fields.Selection(
        [
            ("sent", "Told"),
            ("skipped", "Overtaken by a Later One"),
            ("nobody", "Nobody to Tell"),
            ("quiet", "Only on Record"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="quiet",
    )

    _once = models.UniqueIndex(
        "(clock_id, step_id, occurrence)", "This reminder has been sent."
    )

    @api.model
    def _carry_out(self, rows, records):
        """Tell the people of these steps, and the records that they were reached.

        :param rows: values of reminders to be, as from ``school.time.clock._due_steps``
        :param records: ``{clock: record}``
        """
        clocks = {clock.id: clock for clock in records}
        steps = self.env["school.time.step"].browse(row["step_id"] for row in rows)
        todo = []
        for row, step in zip(rows, steps, strict=True):
            clock = clocks[row["clock_id"]]
            if records[clock] and row.get("result") != "skipped":
                todo.append((row, clock, step))
                if step.is_urge:
                    clock.urge_count += 1
        people = self._find_people(todo, records)
        for index, (row, _clock, step) in enumerate(todo):
            users = people.get(index)
            if step.what == "none":
                row["result"] = "quiet"
            elif users is None:
                row["result"] = "failed"
            else:
                row["result"] = "sent" if users else "nobody"
                row["user_ids"] = [Command.set(users.ids)]
        self.create(rows)
        told = [
            (clock, step, people[index])
            for index, (_row, clock, step) in enumerate(todo)
            if people.get(index)
        ]
        self._tell(told, records)
        self.env["school.time.clock"]._attempt(
            [
                (
                    (clock, step),
                    functools.partial(records[clock]._clock_step_reached, clock, step),
                )
                for row, clock, step in todo
                if row["result"] != "failed"
            ]
        )

    @api.model
    def _find_people(self, todo, records):
        """``{index: users}`` of the steps that tell people, deputies included."""
        people = self.env["school.time.clock"]._attempt(
            [
                (index, functools.partial(step._users, clock, records[clock]))
                for index, (_row, clock, step) in enumerate(todo)
                if step.what != "none"
            ]
        )
        by_company = defaultdict(lambda: self.env["res.users"].sudo())
        for index, users in people.items():
            by_company[todo[index][1].company_id] |= users
        deputies = {
            company: self.env["school.delegation"]._deputies(users, company)
            for company, users in by_company.items()
            if users
        }
        for index, users in people.items():
            company = todo[index][1].company_id
            for user in users:
                users |= deputies[company].get(user, users.browse())
            people[index] = users.filtered(
                lambda user, company=company: (
                    user.active and company in user.company_ids
                )
            )
        return people

    @api.model
    def _tell(self, told, records):
        """Queue the messages; only who may read the record learns what it is."""
        readable = self._readable(told, records)
        notices, activities = [], []
        for clock, step, users in told:
            record = records[clock]
            allowed = users.filtered(
                lambda user, record=record: record.id in readable[user, record._name]
            )
            for group, name in ((allowed, record.display_name), (users - allowed, "")):
                if group:
                    notices.append(clock._prepare_notice(record, group, name))
            if step.what == "activity" and "activity_ids" in record._fields:
                activities += [
                    clock._prepare_activity(record, user) for user in allowed
                ]
        self.env["school.notice"]._queue_rows(notices)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            activities
        )

    @api.model
    def _readable(self, told, records):
        """``{(user, model): ids}`` that each user may read; one query a pair."""
        wanted = defaultdict(set)
        for clock, _step, users in told:
            record = records[clock]
            for user in users:
                wanted[user, record._name].add(record.id)
        return {
            (user, model_name): set(
                self.env[model_name]
                .with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
                .browse(ids)
                ._filtered_access("read")
                .ids
            )
            for (user, model_name), ids in wanted.items()
        }
