import json
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.school_office_base.models.demo import demo_time

from ..tools import sampling
from .quality_common import NOVEMBER, OCTOBER, QualityCommon


@tagged("post_install", "-at_install")
class TestDeskSample(QualityCommon):
    def test_the_hash_of_the_seed_is_in_the_register_before_the_month_is_over(self):
        with demo_time(OCTOBER):
            sample = self.env["school.desk.sample"]._announce(self.school)
            again = self.env["school.desk.sample"]._announce(self.school)
        self.assertEqual(sample, again)
        entry = self._entries(sample)
        payload = json.loads(entry.payload)
        self.assertEqual(payload["seed_hash"], sample.seed_hash)
        self.assertNotIn(sample.sudo().seed_secret, entry.payload)

    def test_nobody_reads_the_seed_before_the_draw(self):
        with demo_time(OCTOBER):
            sample = self.env["school.desk.sample"]._announce(self.school)
        sample = sample.with_user(self.director)
        self.assertFalse(sample.seed)
        for user in (self.director, self.admin, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                sample.with_user(user).read(["seed_secret"])
        with self.assertRaises(AccessError):
            sample.search([("seed_secret", "like", "a")])

    def test_a_month_that_runs_is_not_drawn(self):
        with demo_time(OCTOBER):
            sample = self.env["school.desk.sample"]._announce(self.school)
            with self.assertRaisesRegex(UserError, "when the month is over"):
                sample.with_user(self.director).action_draw()
        with demo_time(NOVEMBER), self.assertRaises(AccessError):
            sample.with_user(self.agent).action_draw()

    def test_a_fifth_of_the_month_is_drawn_and_rounded_up(self):
        sample = self._drawn(11)
        self.assertEqual((sample.population_count, sample.size), (11, 3))
        self.assertEqual(len(sample.line_ids), 3)
        self.assertEqual(sample.state, "drawn")

    def test_only_what_was_finished_in_the_month_is_drawn_from(self):
        late = self._finished(2)
        late.sudo().closed_at = NOVEMBER
        void = self._finished(1)
        void.sudo().state = "void"
        sample = self._drawn(5)
        self.assertEqual(sample.population_count, 5)
        self.assertFalse((late | void) & sample.line_ids.ticket_id)

    def test_midnight_is_that_of_the_school(self):
        # 31 October 16:30 UTC is half past midnight on 1 November in Shanghai.
        after = self._finished(1)
        after.sudo().closed_at = "2026-10-31 16:30:00"
        before = self._finished(1)
        before.sudo().closed_at = "2026-10-31 15:59:59"
        self.school.school_desk_sample_share = 100
        sample = self._drawn(0)
        self.assertEqual(sample.line_ids.ticket_id, before)

    def test_a_month_without_tickets_is_done_at_once(self):
        sample = self._drawn(0)
        self.assertEqual((sample.state, sample.size), ("done", 0))

    def test_anybody_can_draw_again(self):
        sample = self._drawn(20)
        self.assertEqual(sample._verify(), "")
        entry = self._entries(sample)[-1]
        payload = json.loads(entry.payload)
        self.assertEqual(
            sampling.commitment(payload["seed"]),
            json.loads(self._entries(sample)[0].payload)["seed_hash"],
        )
        self.assertEqual(
            payload["line_ids"],
            sample.line_ids.sorted("position").mapped("ticket_number"),
        )

    def test_a_forged_draw_is_found(self):
        sample = self._drawn(20)
        spare = self.Ticket.search(
            [("id", "not in", sample.line_ids.ticket_id.ids)], limit=1
        )
        sample.line_ids[0].sudo().ticket_id = spare
        self.assertIn("other tickets", sample._verify())
        sample.line_ids[0].sudo().ticket_id = sample.line_ids[0].ticket_id
        sample.sudo().population = {**sample.sudo().population, "999999": [1, 1, 0, 0]}
        self.assertIn("not what was recorded", sample._verify())

    def test_low_ratings_and_near_misses_are_strata(self):
        tickets = self._finished(20)
        missed = tickets[0]
        self.env.cr.execute(
            "UPDATE school_ticket SET rating_last_value = 1 WHERE id IN %s",
            [tuple(tickets[:5].ids)],
        )
        tickets.invalidate_recordset()
        strata = (
            self.env["school.desk.sample"]
            .new({"company_id": self.school.id})
            ._strata(tickets)
        )
        self.assertEqual(strata[tickets[0].id][2], 1)
        self.assertEqual(strata[tickets[6].id][2], 0)
        self.assertEqual(strata[missed.id][0], missed.service_id.id)

    def test_whoever_worked_on_it_never_scores_it(self):
        everybody = self.director | self.leader | self.mender | self.agent
        self.school.school_desk_scorer_ids = [Command.set(everybody.ids)]
        sample = self._drawn(10, first_contact_id=self.agent.id)
        for line in sample.line_ids:
            self.assertEqual(line.scorer_ids, self.director | self.leader)

    def test_who_acted_in_its_history_never_scores_it(self):
        tickets = self._finished(3)
        for ticket in tickets:
            ticket.sudo()._log_event("note", user=self.leader)
        self.school.school_desk_sample_share = 100
        sample = self._drawn(0)
        self.assertNotIn(self.leader, sample.line_ids.scorer_ids)

    def test_a_ticket_for_named_people_is_scored_by_them_alone(self):
        tickets = self._finished(2)
        tickets.sudo().write(
            {
                "visibility": "named",
                "allowed_user_ids": [Command.set((self.leader | self.head).ids)],
            }
        )
        self.school.school_desk_sample_share = 100
        sample = self._drawn(0)
        for line in sample.line_ids:
            self.assertEqual(line.scorer_ids, self.leader | self.head)
            self.assertFalse(line.ticket_name or line.request_text or line.solution)
        with self.assertRaises(AccessError):
            sample.line_ids[0].with_user(self.director).read(["ticket_number"])

    def test_too_few_scorers_are_said_and_found_later(self):
        self.school.school_desk_scorer_ids = [Command.set(self.director.ids)]
        sample = self._drawn(5)
        line = sample.line_ids
        self.assertEqual(line.state, "short")
        self.school.school_desk_scorer_ids = [
            Command.set((self.director | self.leader).ids)
        ]
        line.with_user(self.director).action_find_scorers()
        self.assertEqual(line.state, "open")
        self.assertEqual(line.scorer_ids, self.director | self.leader)

    def test_scorers_are_people_of_the_school(self):
        with self.assertRaisesRegex(UserError, "who work at"):
            self.school.school_desk_scorer_ids = [Command.link(self.stranger.id)]

    def test_the_scheduled_action_draws_what_is_over_and_announces_the_next(self):
        with demo_time(OCTOBER):
            october = self.env["school.desk.sample"]._announce(self.school)
        self._finished(5)
        self.at(NOVEMBER)
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_office_service_desk.cron_desk_samples"
            ).method_direct_trigger()
        october.invalidate_recordset()
        self.assertEqual(october.state, "drawn")
        november = self.env["school.desk.sample"].search(
            [("company_id", "=", self.school.id), ("date_from", "=", "2026-11-01")]
        )
        self.assertEqual(november.state, "announced")

    def test_drawing_costs_no_query_more_for_more_tickets(self):
        counts = []
        for number, count in enumerate((20, 100)):
            with demo_time(OCTOBER):
                sample = self.env["school.desk.sample"]._announce(
                    self.school, (OCTOBER + timedelta(days=31 * number)).date()
                )
            tickets = self._finished(count)
            tickets.sudo().closed_at = OCTOBER + timedelta(days=31 * number)
            self.env.invalidate_all()
            with demo_time(NOVEMBER + timedelta(days=40)):
                before = self.env.cr.sql_log_count
                sample._draw()
                self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        # One more INSERT per hundred rows, one UPDATE per pair of scorers.
        self.assertLess(counts[1], counts[0] + 8, counts)


@tagged("post_install", "-at_install")
class TestDeskScore(QualityCommon):
    def setUp(self):
        super().setUp()
        self.sample = self._drawn(5)
        self.line = self.sample.line_ids
        self.first, self.second = self.line.score_ids.sorted("round")
        self.one, self.two = self.first.scorer_id, self.second.scorer_id

    def test_two_different_people_score(self):
        self.assertEqual(len(self.line), 1)
        self.assertNotEqual(self.one, self.two)

    def test_the_second_cannot_read_the_first_by_any_way(self):
        self._score(self.line, self.one, "half")
        Score = self.env["school.desk.score"].with_user(self.two)
        Item = self.env["school.desk.score.item"].with_user(self.two)
        for attempt in (
            lambda: Score.browse(self.first.id).read(["total"]),
            lambda: Item.browse(self.first.item_ids.ids).read(["grade"]),
            lambda: Score.browse(self.first.id).action_open_ticket(),
            lambda: Score.browse(self.first.id).write({"remark": "x"}),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertEqual(Score.search([("line_id", "=", self.line.id)]), self.second)
        self.assertFalse(Item.search([("score_id", "=", self.first.id)]))
        self.assertEqual(
            Score.formatted_read_group([], aggregates=["total:sum"])[0]["total:sum"], 0
        )
        line = self.line.with_user(self.two)
        self.assertEqual(line.score_ids, self.second)
        self.assertFalse(line.result)
        self.assertEqual(line.state, "open")

    def test_the_director_does_not_see_them_either_unless_he_scores(self):
        self._score(self.line, self.one, "half")
        outsider = self._person("deputy", self.school, "group_office_director")
        self.assertFalse(self.env["school.desk.score"].with_user(outsider).search([]))

    def test_both_see_both_when_the_result_is_final(self):
        self._score(self.line, self.one)
        self._score(self.line, self.two)
        self.assertEqual((self.line.state, self.line.result), ("final", 100.0))
        self.assertTrue(self.line.is_passed)
        scores = self.env["school.desk.score"].with_user(self.two).search([])
        self.assertEqual(scores, self.first | self.second)
        self.assertEqual(self.sample.state, "done")
        self.assertEqual(self._entries(self.sample).mapped("event")[-1], "scored")

    def test_the_total_leaves_out_what_does_not_apply(self):
        score = self.first.with_user(self.one)
        score.item_ids[0].grade = "na"
        score.item_ids[1:].write({"grade": "half"})
        self.assertEqual(score.total, 50.0)

    def test_an_unfinished_score_says_what_is_missing(self):
        score = self.first.with_user(self.one)
        with self.assertRaisesRegex(UserError, "has no points yet"):
            score.action_submit()
        score.item_ids.write({"grade": "na"})
        with self.assertRaisesRegex(UserError, "At least one question"):
            score.action_submit()
        score.item_ids.write({"grade": "full"})
        with self.assertRaisesRegex(UserError, "Paper Entry"):
            score.action_submit()
        score.write(
            {"paper_match": "differs", "ledger_match": "same", "callback_match": "none"}
        )
        with self.assertRaisesRegex(UserError, "what differs"):
            score.action_submit()

    def test_a_score_that_is_handed_in_stays(self):
        score = self._score(self.line, self.one)
        for attempt in (
            lambda: score.write({"remark": "Better so."}),
            lambda: score.item_ids.write({"grade": "none"}),
            lambda: score.action_submit(),
        ):
            with self.assertRaisesRegex(UserError, "handed in"):
                attempt()

    def test_nobody_forges_a_score(self):
        score = self.first.with_user(self.one)
        for vals in (
            {"state": "submitted"},
            {"total": 100},
            {"is_revealed": True},
            {"scorer_id": self.two.id},
        ):
            with self.assertRaises(AccessError):
                score.write(vals)
        with self.assertRaises(AccessError):
            score.item_ids.write({"max_points": 1000})
        with self.assertRaises(AccessError):
            score.item_ids.write({"points": 1000})
        for model in ("school.desk.score", "school.desk.sample.line"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.director).create(
                    {"line_id": self.line.id, "scorer_id": self.director.id}
                    if model.endswith("score")
                    else {"sample_id": self.sample.id}
                )
        with self.assertRaises(AccessError):
            score.unlink()
        with self.assertRaises(AccessError):
            self.second.with_user(self.one).action_submit()

    def test_two_who_differ_get_a_third_look(self):
        self._score(self.line, self.one, "full")
        self._score(self.line, self.two, "none")
        self.assertEqual(self.line.state, "third")
        third = self.line.score_ids.filtered(lambda score: score.round == 3)
        self.assertEqual(third.scorer_id, self.scorers - self.one - self.two)
        self.assertFalse(self.line.result)
        # He does not know what the two have given.
        self.assertEqual(
            self.env["school.desk.score"].with_user(third.scorer_id).search([]), third
        )
        self._score(self.line, third.scorer_id, "half")
        self.assertEqual((self.line.state, self.line.result), ("final", 50.0))
        self.assertEqual(self.line.gap, 100.0)

    def test_without_a_third_the_stricter_counts(self):
        self.school.school_desk_scorer_ids = [Command.set((self.one | self.two).ids)]
        self._score(self.line, self.one, "full")
        self._score(self.line, self.two, "none")
        self.assertEqual((self.line.state, self.line.result), ("final", 0.0))

    def test_strangers_see_nothing(self):
        for model in (
            "school.desk.sample",
            "school.desk.sample.line",
            "school.desk.score",
            "school.desk.score.item",
        ):
            self.assertFalse(self.env[model].with_user(self.stranger).search([]))
            self.assertFalse(self.env[model].with_user(self.mender).search([]))


@tagged("post_install", "-at_install")
class TestDeskFinding(QualityCommon):
    def setUp(self):
        super().setUp()
        self.sample = self._drawn(5)
        self.line = self.sample.line_ids
        for score in self.line.score_ids:
            self._score(self.line, score.scorer_id, "none", remark="Nobody answered.")
        self.finding = self.line.finding_ids

    def _order(self, owner=None, **vals):
        finding = self.finding.with_user(self.director)
        finding.write(
            {
                "owner_id": (owner or self.agent).id,
                "measure": "Tell requesters on the same day.",
                "due_date": "2026-11-10",
                **vals,
            }
        )
        finding.action_start()
        return finding

    def _step(self, user, step, text="Done.", finding=None):
        wizard = (
            self.env["school.desk.quality.step"]
            .with_user(user)
            .create(
                {
                    "step": step,
                    "text": text,
                    "finding_ids": [Command.set((finding or self.finding).ids)],
                }
            )
        )
        wizard.action_apply()

    def test_a_failed_ticket_becomes_a_finding_without_names_of_scorers(self):
        self.assertEqual(self.finding.kind, "points")
        self.assertEqual(self.finding.person_id, self.mender)
        self.assertIn("Nobody answered.", self.finding.description)
        self.assertNotIn(self.finding.create_uid, self.scorers)
        self.assertFalse(self.finding.message_partner_ids)

    def test_a_passed_ticket_with_differing_records_is_a_finding_too(self):
        self.school.school_desk_sample_share = 100
        tickets = self._finished(1)
        tickets.sudo().closed_at = NOVEMBER
        sample = self.env["school.desk.sample"]._announce(self.school)
        with demo_time(NOVEMBER + timedelta(days=30)):
            sample._draw()
            for score in sample.line_ids.score_ids:
                self._score(sample.line_ids, score.scorer_id, "full", match="missing")
        self.assertTrue(sample.line_ids.is_passed)
        self.assertEqual(sample.line_ids.finding_ids.kind, "records")

    def test_a_correction_has_an_owner_and_a_day(self):
        finding = self.finding.with_user(self.director)
        with self.assertRaisesRegex(UserError, "who corrects it"):
            finding.action_start()
        finding.write({"owner_id": self.agent.id, "due_date": "2026-11-01"})
        with self.assertRaisesRegex(UserError, "what is to be corrected"):
            finding.action_start()
        finding.measure = "Train."
        with self.assertRaisesRegex(UserError, "is over"):
            finding.action_start()
        finding.due_date = "2026-11-10"
        finding.action_start()
        self.assertEqual(finding.deadline_state, "running")
        self.assertEqual(
            finding.deadline_at,
            self.school._worktime().close_of_day(finding.due_date),
        )

    def test_only_the_owner_reports_and_somebody_else_looks_again(self):
        finding = self._order(self.director)
        with self.assertRaises(AccessError):
            self._step(self.mender, "report")
        self._step(self.director, "report")
        self.assertEqual(finding.state, "done")
        with self.assertRaisesRegex(AccessError, "does not re-check"):
            self._step(self.director, "pass")
        deputy = self._person("deputy", self.school, "group_office_director")
        self._step(deputy, "fail", "The same again.")
        self.assertEqual((finding.state, finding.recheck_count), ("acting", 1))
        self._step(self.director, "report", "Now really.")
        self._step(deputy, "pass", "Looked at ten tickets.")
        self.assertEqual(finding.state, "closed")
        self.assertEqual(finding.rechecked_by_id, deputy)

    def test_the_person_concerned_reads_and_cannot_change_it(self):
        finding = self.finding.with_user(self.mender)
        self.assertIn("Nobody answered.", finding.description)
        for attempt in (
            lambda: finding.write({"measure": "Nothing."}),
            lambda: finding.action_start(),
            lambda: finding.unlink(),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_states_are_set_by_steps_only(self):
        for vals in ({"state": "closed"}, {"rechecked_by_id": self.director.id}):
            with self.assertRaises(AccessError):
                self.finding.with_user(self.director).write(vals)

    def test_a_dialog_of_somebody_else_s_finding_is_refused(self):
        with self.assertRaises(AccessError):
            self._step(self.stranger, "report")
        with self.assertRaises(AccessError):
            self._step(self.teacher, "pass")

    def test_retraining_and_appraisal_follow_if_they_are_ticked(self):
        finding = self._order(needs_training=True, needs_appraisal=True)
        training = self.env["school.training"].search(
            [("res_model", "=", finding._name), ("res_id", "=", finding.id)]
        )
        self.assertEqual(training.kind, "retraining")
        self.assertEqual(
            training.sudo().participant_ids.employee_id.user_id, self.mender
        )
        entry = self.env["school.appraisal.entry"].search(
            [("source_key", "=", f"desk.finding:{finding.id}")]
        )
        self.assertEqual((entry.user_id, entry.state), (self.mender, "proposed"))

    def test_without_a_tick_nothing_follows(self):
        finding = self._order()
        self.assertFalse(
            self.env["school.training"].search(
                [("res_model", "=", finding._name), ("res_id", "=", finding.id)]
            )
        )
