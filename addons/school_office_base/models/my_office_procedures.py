from datetime import timedelta

from odoo import models
from odoo.fields import Domain

DIRECTOR = "school_office_base.group_office_director"


class SchoolMyOffice(models.AbstractModel):
    """What procedures, reviews and trainings ask of the user."""

    _inherit = "school.my.office"

    def _sections(self):
        sections = [
            *super()._sections(),
            self._section_feedback(),
            self._section_improvements(),
            self._section_trainings(),
            self._section_restore_tests(),
        ]
        if self.env.user.has_group(DIRECTOR):
            sections.append(self._section_appraisal())
        return sections

    def _section_feedback(self):
        def item(feedback):
            return self._item(
                f"feedback-{feedback.id}",
                feedback.review_id.name,
                feedback.department_id.name,
                open_record=("school.process.feedback", feedback.id),
                deadline_info=feedback.deadline_info,
                deadline_state=feedback.deadline_state,
            )

        # sudo: the domain itself keeps to what waits for the caller
        Feedback = self.env["school.process.feedback"].sudo()
        return self._list_section(
            Feedback,
            Domain(Feedback._search_is_mine("in", [True]))
            & Domain("state", "=", "waiting"),
            item,
            order="deadline_at, id",
            key="process_feedback",
            title=self.env._("What does my department say?"),
            counter=self.env._("answer"),
            sequence=60,
            icon="fa-comments-o",
            action="school_office_base.school_process_feedback_action",
        )

    def _section_improvements(self):
        def item(action):
            return self._item(
                f"improvement-{action.id}",
                action.name,
                action.review_id.name or "",
                open_record=("school.process.action", action.id),
                deadline_info=action.deadline_info,
                deadline_state=action.deadline_state,
            )

        return self._list_section(
            # sudo: the domain itself keeps to what waits for the caller
            self.env["school.process.action"].sudo(),
            Domain("owner_id", "=", self.env.uid) & Domain("state", "=", "open"),
            item,
            order="deadline_at, id",
            key="process_actions",
            title=self.env._("Improvements I carry out"),
            counter=self.env._("improve"),
            sequence=61,
            icon="fa-wrench",
            action="school_office_base.school_process_action_action",
        )

    def _section_trainings(self):
        """Trainings I hold or am invited to: with a day, or due within a month."""
        soon = self.env.company._school_date() + timedelta(days=30)
        kinds = dict(
            self.env["school.training"]._fields["kind"]._description_selection(self.env)
        )

        def item(training):
            mine = training.trainer_id == self.env.user
            return self._item(
                f"training-{training.id}",
                training.name,
                " · ".join(
                    filter(
                        None,
                        (
                            self.env._("you hold it") if mine else kinds[training.kind],
                            training.procedure_id.name,
                            training.place_id.display_name,
                        ),
                    )
                ),
                open_record=("school.training", training.id),
                deadline_info=training.deadline_info,
                deadline_state=training.deadline_state,
            )

        return self._list_section(
            # sudo: the domain itself keeps to what waits for the caller
            self.env["school.training"].sudo(),
            Domain("state", "=", "planned")
            & (Domain("date", "!=", False) | Domain("date_due", "<=", soon))
            & (
                Domain("trainer_id", "=", self.env.uid)
                | Domain("participant_ids.user_id", "=", self.env.uid)
            ),
            item,
            order="deadline_at, id",
            key="trainings",
            title=self.env._("Trainings and tests"),
            counter=self.env._("training"),
            sequence=62,
            icon="fa-graduation-cap",
            action="school_office_base.school_training_action_mine",
        )

    def _section_restore_tests(self):
        """The restore test that is due soon, and faults to be remedied."""
        soon = self.env.company._school_date() + timedelta(days=10)

        def item(test):
            return self._item(
                f"restore-{test.id}",
                test.display_name,
                self.env._("Fault to be remedied") if test.state == "fault" else "",
                open_record=("school.restore.test", test.id),
                deadline_info=test.deadline_info,
                deadline_state=test.deadline_state,
            )

        mine = Domain("tester_id", "=", self.env.uid)
        if self.env.user.has_group("school_office_base.group_school_admin") or (
            self.env.user.has_group(DIRECTOR)
        ):
            mine |= Domain("deadline_state", "=", "late") | Domain(
                "state", "=", "fault"
            )
        return self._list_section(
            # sudo: the domain itself keeps to what waits for the caller
            self.env["school.restore.test"].sudo(),
            mine
            & (
                Domain("state", "=", "fault")
                | (Domain("state", "=", "planned") & Domain("date_due", "<=", soon))
            ),
            item,
            order="deadline_at, id",
            key="restore_tests",
            title=self.env._("Restore test of the archive"),
            counter=self.env._("test"),
            sequence=63,
            icon="fa-database",
            action="school_office_base.school_restore_test_action",
        )

    def _section_appraisal(self):
        """Entries proposed for the appraisal ledger, for the director."""
        return self._list_section(
            self.env["school.appraisal.entry"],
            Domain("state", "=", "proposed"),
            lambda entry: self._item(
                f"appraisal-{entry.id}",
                entry.whom,
                entry.remark,
                open_record=(entry._name, entry.id),
            ),
            key="appraisal_proposed",
            title=self.env._("Proposed for the appraisal ledger"),
            sequence=64,
            icon="fa-balance-scale",
            counter=self.env._("appraisal"),
            action="school_office_base.school_appraisal_entry_action_proposed",
        )
