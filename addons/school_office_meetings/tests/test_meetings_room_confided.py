from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.school_office_meetings.models.meeting_confided import CONFIDED_KINDS
from odoo.addons.school_office_meetings.tests.minutes_common import (
    NOW,
    MinutesCommon,
)
from odoo.addons.school_office_meetings.tests.room_common import RoomCommon

WORDS = {
    "answer_reason": "My son is in hospital",
    "absence_reason": "Pneumonia, he said",
    "left_reason": "The kindergarten called",
    "phone_note": "Wept on the phone",
}
SECRETS = ("hospital", "Pneumonia", "kindergarten", "Wept")


@tagged("post_install", "-at_install")
class TestConfided(RoomCommon):
    """What people confide is read by whoever keeps the meeting, and by nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sick = cls.members[0]
        cls.deputy = cls._person("room_stand_in", cls.school)
        row = cls._seat(cls.sick).with_user(cls.sick)
        row._answer("deputy", WORDS["answer_reason"], cls.deputy)
        row.with_user(cls.recorder)._record_phone_call(True, WORDS["phone_note"])
        cls.row = row.sudo(False).with_env(cls.env)
        cls.row.write({name: WORDS[name] for name in ("absence_reason", "left_reason")})
        cls.env.flush_all()
        cls.told = (
            cls.sick | cls.deputy | cls.chair | cls.recorder | cls.clerk | cls.director
        )
        cls.untold = cls.members[1:] | cls.observer | cls.teacher
        # As far as anybody of the school gets
        cls.untold.group_ids += cls.env.ref("base.group_allow_export")

    def _clean(self, value):
        text = repr(value)
        self.assertFalse([word for word in SECRETS if word in text], text[:500])

    def test_only_those_who_keep_the_meeting_and_he_himself_read_it(self):
        for user in self.told:
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                row = self.row.with_user(user)
                self.assertEqual(row.read(list(WORDS))[0], {"id": row.id, **WORDS})
                for name, words in WORDS.items():
                    self.assertEqual(row.search([(name, "ilike", words)]), row)
        for user in self.untold:
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                row = self.row.with_user(user)
                # That he does not come himself is no secret.
                self.assertEqual(row.answer, "deputy")
                self._clean(row.read())
                self._clean(row.export_data([*WORDS, "answer"]))
                self._clean(row.web_read({name: {} for name in WORDS}))
                self._clean(
                    self.meeting.with_user(user).web_read(
                        {"participant_ids": {"fields": {name: {} for name in WORDS}}}
                    )
                )
                if user != self.teacher:
                    self._clean(self.meeting.with_user(user).get_room())

    def test_nobody_finds_out_by_searching_sorting_or_grouping(self):
        for user in self.untold:
            fields_get = self.row.with_user(user).fields_get()
            self.assertTrue(set(fields_get).isdisjoint(f"{n}_kept" for n in WORDS))
            for name, words in WORDS.items():
                with self.subTest(user=user.login, name=name):
                    self._check_unsearchable(user, name, words)

    def _check_unsearchable(self, user, name, words):
        seat, meeting = self.row.with_user(user), self.meeting.with_user(user)
        mine = [("meeting_id", "=", meeting.id)]
        for operator, value in (
            ("ilike", words[:5]),
            ("=like", f"{words[:3]}%"),
            ("=", words),
            ("in", [words]),
            ("!=", False),
            ("not in", [False, "x"]),
        ):
            self.assertFalse(seat.search([*mine, (name, operator, value)]), operator)
        # For him it is empty: he finds it where he looks for what is empty.
        self.assertIn(seat, seat.search([*mine, (name, "=", False)]))
        self.assertIn(seat, seat.search([*mine, (name, "not ilike", "hosp")]))
        self.assertFalse(meeting.search([(f"participant_ids.{name}", "ilike", words)]))
        kept = f"{name}_kept"
        for way in (
            lambda: seat.formatted_read_group(mine, [name], ["__count"]),
            lambda: seat.search([], order=name),
            lambda: seat.read([kept]),
            lambda: seat.search([(kept, "!=", False)]),
            lambda: seat.search([], order=f"{kept} desc"),
            lambda: seat.formatted_read_group([], [kept], ["__count"]),
            lambda: seat.export_data([kept]),
            lambda: meeting.search([(f"participant_ids.{kept}", "ilike", "a")]),
        ):
            try:
                with self.cr.savepoint():
                    found = way()
            except (ValueError, UserError):
                continue
            self.fail(f"{user.login} got {found} out of {kept}")

    def test_the_history_tells_why_only_to_them(self):
        Event = self.env["school.meeting.event"]
        mine = [("meeting_id", "=", self.meeting.id)]
        kinds = self.meeting.sudo().log_ids.mapped("kind")
        self.assertLessEqual({"deputy", "phoned"}, set(kinds))
        for user in self.untold:
            self.env.invalidate_all()
            seen = Event.with_user(user).search(mine)
            self._clean(seen.read())
            self.assertTrue(set(CONFIDED_KINDS).isdisjoint(seen.mapped("kind")))
            self._clean(self.meeting.with_user(user).log_ids.read(["text"]))
        for user in (self.chair, self.recorder, self.clerk):
            seen = Event.with_user(user).search(mine)
            self.assertIn("hospital", repr(seen.mapped("text")))
        # He himself sees what he entered.
        own = Event.with_user(self.sick).search(mine).mapped("kind")
        self.assertIn("deputy", own)
        self.assertNotIn("phoned", own)

    def test_messages_about_it_go_to_whom_they_are_for(self):
        seat = self._seat(self.members[1])
        seat.is_key = True
        seat.with_user(self.members[1])._answer("declined", WORDS["answer_reason"])
        notices = self.env["school.notice"].sudo().search([("kind", "=", "meeting")])
        notices._send()
        messages = self.env["mail.message"].sudo()
        sent = messages.search([("body", "ilike", "in hospital")])
        self.assertTrue(sent)
        for user in self.untold - self.members[1]:
            found = messages.sudo(False).with_user(user)
            self._clean(found.search([("id", "in", sent.ids)]).read(["body"]))
            self._clean(
                self.env["school.notice"].with_user(user).search([]).read(["body"])
            )

    def test_of_a_restricted_meeting_the_office_does_not_read_it_either(self):
        self.body.visibility = "members"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self.row.with_user(self.clerk)._filtered_access("read"))
        self.assertFalse(
            self.row.with_user(self.clerk).search([("answer_reason", "!=", False)])
        )
        member = self.row.with_user(self.members[1])
        self.assertFalse(member.answer_reason)
        self.assertEqual(
            self.row.with_user(self.chair).answer_reason, WORDS["answer_reason"]
        )

    def test_it_is_written_by_the_steps_of_the_meeting_alone(self):
        for user in (self.recorder, self.sick):
            for name in (*WORDS, *(f"{name}_kept" for name in WORDS)):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self.row.with_user(user).write({name: "Lazy"})
        self.assertEqual(self.row.absence_reason, WORDS["absence_reason"])
        # What a client passes on creation counts as little.
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.env["school.meeting"].with_user(self.recorder).create(
                {
                    "name": "Smuggled",
                    "participant_ids": [
                        Command.create(
                            {"user_id": self.sick.id, "absence_reason_kept": "Lazy"}
                        )
                    ],
                }
            )

    def test_the_sheet_has_it_for_whoever_may_know(self):
        Sheet = self.env["report.school_office_meetings.sign_in_sheet"]
        for user in (self.chair, self.recorder, self.clerk):
            values = Sheet.with_user(user)._get_report_values(self.meeting.ids)
            self.assertIn("Pneumonia", repr(values["rows"]))
        # Who leads in the chair's place today need not know why others are ill.
        stand_in = self.members[2]
        self.env["school.delegation"].sudo().create(
            {
                "company_id": self.school.id,
                "user_id": self.chair.id,
                "deputy_id": stand_in.id,
                "date_from": fields.Date.today(),
                "date_to": fields.Date.today(),
                "reason": "Journey",
            }
        )
        self.assertTrue(self.meeting.with_user(stand_in)._is_room_chair())
        values = Sheet.with_user(stand_in)._get_report_values(self.meeting.ids)
        self._clean(values["rows"])

    def test_reading_it_asks_the_same_number_of_queries_for_many(self):
        rows = self.meeting.participant_ids
        seats = rows.with_user(self.teacher).browse(rows.ids)

        def asked(rows):
            self.env.invalidate_all()
            rows.read(["person_name"])
            before = self.cr.sql_log_count
            rows.read(["answer_reason"])
            return self.cr.sql_log_count - before

        asked(seats)
        self.assertEqual(asked(seats[:1]), asked(seats))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestConfidedOnPaper(MinutesCommon):
    def test_minutes_name_the_absent_and_say_why_to_whoever_may_know(self):
        minutes = self._approved()
        self.assertNotIn("journey", minutes.sudo().content)
        for user in (self.chair, self.recorder, self.absent):
            self.assertIn("On a journey", minutes.with_user(user).reading)
        for user in (self.member, self.owner):
            reading = minutes.with_user(user).reading
            self.assertIn(self.absent.name, reading)
            self.assertNotIn("journey", reading)
            self.assertNotIn("journey", repr(minutes.with_user(user).read()))

    def test_a_guest_reads_by_his_link_who_was_absent_and_not_why(self):
        # His page reads in superuser mode: he has no user.
        view = self._approved().sudo()._reader_view(for_guest=True)
        self.assertEqual(view["absent"][0]["name"], self.absent.name)
        self.assertNotIn("journey", repr(view))

    def test_paper_goes_from_hand_to_hand_and_never_says_why(self):
        minutes = self._approved()
        for lang in ("en_US", "zh_CN"):
            view = minutes.with_context(lang=lang)._paper_view(printed=True)
            self.assertNotIn("journey", repr(view["head"]))
            lists = dict(minutes.with_context(lang=lang)._people_lists(view))
            self.assertIn(self.absent.name, repr(lists))
            self.assertNotIn("journey", repr(lists))
