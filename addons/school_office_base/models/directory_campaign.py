from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolDirectoryCampaign(models.Model):
    """Twice a year each department confirms its own people (通讯录更新, BASE-19)."""

    _name = "school.directory.campaign"
    _description = "Directory Update"
    _inherit = ["school.record"]
    _order = "date_from desc, id desc"
    _server_fields = frozenset({"name", "date_from", "date_due"})

    name = fields.Char("Period", required=True, readonly=True, help="Year and month.")
    date_from = fields.Date("Started", required=True, readonly=True)
    date_due = fields.Date("Answer By", required=True, readonly=True)
    confirmation_ids = fields.One2many(
        "school.directory.confirmation", "campaign_id", "Departments"
    )
    progress = fields.Float(compute="_compute_progress")
    waiting_count = fields.Integer("Missing", compute="_compute_progress")

    _period_uniq = models.UniqueIndex(
        "(company_id, name)", "The directory update of this month exists already."
    )

    @api.depends("confirmation_ids.state")
    def _compute_progress(self):
        counts = {}
        for campaign, state, count in self.env[
            "school.directory.confirmation"
        ]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "state"], ["__count"]
        ):
            counts[campaign.id, state] = count
        for campaign in self:
            waiting = counts.get((campaign.id, "waiting"), 0)
            done = counts.get((campaign.id, "confirmed"), 0)
            campaign.waiting_count = waiting
            campaign.progress = 100.0 * done / (waiting + done or 1)

    def action_start(self):
        """Start the update of this month now, for the administrator."""
        company = self.env.company
        company._check_school_admin()
        campaign = self._start(company)
        return self._form_of(campaign)

    def action_urge(self):
        """Remind the departments that have not answered."""
        self.company_id._check_school_admin()
        waiting = self.confirmation_ids.filtered(lambda c: c.state == "waiting")
        if not waiting:
            raise UserError(self.env._("Every department has confirmed its people."))
        waiting.sudo()._tell_heads()
        return True

    @api.model
    def _start(self, company):
        """Ask every department of the school to confirm its people, once a month."""
        company._check_school_is_open()
        today = company._school_date()
        name = f"{today:%Y-%m}"
        campaign = self.sudo().search(
            [("company_id", "=", company.id), ("name", "=", name)]
        )
        if campaign:
            return campaign.sudo(self.env.su)
        due = (
            company.sudo()
            ._worktime()
            .add(fields.Datetime.now(), company.school_directory_days, "working_day")
        )
        departments = (
            self.env["hr.department"].sudo().search([("company_id", "=", company.id)])
        )
        campaign = self.sudo().create(
            {
                "company_id": company.id,
                "name": name,
                "date_from": today,
                "date_due": company._school_date(due),
            }
        )
        confirmations = campaign.env["school.directory.confirmation"].create(
            [
                {
                    "campaign_id": campaign.id,
                    "company_id": company.id,
                    "department_id": department.id,
                }
                for department in departments
            ]
        )
        confirmations._add_people()
        confirmations._tell_heads()
        return campaign.sudo(self.env.su)

    @api.model
    def _cron_run(self):
        """Start what is due this month and remind late departments once a week."""
        self.env["res.company"]._in_each_school(self._run)

    @api.model
    def _run(self, school):
        today = school._school_date()
        months = {school.school_directory_month_1, school.school_directory_month_2}
        if today.month in months:
            self._start(school)
        self.env["school.directory.confirmation"].sudo().search(
            [
                ("company_id", "=", school.id),
                ("state", "=", "waiting"),
                ("campaign_id.date_due", "<", today),
                ("campaign_id.date_due", ">", fields.Date.subtract(today, days=60)),
                ("reminded_on", "<=", fields.Date.subtract(today, days=7)),
            ]
        )._tell_heads()
