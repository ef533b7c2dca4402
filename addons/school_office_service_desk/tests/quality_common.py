from datetime import datetime, timedelta

from odoo.fields import Command

from odoo.addons.school_office_base.models.demo import demo_time

from .common import DeskCommon

# A Tuesday in term; the sample of October is drawn in November.
OCTOBER = datetime(2026, 10, 13, 2)
NOVEMBER = datetime(2026, 11, 3, 2)


class QualityCommon(DeskCommon):
    """The desk has finished tickets in October; it is the third of November."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Three people who may score and had no hand in the tickets of the mender.
        cls.scorers = cls.director | cls.leader | cls.head
        cls.school.school_desk_scorer_ids = [Command.set(cls.scorers.ids)]

    def at(self, moment):
        """Let the software believe that it is ``moment``."""
        context = demo_time(moment)
        context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return moment

    def _finished(self, count=10, service="repair_building", school=None, **vals):
        """Tickets received, solved and closed in October."""
        with demo_time(OCTOBER):
            tickets = self._incoming(service=service, count=count, school=school)
        moment = OCTOBER + timedelta(hours=1)
        tickets.sudo().write(
            {
                "handler_id": self.mender.id,
                "acknowledged_at": moment,
                "responded_at": moment,
                "solved_at": moment,
                "closed_at": moment,
                "state": "closed",
                "solution": "The lamp shines again.",
                **vals,
            }
        )
        self.env.flush_all()
        return tickets

    def _drawn(self, count=10, **vals):
        """The sample of October, drawn in November."""
        self._finished(count, **vals)
        with demo_time(OCTOBER - timedelta(days=12)):
            sample = self.env["school.desk.sample"]._announce(self.school)
        self.at(NOVEMBER)
        sample._draw()
        return sample

    def _score(self, line, user, grade="full", match="same", **vals):
        """``user`` fills in his score of a sampled ticket and hands it in."""
        score = (
            self.env["school.desk.score"]
            .with_user(user)
            .search([("line_id", "=", line.id), ("scorer_id", "=", user.id)])
        )
        score.item_ids.write({"grade": grade})
        score.write(
            {
                "paper_match": match,
                "ledger_match": "same",
                "callback_match": "none",
                "comparison_note": "The paper says Monday." if match != "same" else "",
                **vals,
            }
        )
        score.action_submit()
        return score

    def _entries(self, record):
        return (
            self.env["school.register.entry"]
            .sudo()
            .search(
                [
                    ("register_code", "=", "desk_sample"),
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                ],
                order="seq",
            )
        )
