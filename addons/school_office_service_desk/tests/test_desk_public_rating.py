from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .public_common import PublicCommon


@tagged("post_install", "-at_install")
class TestDeskPublicRating(PublicCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self._incoming(requester_email="han@example.com")
        self.ticket.with_user(self.agent).action_take()
        self.ticket.with_user(self.agent)._solve("Done")
        self.path = self.ticket._rating_path()

    def _rating(self, ticket=None):
        return (ticket or self.ticket)._rating_given()

    def test_one_tap_without_login_and_once(self):
        page = self._get(f"{self.path}?score=4")
        self.assertEqual(page.status_code, 200)
        self.assertIn("data-tapped", page.text)
        self.assertFalse(self._rating())
        answer = self._post(self.path, {"score": "4"})
        self.assertIn("Thank you", answer.text)
        self.assertEqual(self._rating().rating, 4)
        self.assertEqual(self._rating().rated_partner_id, self.agent.partner_id)
        self._post(self.path, {"score": "1"}, page=f"/desk/{self.slug}/general")
        self.assertEqual(self._rating().rating, 4)
        self.assertEqual(
            self.env["rating.rating"].search_count(
                [("school_ticket_id", "=", self.ticket.id)]
            ),
            1,
        )

    def test_a_word_can_follow_once(self):
        self._post(self.path, {"score": "5"})
        self._post(self.path, {"word": "Quick <b>and kind"})
        self.assertEqual(self._rating().feedback, "Quick <b>and kind")
        page = self._post(
            self.path, {"word": "Changed"}, page=f"/desk/{self.slug}/general"
        )
        self.assertEqual(self._rating().feedback, "Quick <b>and kind")
        self.assertIn("Quick &lt;b&gt;and kind", page.text)

    def test_odd_points_are_no_rating(self):
        for odd in ("0", "6", "-1", "45", "x", "1.5", " "):
            with self.subTest(odd=odd):
                self._post(self.path, {"score": odd})
                self.assertFalse(self._rating())

    def test_a_link_expires_after_the_days_of_the_school(self):
        now = fields.Datetime.now()
        with freeze_time(now + timedelta(days=13)):
            self.assertTrue(self.Ticket._by_rating_token(self._token()))
        with freeze_time(now + timedelta(days=15)):
            self.assertFalse(self.Ticket._by_rating_token(self._token()))
            with self.assertRaises(UserError):
                self.ticket._rate(5)

    def _token(self):
        return self.path.rpartition("/")[2]

    def test_wrong_links_look_alike(self):
        token = self._token()
        self.ticket.with_user(self.agent)._reopen("Not yet")
        for wrong in (
            token,
            token[:-2] + "AA",
            token.upper(),
            token + "=",
            "A" * len(token),
            "x",
            f"{self.ticket.id}",
        ):
            with self.subTest(wrong=wrong):
                page = self._get(f"/desk/rate/{wrong}")
                self.assertEqual(page.status_code, 404)
                self.assertNotIn(self.school.name, page.text)

    def test_what_was_opened_again_is_rated_anew(self):
        self._post(self.path, {"score": "2"})
        self.ticket.with_user(self.agent)._reopen("Not yet")
        self.ticket.with_user(self.agent)._solve("Now")
        path = self.ticket._rating_path()
        self.assertNotEqual(path, self.path)
        self._post(path, {"score": "5"})
        self.assertEqual(self._rating().rating, 5)
        self.assertEqual(self.ticket.rating_last_value, 5)

    def test_nobody_rates_his_own_work(self):
        own = self._ask(self.agent, requester_user_id=self.agent.id)
        own.with_user(self.agent).action_take()
        own.with_user(self.agent)._solve("I did it")
        self.assertIsNone(own._rating_path())
        with self.assertRaises(UserError):
            own._rate(5)
        # Not with the link of somebody else either.
        for user in (self.agent, self.mender):
            self._sign_in(user)
            self.assertEqual(self._get(self.path).status_code, 403)
        self.authenticate(None, None)
        self.assertEqual(self._get(self.path).status_code, 200)

    def test_the_requester_rates_on_his_page(self):
        link = self._link(self.ticket)
        self.assertIn("How did we do?", self._get(link).text)
        answer = self._post(link.replace("?", "/rate?"), {"score": "3"}, page=link)
        self.assertIn("Thank you for your rating", answer.text)
        self.assertEqual(self._rating().rating, 3)
        self.assertIn("★★★☆☆", self._get(link).text)

    def test_ratings_are_forged_neither_by_rpc_nor_by_odoos_own_routes(self):
        self._post(self.path, {"score": "2"})
        rating = self._rating()
        self.assertFalse(rating.access_token)
        model_id = self.env["ir.model"]._get_id("school.ticket")
        decoy = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.parent.partner_id.id,
            }
        )
        for user in (self.teacher, self.agent, self.director, self.admin):
            with self.subTest(user=user.login):
                self._forge(user, rating, decoy, model_id)
        self.assertEqual(rating.rating, 2)
        rating.access_token = "0" * 32
        self.env.flush_all()
        page = self._get(f"/rate/{'0' * 32}/5")
        self.assertEqual(page.status_code, 404)
        self.assertNotIn(self.ticket.name, page.text)
        with mute_logger("odoo.http"):
            self._post_with(
                f"/rate/{'0' * 32}/submit_feedback",
                {
                    "csrf_token": self._csrf(
                        self._get(f"/desk/{self.slug}/general").text
                    ),
                    "rate": 5,
                },
            )
        self.assertEqual(rating.rating, 2)

    def _forge(self, user, rating, decoy, model_id):
        """Try every way that Odoo gives an employee to make or change a rating."""
        ratings = self.env["rating.rating"].with_user(user)
        ticket = self.ticket.with_user(user)
        for attempt in (
            lambda: ratings.create(
                {
                    "res_model_id": model_id,
                    "res_id": self.ticket.id,
                    "rating": 5,
                    "consumed": True,
                }
            ),
            lambda: ratings.browse(rating.id).write({"rating": 5}),
            lambda: ratings.browse(rating.id).unlink(),
            lambda: ratings.browse(rating.id).reset(),
            lambda: ratings.browse(decoy.id).write(
                {"res_model_id": model_id, "res_id": self.ticket.id}
            ),
            lambda: ticket.message_post(body="x", rating_value=5),
            lambda: ticket.message_post(body="x", rating_id=rating.id),
            lambda: ticket.rating_apply(5, rating=rating),
            lambda: ticket._rating_get_access_token(),
            lambda: ticket.write({"rating_ids": [(1, rating.id, {"rating": 5})]}),
            lambda: ticket.write({"rating_last_value": 5}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                attempt()

    def test_public_methods_of_core_are_closed_over_rpc(self):
        self._sign_in(self.teacher)
        ticket = self._ask(self.teacher)
        for method, args in (
            ("rating_apply", [[ticket.id], 5]),
            ("rating_send_request", [[ticket.id], 1]),
            ("get_portal_url", [[ticket.id]]),
            ("message_post", [[ticket.id]]),
        ):
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    "/web/dataset/call_kw",
                    json={
                        "params": {
                            "model": "school.ticket",
                            "method": method,
                            "args": args,
                            "kwargs": {"rating_value": 5}
                            if method == "message_post"
                            else {},
                        }
                    },
                ).json()
            with self.subTest(method=method):
                self.assertIn("error", answer)

    def test_a_rating_is_read_like_its_request(self):
        self._post(self.path, {"score": "2"})
        rating = self._rating()
        visible = self.env["rating.rating"].with_user
        self.assertEqual(visible(self.agent).browse(rating.id).rating, 2)
        for user in (self.teacher, self.stranger):
            self.assertFalse(visible(user).search([("id", "=", rating.id)]))
            with self.assertRaises(AccessError):
                visible(user).browse(rating.id).read(["rating"])

    def test_a_low_rating_is_looked_into_by_somebody_else(self):
        self._post(self.path, {"score": "2"})
        review = self.env["school.ticket.review"].search(
            [("ticket_id", "=", self.ticket.id)]
        )
        self.assertEqual(review.state, "open")
        self.assertEqual(review.activity_ids.user_id, self.clerk)
        mine = review.with_user(self.director)
        with self.assertRaises(UserError):
            mine.action_settle()
        mine.action_look()
        mine.write({"cause": "slow", "measure": "We called and excused ourselves"})
        mine.action_settle()
        self.assertEqual(review.state, "done")
        self.assertEqual(review.reviewer_id, self.director)
        with self.assertRaises(UserError):
            mine.write({"cause": "unfounded"})
        for user in (self.agent, self.teacher, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                review.with_user(user).action_look()

    def test_whoever_was_rated_does_not_see_the_review(self):
        self.ticket.with_user(self.agent)._reopen("no")
        self.ticket.with_user(self.director).action_take()
        self.ticket.with_user(self.director)._solve("Done")
        self._post(self.ticket._rating_path(), {"score": "1"})
        review = self.env["school.ticket.review"].search(
            [("ticket_id", "=", self.ticket.id)]
        )
        self.assertIn(self.director, review.rated_user_ids)
        self.assertFalse(
            self.env["school.ticket.review"]
            .with_user(self.director)
            .search([("id", "=", review.id)])
        )
        with self.assertRaises(AccessError):
            review.with_user(self.director).action_settle()
        with self.assertRaises(AccessError):
            review.with_user(self.clerk).write({"state": "done"})

    def test_a_good_rating_opens_nothing(self):
        self._post(self.path, {"score": "3"})
        self.assertFalse(self.env["school.ticket.review"].search_count([]))

    def test_a_get_with_points_records_nothing(self):
        for score in "12345":
            self._get(f"{self.path}?score={score}")
        self.assertFalse(self._rating())
