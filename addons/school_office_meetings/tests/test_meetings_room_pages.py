import lxml.html

from odoo.exceptions import AccessError
from odoo.http import root
from odoo.tests import HttpCase, tagged

from odoo.addons.school_office_meetings.tests.room_common import RoomCommon


@tagged("post_install", "-at_install")
class TestMeetingPages(RoomCommon, HttpCase):
    def _scan(self, meeting=None):
        meeting = meeting or self.meeting
        code = meeting._sign_in_code()[0]
        self.env.flush_all()
        return self.url_open(f"/meetings/in/{meeting.id}/{code}")

    def _press(self, page):
        """Press the button of a page, with its hidden field."""
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        path = page.text.split('method="post" action="')[1].split('"')[0]
        return self.url_open(path, data={"csrf_token": token})

    def test_a_scan_and_one_tap_sign_a_participant_in(self):
        user = self.members[0]
        self.authenticate(user.login, user.login.ljust(8, "x"))
        page = self._scan()
        self.assertIn(user.name, page.text)
        self.assertFalse(self._seat(user).is_present)  # looking changes nothing
        done = self._press(page)
        self.assertIn("You are signed in", done.text)
        self.env.invalidate_all()
        seat = self._seat(user)
        self.assertTrue(seat.is_present)
        self.assertEqual((seat.sign_in_method, seat.signed_in_by_id), ("qr", user))

    def test_whoever_scans_first_and_enters_his_password_then_is_in_time(self):
        user = self.members[0]
        self.authenticate(None, None)
        page = self._scan()
        self.assertIn("Who are you", page.text)
        self.assertNotIn(self.meeting.name, page.text)
        kept = root.session_store.get(self.opener.cookies["session_id"])
        self.assertEqual(kept["school_meeting_scanned"]["meeting"], self.meeting.id)
        # What signing in to Odoo does: another session id, the same contents.
        scanned = kept["school_meeting_scanned"]
        session = self.authenticate(user.login, user.login.ljust(8, "x"))
        session["school_meeting_scanned"] = scanned
        root.session_store.save(session)
        page = self.url_open(f"/meetings/in/{self.meeting.id}")
        self._press(page)
        self.env.invalidate_all()
        self.assertTrue(self._seat(user).is_present)

    def test_an_old_or_foreign_code_gives_one_answer(self):
        user = self.members[0]
        self.authenticate(user.login, user.login.ljust(8, "x"))
        code = self.meeting._sign_in_code()[0]
        self.env.flush_all()
        other = self._called_meeting()
        other._sign_in_secret()
        self.env.flush_all()
        answers = {
            self.url_open(path).text
            for path in (
                f"/meetings/in/{self.meeting.id}/AAAAAAAA",
                f"/meetings/in/{other.id}/{code}",
                f"/meetings/in/999999/{code}",
                f"/meetings/in/99999999999999/{code}",
                f"/meetings/in/{self.meeting.id}",
            )
        }
        self.assertEqual(len(answers), 1)
        self.assertIn("expired", answers.pop())

    def test_who_is_not_on_the_list_learns_nothing(self):
        for user in (self.teacher, self.stranger):
            self.authenticate(user.login, user.login.ljust(8, "x"))
            page = self._scan()
            self.assertEqual(page.status_code, 403)
            self.assertNotIn(self.meeting.name, page.text)

    def test_a_guest_signs_in_with_his_link_and_the_code(self):
        seat = self.meeting.participant_ids.filtered("partner_id")
        path = f"/meetings/guest/{seat.id}/{seat._guest_token()}"
        self.authenticate(None, None)
        page = self.url_open(path)
        self.assertIn("Guest Gao", page.text)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        wrong = self.url_open(path, data={"csrf_token": token, "code": "AAAA"})
        self.assertIn("not, or no longer", wrong.text)
        page = self._scan()
        self.assertIn("Guest Gao", page.text)
        self._press(page)
        self.env.invalidate_all()
        self.assertTrue(seat.is_present)
        self.assertFalse(seat.attended_by_id)
        self.assertEqual(self.url_open(path + "x").status_code, 404)
        self.assertEqual(
            self.url_open(f"/meetings/guest/{self._seat(self.chair).id}/x").status_code,
            404,
        )

    def test_a_post_without_the_token_of_the_page_is_refused(self):
        user = self.members[0]
        self.authenticate(user.login, user.login.ljust(8, "x"))
        self._scan()
        answer = self.url_open(f"/meetings/in/{self.meeting.id}", data={"x": "1"})
        self.assertEqual(answer.status_code, 400)
        self.env.invalidate_all()
        self.assertFalse(self._seat(user).is_present)

    def test_a_scan_holds_for_five_minutes(self):
        user = self.members[0]
        self.authenticate(user.login, user.login.ljust(8, "x"))
        page = self._scan()
        kept = root.session_store.get(self.opener.cookies["session_id"])
        kept["school_meeting_scanned"] = {"meeting": self.meeting.id, "until": 1}
        root.session_store.save(kept)
        self.assertIn("expired", self._press(page).text)

    # The sheet (MTG-13)

    def test_the_sheet_says_who_came_how_and_why_not(self):
        self._open(self.chair, self.members[0])
        self._seat(self.members[1]).with_user(self.recorder).action_mark_absent("Ill")
        report = self.env["ir.actions.report"].with_user(self.recorder)
        html = report._render_qweb_html(
            "school_office_meetings.sign_in_sheet", self.meeting.ids
        )[0].decode()
        for text in ("Council Meeting", "room_member_0", "Clerk", "Ill", "Guest Gao"):
            self.assertIn(text, html)
        # One article in another would be printed twice, or not at all.
        found = lxml.html.fromstring(html).find_class("article")
        self.assertEqual(len(found), 1)
        for user in (self.members[0], self.teacher, self.stranger):
            with self.assertRaises(AccessError):
                self.env["ir.actions.report"].with_user(user)._render_qweb_html(
                    "school_office_meetings.sign_in_sheet", self.meeting.ids
                )

    def test_nobody_forges_over_http(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        self.env.flush_all()
        outsider = self.teacher
        self.authenticate(outsider.login, outsider.login.ljust(8, "x"))
        for model, method, args in (
            ("school.meeting", "get_room", [self.meeting.ids]),
            ("school.meeting", "action_start", [self.meeting.ids, True]),
            ("school.meeting", "action_end", [self.meeting.ids, True]),
            ("school.meeting", "get_sign_in_screen", [self.meeting.ids]),
            ("school.meeting.vote", "action_cast", [vote.ids, "for"]),
            ("school.meeting.vote", "action_close", [vote.ids]),
            ("school.meeting.vote", "read", [vote.ids, ["question"]]),
            ("school.meeting.turnout", "search_read", [[("sealed", "!=", False)]]),
            ("school.meeting.item", "save_texts", [item.ids, {}]),
            ("school.meeting.item", "action_consent", [item.ids]),
            ("school.meeting.participant", "_sign_in", [self._seat(self.chair).ids]),
            ("school.meeting", "_sign_in_code", [self.meeting.ids]),
            ("school.meeting.ballot", "create", [{"vote_id": vote.id}]),
        ):
            with self.subTest(method=f"{model}.{method}"):
                answer = self.url_open(
                    "/web/dataset/call_kw",
                    json={
                        "params": {
                            "model": model,
                            "method": method,
                            "args": args,
                            "kwargs": {"context": {"su": True, "default_state": "x"}},
                        }
                    },
                ).json()
                self.assertIn("error", answer)
        self.env.invalidate_all()
        self.assertEqual(vote.state, "open")
        self.assertFalse(vote.ballot_ids)
