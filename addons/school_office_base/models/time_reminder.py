from collections import defaultdict

from odoo import fields, models


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
        index=True,
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

    def _carry_out(self, records):
        """Tell the people of these steps, and the records that they were reached.

        :param records: ``{clock: record}``
        """
        todo = self.filtered(lambda row: records[row.clock_id])
        people = {}
        for reminder in todo:
            clock = reminder.clock_id
            if reminder.step_id.is_urge:
                clock.urge_count += 1
            users = self.env["res.users"]
            if reminder.step_id.what != "none":
                found = []
                if not clock._guarded(
                    lambda r=reminder, f=found: f.append(
                        r.step_id._users(r.clock_id, records[r.clock_id])
                    )
                ):
                    reminder.result = "failed"
                    continue
                users = found[0]
            people[reminder] = users
        self._add_deputies(people)
        for reminder, users in people.items():
            if reminder.step_id.what != "none":
                reminder.result = "sent" if users else "nobody"
                reminder.user_ids = users
        self._tell(people, records)
        for reminder in people:
            clock = reminder.clock_id
            clock._guarded(records[clock]._clock_step_reached, clock, reminder.step_id)

    def _add_deputies(self, people):
        """Whoever stands in for an absent person is told too; a query a school."""
        by_company = defaultdict(lambda: self.env["res.users"])
        for reminder, users in people.items():
            by_company[reminder.company_id] |= users
        deputies = {
            company: self.env["school.delegation"]._deputies(users, company)
            for company, users in by_company.items()
            if users
        }
        for reminder, users in people.items():
            company = reminder.company_id
            for user in users:
                users |= deputies[company].get(user, users.browse())
            people[reminder] = users.filtered(
                lambda user, company=company: (
                    user.active and company in user.company_ids
                )
            )

    def _tell(self, people, records):
        """Queue the messages; only who may read the record learns what it is."""
        readable = self._readable(people, records)
        notices, activities = [], []
        for reminder, users in people.items():
            clock, step = reminder.clock_id, reminder.step_id
            record = records[clock]
            allowed = users.filtered(
                lambda user, record=record: record.id in readable[user, record._name]
            )
            for group, name in (
                (allowed, record.display_name),
                (users - allowed, ""),
            ):
                if group:
                    notices.append(clock._prepare_notice(record, group, name, step))
            if step.what == "activity" and "activity_ids" in record._fields:
                activities += [
                    clock._prepare_activity(record, user) for user in allowed
                ]
        self.env["school.notice"]._queue_rows(notices)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            activities
        )

    def _readable(self, people, records):
        """``{(user, model): ids}`` that each user may read; one query a pair."""
        wanted = defaultdict(set)
        for reminder, users in people.items():
            record = records[reminder.clock_id]
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
