from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

GROUPS = (
    "school_office_base.group_office_clerk",
    "school_office_base.group_school_admin",
)


class SchoolRestoreTest(models.Model):
    """The monthly log of tests that the backup can be restored (恢复测试, BASE-32).

    There is always one planned test: the log says by itself what is due, and warns the
    office director and the administrator when none was done in time.
    """

    _name = "school.restore.test"
    _description = "Restore Test"
    _inherit = ["school.clock.mixin", "school.record", "school.frozen.mixin"]
    _order = "state desc, date desc, date_due desc, id desc"
    _server_fields = frozenset(
        {"state", "date_due", "recorded_at", "recorded_by_id", "remedied_at",
         "remedied_by_id"}
    )  # fmt: skip
    _draft_states = ()
    _clock_holder_fields = ("tester_id",)

    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("fault", "Fault to Remedy"),
            ("done", "Done"),
        ],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
        index=True,
    )
    date_due = fields.Date("Due On", readonly=True, copy=False)
    date = fields.Date("Tested On")
    tester_id = fields.Many2one(
        "res.users",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    backup_date = fields.Date("Backup Of", help="The day of the backup restored.")
    restored = fields.Text(
        "What Was Restored", help="Database, files, which records were looked at."
    )
    place = fields.Char("Restored To", help="On which machine.")
    duration = fields.Float("Hours Needed")
    result = fields.Selection(
        [("ok", "Everything Was There"), ("fault", "Fault Found")], "Outcome"
    )
    fault = fields.Text()
    remedy = fields.Text()
    recorded_at = fields.Datetime("Recorded On", readonly=True, copy=False)
    recorded_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    remedied_at = fields.Datetime("Remedied On", readonly=True, copy=False)
    remedied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    is_overdue = fields.Boolean(compute="_compute_is_overdue")

    _one_planned = models.UniqueIndex(
        "(company_id) WHERE state = 'planned'", "A restore test is planned already."
    )
    _duration_check = models.Constraint(
        "CHECK (duration >= 0)", "Hours cannot be negative."
    )
    _order_idx = models.Index("(company_id, state DESC, date DESC, date_due DESC)")

    @api.depends("date", "date_due", "state")
    def _compute_display_name(self):
        for test in self:
            day = test.date or test.date_due
            test.display_name = self.env._(
                "Restore test %(date)s", date=fields.Date.to_string(day) or ""
            )

    @api.depends("date_due", "state")
    def _compute_is_overdue(self):
        for test in self:
            today = test.company_id._school_date()
            test.is_overdue = (
                test.state == "planned" and test.date_due and test.date_due < today
            )

    @api.constrains("date", "backup_date")
    def _check_dates(self):
        for test in self:
            if test.date and test.date > test.company_id._school_date():
                raise UserError(self.env._("A test cannot be recorded beforehand."))
            if test.date and test.backup_date and test.backup_date > test.date:
                raise UserError(
                    self.env._("The backup cannot be younger than its test.")
                )

    @api.constrains("tester_id")
    def _check_tester(self):
        for test in self.sudo():
            user = test.tester_id
            if user and (user.share or test.company_id not in user.company_ids):
                raise UserError(
                    self.env._(
                        "%(person)s does not work at %(school)s.",
                        person=user.name,
                        school=test.company_id.name,
                    )
                )

    def _may_record(self):
        return self.env.su or any(self.env.user.has_group(group) for group in GROUPS)

    def write(self, vals):
        if not self.env.su:
            for test in self:
                if test.tester_id != self.env.user and not self._may_record():
                    raise AccessError(
                        self.env._(
                            "The tester, the office and the administrator keep this "
                            "log."
                        )
                    )
                if test.state == "fault" and vals.keys() - {"remedy"}:
                    raise UserError(
                        self.env._(
                            "The test is recorded: only the remedy of the fault is "
                            "still entered."
                        )
                    )
        return super().write(vals)

    def action_record(self):
        """Record the planned test; a fault stays open until it is remedied."""
        for test in self:
            test.check_access("write")
            if test.state != "planned":
                raise UserError(self.env._("This test is recorded already."))
            missing = [
                test._fields[name]._description_string(self.env)
                for name in ("date", "tester_id", "restored", "result")
                if not test[name]
            ]
            if test.result == "fault" and not test.fault:
                missing.append(test._fields["fault"]._description_string(self.env))
            if missing:
                raise UserError(
                    self.env._("Enter first: %(fields)s.", fields=", ".join(missing))
                )
        now = fields.Datetime.now()
        for test in self:
            done = test.result == "ok" or bool(test.remedy)
            vals = {
                "state": "done" if done else "fault",
                "recorded_at": now,
                "recorded_by_id": self.env.uid,
            }
            if done and test.result == "fault":
                vals |= {"remedied_at": now, "remedied_by_id": self.env.uid}
            # Superuser: fields of the server; the caller was checked.
            test.sudo().write(vals)
            if done:
                test._freeze()
            self.env.flush_all()
            self._school_due(test.company_id)
        return True

    def action_remedied(self):
        """Record that the fault is remedied; final."""
        for test in self:
            test.check_access("write")
            if test.state != "fault":
                raise UserError(self.env._("No fault of this test is open."))
            if not test.remedy:
                raise UserError(self.env._("Write how the fault was remedied."))
        # Superuser: fields of the server; the caller was checked.
        self.sudo().write(
            {
                "state": "done",
                "remedied_at": fields.Datetime.now(),
                "remedied_by_id": self.env.uid,
            }
        )
        self._freeze()
        return True

    def _clock_responsible_users(self):
        return self.tester_id or self.company_id._school_restore_testers()

    def _clock_breached(self, clock):  # pylint: disable=missing-return
        """Warn the office director and the administrators (BASE-32)."""
        super()._clock_breached(clock)
        company = self.company_id
        users = self.env["school.post"]._find(company, "director")._users()
        users |= company._school_admin_users()
        if users:
            self.env["school.notice"]._queue(
                users,
                lambda env: env._("No restore test of the archive in time"),
                lambda env: env._(
                    "It was due on %(date)s. A backup that was never restored may be "
                    "none.",
                    date=self.date_due,
                ),
                record=self,
                kind="restore_test",
            )

    @api.model
    def _school_due(self, company):
        """Keep one planned test, so many days after the last one; idempotent."""
        # Superuser: a server row; whoever records a test plans the next.
        tests = self.sudo()
        if tests.search_count(
            [("company_id", "=", company.id), ("state", "=", "planned")], limit=1
        ):
            return
        last = tests.search(
            [("company_id", "=", company.id), ("date", "!=", False)],
            order="date desc",
            limit=1,
        )
        start = last.date or company._school_date()
        tests.create(
            {
                "company_id": company.id,
                "date_due": start
                + timedelta(days=company.sudo().school_restore_warn_days or 35),
                "tester_id": company.sudo()._school_restore_testers()[:1].id,
            }
        )
