from odoo import api, models
from odoo.fields import Domain

from odoo.addons.school_office_base.models.my_office import SHOWN


class SchoolMyOffice(models.AbstractModel):
    """Quality work that waits for the user: scores, corrections, measures, analyses."""

    _inherit = "school.my.office"

    @api.model
    def _sections(self):
        sections = [
            self._section_desk_scores(),
            self._section_desk_corrections(),
            self._section_desk_surveys(),
        ]
        return [
            *super()._sections(),
            *(section for section in sections if section["count"]),
        ]

    def _section_desk_scores(self):
        def item(score):
            named = score.ticket_name and score.ticket_number
            return self._item(
                f"score-{score.id}",
                score.ticket_name or score.ticket_number,
                " · ".join(filter(None, (named, score.service_id.display_name))),
                open_record=(score._name, score.id),
            )

        return self._list_section(
            self.env["school.desk.score"],
            Domain("scorer_id", "=", self.env.uid) & Domain("state", "=", "draft"),
            item,
            order="id",
            key="desk_scores",
            title=self.env._("Tickets to Score"),
            sequence=55,
            icon="fa-check-square-o",
            counter=self.env._("to score"),
            action="school_office_service_desk.desk_score_action",
        )

    def _section_desk_corrections(self):
        """Corrections, measures and analyses the user is responsible for."""
        own = Domain("owner_id", "=", self.env.uid) & self._here()
        parts = (
            ("school.desk.finding", Domain("state", "=", "acting")),
            ("school.desk.plan.measure", Domain("state", "=", "open")),
            ("school.desk.analysis", Domain("state", "=", "required")),
        )
        items, count, late = [], 0, 0
        for model, domain in parts:
            records = self.env[model].search(own & domain, order="deadline_at, id")
            count += len(records)
            late += len(self._late_among(records))
            kind = self.env["ir.model"]._get(model).name
            items += [
                self._item(
                    f"{model}-{record.id}",
                    record.display_name,
                    kind,
                    open_record=(model, record.id),
                    deadline_info=record.deadline_info,
                    deadline_state=record.deadline_state,
                )
                for record in records[:SHOWN]
            ]
        return self._section(
            "desk_corrections",
            self.env._("To Improve"),
            sequence=56,
            icon="fa-line-chart",
            count=count,
            late=late,
            counter=self.env._("to improve"),
            items=items,
        )

    def _section_desk_surveys(self):
        """Open surveys in which the user has not taken part."""
        surveys = self.env["school.desk.survey"].search(
            Domain("state", "=", "open") & self._here()
        )
        surveys = surveys.filtered(lambda survey: not survey.has_taken_part)
        return self._section(
            "desk_surveys",
            self.env._("Surveys"),
            sequence=90,
            icon="fa-pie-chart",
            count=len(surveys),
            counter=self.env._("surveys"),
            items=[
                self._item(
                    f"survey-{survey.id}",
                    survey.display_name,
                    self.env._("Anonymous: nothing links your answers to you."),
                    open_method=(survey._name, survey.id, "action_answer"),
                )
                for survey in surveys[:SHOWN]
            ],
        )
