from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)
WORKSHOP = _lt("Workshop")


class MaintenanceTeam(models.Model):
    _inherit = "maintenance.team"

    @api.model
    def _school_teams(self, companies):
        """``{school: the team that gets its repairs}``; one is made where none is."""
        teams = self.sudo().search([("company_id", "in", companies.ids)], order="id")
        by_company = {}
        for team in teams:
            by_company.setdefault(team.company_id, team)
        for company in companies:
            if company not in by_company:
                team = (
                    self.sudo()
                    .with_context(lang="en_US")
                    .create(
                        {"name": WORKSHOP._translate("en_US"), "company_id": company.id}
                    )
                )
                company._seed_translations(team, "name", WORKSHOP)
                by_company[company] = team
        return by_company
