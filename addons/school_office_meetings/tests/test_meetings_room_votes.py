import os

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.school_office_meetings.tests.room_common import RoomCommon
from odoo.addons.school_office_meetings.tools import ballot_key


@tagged("post_install", "-at_install")
class TestMeetingVotes(RoomCommon):
    # Quorum

    def test_no_vote_and_no_decision_without_a_quorum(self):
        item = self._open(self.chair, self.members[0])  # two of five
        allowed, sentence = item._may_decide()
        self.assertFalse(allowed)
        self.assertIn("2 of 5", sentence)
        with self.assertRaisesRegex(UserError, "No quorum"):
            self._vote(item)
        with self.assertRaisesRegex(UserError, "No quorum"):
            item.sudo().decision = "Agreed."
        with self.assertRaisesRegex(UserError, "No quorum"):
            self.env["school.meeting.vote"].sudo().create(
                {
                    "item_id": item.id,
                    "question": "Smuggled?",
                    "kind": "open",
                    "opened_at": fields.Datetime.now(),
                    "opened_by_id": self.chair.id,
                }
            )
        self._sign_in(self.members[1])
        self.assertTrue(item._may_decide()[0])
        item.sudo().decision = "Agreed."
        self.assertEqual((item.decided_present, item.decided_needed), (3, 3))

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_no_decision_without_its_numbers(self):
        item = self._open(self.chair)
        item.sudo().discussion = "Talked about."
        for sql in (
            "UPDATE school_meeting_item_text SET decision = 'Agreed.'",
            "UPDATE school_meeting_item_text SET decision = 'Agreed.',"
            " decided_at = now(), decided_present = 1, decided_needed = 3",
        ):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self.cr.execute(sql)

    def test_a_special_matter_needs_more(self):
        item = self.meeting.item_ids[2]
        item.is_special = True
        self._open(self.chair, *self.members[:2], item=item)  # three of five
        with self.assertRaisesRegex(UserError, "4 are needed"):
            self._vote(item)
        self._sign_in(self.members[2])
        self.assertEqual(self._vote(item).quorum_needed, 4)

    def test_nothing_is_decided_by_circulation(self):
        allowed, sentence = self.item._may_decide()
        self.assertFalse(allowed)
        self.assertIn("circulation", sentence)

    def test_observers_and_guests_never_count(self):
        item = self._open(self.chair, self.members[0], self.observer)
        guest = self.meeting.participant_ids.filtered("partner_id")
        guest.with_user(self.recorder).action_sign_in_for("list")
        self._seat(self.observer).is_voting = True
        self.assertEqual(item._decision_standing().present, 2)

    def test_a_deputy_votes_only_if_the_body_lets_him(self):
        deputy = self._person("room_deputy", self.school)
        self._seat(self.members[1]).sudo().write(
            {"answer": "deputy", "deputy_id": deputy.id}
        )
        item = self._open(self.chair, self.members[0], self.members[1])
        self.assertEqual(item._decision_standing().present, 2)
        self.body.deputies_vote = True
        self.assertEqual(item._decision_standing().present, 3)
        vote = self._vote(item)
        self._cast(vote, deputy, "for")
        with self.assertRaises(UserError):
            self._cast(vote, self.members[1], "for")

    def test_the_member_in_charge_is_waited_for_as_the_body_says(self):
        department = self.env["hr.department"].create(
            {"name": "Finance", "company_id": self.school.id}
        )
        self.body.member_ids.filtered(
            lambda m: m.user_id == self.members[3]
        ).department_id = department
        self.item.department_id = department
        item = self._open(self.chair, *self.members[:3])
        allowed, sentence = item._may_decide()
        self.assertTrue(allowed)
        self.assertIn("room_member_3", sentence)
        self.body.portfolio_rule = "postpone"
        self.assertFalse(item._may_decide()[0])
        self._sign_in(self.members[3])
        self.assertEqual(item._may_decide(), (True, ""))

    # Recusal

    def test_who_recused_himself_is_not_there_for_the_item(self):
        user = self.members[0]
        item = self._open(self.chair, *self.members)
        item.with_user(user).action_recuse("My brother applied")
        now = item._decision_standing()
        self.assertEqual((now.base, now.present, now.recused), (4, 4, 1))
        self.assertNotIn(self._seat(user), self._seat(user)._present_for(item))
        vote = self._vote(item)
        with self.assertRaisesRegex(UserError, "not on the roll"):
            self._cast(vote, user, "for")
        room = self.meeting.with_user(user).get_room()
        self.assertTrue(room["items"][0]["i_recused"])
        self.assertIsNone(room["items"][0]["texts"])

    def test_the_chair_sends_somebody_out_and_nobody_else_does(self):
        user, other = self.members[:2]
        item = self._open(self.chair, *self.members)
        with self.assertRaises(AccessError):
            item.with_user(other).action_recuse("He is biased", self._seat(user).id)
        with self.assertRaises(UserError):
            item.with_user(user).action_recuse("")
        item.with_user(self.chair).action_recuse("Concerned", self._seat(user).id)
        self.assertEqual(item.recusal_ids.declared_by_id, self.chair)
        with self.assertRaises(AccessError):
            item.recusal_ids.with_user(user).action_withdraw()
        item.recusal_ids.with_user(self.chair).action_withdraw()
        self.assertEqual(item._decision_standing().recused, 0)

    def test_a_roll_stands_once_the_vote_is_open(self):
        user = self.members[0]
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        with self.assertRaisesRegex(UserError, "roll"):
            item.with_user(user).action_recuse("Too late")
        with self.assertRaisesRegex(UserError, "roll"):
            self._seat(user).with_user(user).action_leave("Bye")
        self._cast(vote, user, "for")
        self._seat(user).with_user(user).action_leave("Bye")

    @mute_logger("odoo.sql_db")
    def test_a_recusal_is_never_rewritten(self):
        item = self._open(self.chair, *self.members)
        item.with_user(self.members[0]).action_recuse("My brother applied")
        for values in ({"reason": "Other"}, {"at": "2020-01-01 00:00:00"}):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                item.recusal_ids.sudo().write(values)
                item.recusal_ids.flush_recordset()

    # Open votes

    def test_an_open_vote_shows_who_chose_what_and_is_judged_by_the_rule(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        self.assertEqual(len(vote.turnout_ids), 5)
        for user, choice in zip(
            self.members, ("for", "for", "against", "abstain"), strict=True
        ):
            self._cast(vote, user, choice)
        seen = self.meeting.with_user(self.members[3]).get_room()["items"][0]["votes"]
        self.assertEqual(len(seen[0]["ballots"]), 4)
        self.assertEqual(seen[0]["my_choice"], "abstain")
        self._cast(vote, self.chair, "for")
        vote.with_user(self.chair).action_close()
        self.assertEqual(
            (vote.count_for, vote.count_against, vote.count_abstain), (3, 1, 1)
        )
        self.assertEqual((vote.needed_count, vote.result), (3, "passed"))
        self.assertTrue(all(vote.turnout_ids.mapped("is_closed")))

    def test_a_tie_is_shown_as_one(self):
        self.body.majority_base = "cast"
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        for user, choice in zip(
            self.members, ("for", "for", "against", "against"), strict=True
        ):
            self._cast(vote, user, choice)
        vote.with_user(self.chair).action_close()
        self.assertEqual(vote.result, "tie")

    def test_everybody_has_one_ballot_and_only_his_own(self):
        item = self._open(self.chair, *self.members[:3])
        vote = self._vote(item)
        user = self.members[0]
        self._cast(vote, user, "for")
        with self.assertRaisesRegex(UserError, "one ballot"):
            self._cast(vote, user, "against")
        for outsider in (self.members[3], self.observer, self.recorder):
            with self.assertRaisesRegex(UserError, "roll"):
                self._cast(vote, outsider, "for")
        for stranger in (self.teacher, self.stranger, self.director):
            with self.assertRaises(
                AccessError if stranger != self.director else UserError
            ):
                self._cast(vote, stranger, "for")
        with self.assertRaises(UserError):
            self._cast(vote, self.members[1], "maybe")

    def test_who_comes_later_does_not_vote(self):
        item = self._open(self.chair, *self.members[:3])
        vote = self._vote(item)
        self._sign_in(self.members[3])
        with self.assertRaisesRegex(UserError, "when it was opened"):
            self._cast(vote, self.members[3], "for")

    def test_a_closed_vote_takes_no_ballot_and_never_changes(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        self._cast(vote, self.chair, "for")
        vote.with_user(self.chair).action_close()
        self.assertEqual(vote.result, "rejected")
        with self.assertRaisesRegex(UserError, "closed"):
            self._cast(vote, self.members[0], "for")
        with self.assertRaisesRegex(UserError, "closed"):
            vote.with_user(self.chair).action_close()
        for field, value in (
            ("count_for", 5),
            ("result", "passed"),
            ("state", "open"),
            ("question", "Other?"),
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.cr.savepoint():
                    vote.sudo()[field] = value
                    vote.flush_recordset()
        for table in ("vote", "ballot", "turnout"):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.cr.savepoint():
                    self.cr.execute(f"DELETE FROM school_meeting_{table}")

    @mute_logger("odoo.sql_db")
    def test_the_database_counts_for_itself(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        self._cast(vote, self.chair, "for")
        self.env.flush_all()
        made_up = """UPDATE school_meeting_vote SET state = 'closed', closed_at = now(),
            result = 'passed', base_count = 5, needed_count = 3, count_for = %s,
            count_against = 0, count_abstain = 0"""
        for count in (1, 3):  # fewer than needed; more than were cast
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self.cr.execute(made_up, [count])
        ballot = """INSERT INTO school_meeting_ballot (company_id, meeting_id, vote_id,
            participant_id, user_id, choice, cast_at)
            VALUES (%s, %s, %s, %s, %s, 'for', now())"""
        user = self.members[0]
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                ballot,
                [
                    self.school.id,
                    self.meeting.id,
                    vote.id,
                    self._seat(user).id,
                    user.id,
                ],
            )

    def test_only_one_vote_is_open_and_the_item_waits_for_it(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        with self.assertRaisesRegex(UserError, "One vote at a time"):
            self._vote(item)
        with self.assertRaisesRegex(UserError, "vote is open"):
            item.with_user(self.chair).action_finish()
        with self.assertRaisesRegex(UserError, "vote is open"):
            self.meeting.item_ids[1].with_user(self.chair).action_begin()
        with self.assertRaisesRegex(UserError, "vote is open"):
            self.meeting.with_user(self.chair).action_end(defer_rest=True)
        vote.with_user(self.chair).action_cancel("Wrong question")
        self.assertEqual(vote.state, "cancelled")
        item.with_user(self.chair).action_finish()

    def test_members_neither_open_nor_close_a_vote(self):
        item = self._open(self.chair, *self.members)
        with self.assertRaises(AccessError):
            item.with_user(self.members[0]).action_open_vote("Mine?")
        vote = self._vote(item)
        for user in (self.members[0], self.observer, self.stranger):
            with self.assertRaises(AccessError):
                vote.with_user(user).action_close()
            with self.assertRaises(AccessError):
                vote.with_user(user).action_cancel("No")

    def test_a_show_of_hands_is_counted_aloud(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item, "hands")
        with self.assertRaisesRegex(UserError, "hand"):
            self._cast(vote, self.members[0], "for")
        with self.assertRaisesRegex(UserError, "5 people"):
            vote.with_user(self.chair).action_close_hands(4, 2)
        with self.assertRaises(UserError):
            vote.with_user(self.chair).action_close_hands(-1, 2)
        vote.with_user(self.recorder).action_close_hands(4, 1, 0)
        self.assertEqual((vote.result, vote.count_for), ("passed", 4))

    def test_a_meeting_of_no_body_votes_by_those_who_are_there(self):
        meeting = self._called_meeting(body=self.env["school.meeting.body"])
        item = self._open(self.chair, self.members[0], meeting=meeting)
        vote = self._vote(item)
        self.assertEqual((vote.members_count, vote.quorum_needed), (5, 0))
        self._cast(vote, self.chair, "for")
        vote.with_user(self.chair).action_close()
        self.assertEqual(vote.result, "passed")

    def test_a_closed_vote_stands_in_the_register(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        self._cast(vote, self.chair, "for")
        vote.with_user(self.chair).action_close()
        Entry = self.env["school.register.entry"]
        book = [("register_code", "=", "meeting_vote")]
        entry = Entry.search([*book, ("res_id", "=", vote.id)])
        self.assertIn('"for":1', entry.payload.replace(" ", ""))
        self.body.visibility = "members"
        self.env.flush_all()
        second = self._vote(item, "hands")
        second.with_user(self.chair).action_close_hands(5, 0)
        entry = Entry.search([*book, ("res_id", "=", second.id)])
        self.assertNotIn("Agreed", entry.payload)

    # Secret votes

    def _secret(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item, "secret")
        choices = ("for", "against", "for", "abstain", "for")
        # In another order than the list of participants.
        for user, choice in zip(
            (self.chair | self.members)[::-1], choices, strict=True
        ):
            self._cast(vote, user, choice)
        return vote

    def test_a_secret_vote_keeps_who_voted_and_three_counts_and_nothing_else(self):
        vote = self._secret()
        self.env.flush_all()
        self.cr.execute("SELECT sealed FROM school_meeting_turnout")
        seals = [row[0] for row in self.cr.fetchall()]
        self.assertEqual(len(set(seals)), 5)  # nothing is told by equal ones
        self.assertEqual(len(vote.sudo()._ballot_key()), 32)
        seen = self.meeting.with_user(self.chair).get_room()["items"][0]["votes"][0]
        self.assertEqual((seen["ballots"], seen["my_choice"]), ([], ""))
        self.assertNotIn("counts", seen)
        vote.with_user(self.chair).action_close()
        self.assertEqual(
            (vote.count_for, vote.count_against, vote.count_abstain), (3, 1, 1)
        )
        self.assertFalse(vote.ballot_ids)
        self.assertFalse(vote.sudo().key_name)
        self.env.flush_all()
        self.cr.execute(
            """SELECT count(DISTINCT xmin::text), count(sealed),
                      array_agg(participant_id ORDER BY id),
                      array_agg(participant_id ORDER BY ctid)
                 FROM school_meeting_turnout WHERE vote_id = %s""",
            [vote.id],
        )
        transactions, sealed, by_id, by_place = self.cr.fetchone()
        self.assertEqual((transactions, sealed), (1, 0))
        self.assertEqual(by_id, sorted(by_id))
        self.assertEqual(by_place, sorted(by_place))

    def test_nothing_joins_a_voter_and_his_choice(self):
        vote = self._secret()
        vote.with_user(self.chair).action_close()
        self.env.flush_all()
        names = set(self.env["school.meeting.turnout"]._fields)
        self.assertTrue(names.isdisjoint({"write_date", "write_uid", "create_date"}))
        self.cr.execute(
            """SELECT table_name FROM information_schema.columns
                WHERE table_name LIKE 'school_meeting%' AND column_name = 'choice'"""
        )
        self.assertEqual(self.cr.fetchall(), [("school_meeting_ballot",)])
        texts = self.meeting.sudo().log_ids.mapped("text")
        self.assertFalse([t for t in texts if t and "room_member" in t])
        self.cr.execute(
            "SELECT count(*) FROM bus_bus WHERE create_uid IN %s"
            " AND message LIKE '%%school.meeting/room%%'",
            [tuple((self.chair | self.members).ids)],
        )
        self.assertEqual(self.cr.fetchone()[0], 0)

    def test_the_seal_is_read_by_nobody(self):
        vote = self._secret()
        for user in (self.chair, self.recorder, self.members[0], self.director):
            with self.assertRaises(AccessError):
                vote.turnout_ids.with_user(user).read(["sealed"])
            with self.assertRaises(AccessError):
                vote.with_user(user).read(["key_name"])
            with self.assertRaises(AccessError):
                vote.with_user(user).search([("key_name", "!=", False)])

    def test_the_key_is_no_file_of_odoo_and_is_wiped_with_the_count(self):
        self.env["ir.config_parameter"].sudo().set_param("ir_attachment.location", "db")
        before = self.env["ir.attachment"].sudo().search_count([])
        vote = self._secret()
        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), before)
        name, key = vote.sudo().key_name, vote.sudo()._ballot_key()
        path = os.path.join(vote._key_store(), ballot_key.FOLDER, name)
        self.assertEqual(os.stat(path).st_mode & 0o077, 0)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), key)
            vote.with_user(self.chair).action_close()
            self.assertTrue(os.path.exists(path))  # until the count is committed
            self.cr.postcommit.run()
            self.assertFalse(os.path.exists(path))
            # What another still has open is overwritten.
            file.seek(0)
            self.assertEqual(file.read(), bytes(32))

    def test_a_vote_whose_key_is_lost_says_so_and_can_be_cancelled(self):
        vote = self._vote(self._open(self.chair, *self.members), "secret")
        ballot_key.wipe(vote._key_store(), vote.sudo().key_name)
        with self.assertRaisesRegex(UserError, "Cancel the vote"):
            self._cast(vote, self.chair, "for")
        vote.with_user(self.chair).action_cancel("The key is lost")
        self.assertEqual(vote.state, "cancelled")

    def test_a_key_that_no_vote_needs_is_wiped(self):
        vote = self._secret()
        store = vote._key_store()
        stray, fresh = (ballot_key.keep(store, b"k" * 32) for _n in range(2))
        for name in (stray, vote.sudo().key_name):
            os.utime(os.path.join(store, ballot_key.FOLDER, name), (0, 0))
        vote._wipe_stray_keys()
        self.assertFalse(ballot_key.read(store, stray))
        self.assertTrue(ballot_key.read(store, fresh))
        self.assertTrue(vote.sudo()._ballot_key())
        ballot_key.wipe(store, fresh)

    def test_a_key_has_a_name_of_its_own_and_no_path(self):
        for name in ("../../etc/passwd", "", "a" * 31, "A" * 32):
            with self.assertRaises(ValueError):
                ballot_key.read("/tmp", name)

    def test_so_few_secret_ballots_are_not_counted_that_they_name_their_voters(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item, "secret")
        for number, user in enumerate(self.members[:2], 1):
            self._cast(vote, user, "against")
            with self.assertRaisesRegex(UserError, f"Only {number} of 5 have voted"):
                vote.with_user(self.chair).action_close()
        self.assertEqual((vote.state, vote.count_against), ("open", 0))
        self._cast(vote, self.members[2], "for")
        vote.with_user(self.chair).action_close()
        self.assertEqual((vote.count_for, vote.count_against), (1, 2))

    def test_a_secret_vote_in_which_nobody_voted_can_be_closed(self):
        vote = self._vote(self._open(self.chair, *self.members), "secret")
        vote.with_user(self.chair).action_close()
        self.assertEqual((vote.state, vote.result), ("closed", "rejected"))

    @mute_logger("odoo.sql_db")
    def test_the_database_counts_no_two_secret_ballots(self):
        vote = self._vote(self._open(self.chair, *self.members), "secret")
        for user in self.members[:2]:
            self._cast(vote, user, "for")
        self.env.flush_all()
        sql = (
            "UPDATE school_meeting_vote SET state = 'closed', closed_at = now(),"
            " key_name = NULL, result = 'rejected', base_count = 5, needed_count = 3,"
            " count_for = 2, count_against = 0, count_abstain = 0 WHERE id = %s"
        )
        refused = "never with fewer than three"
        with self.assertRaisesRegex(IntegrityError, refused), self.cr.savepoint():
            self.cr.execute(sql, [vote.id])
        with self.assertRaisesRegex(IntegrityError, refused), self.cr.savepoint():
            self.cr.execute(
                "UPDATE school_meeting_vote SET present_count = 2, quorum_needed = 2"
                " WHERE id = %s",
                [vote.id],
            )

    def test_a_secret_vote_among_two_is_none(self):
        body = self.body
        body.write({"quorum_numerator": 0, "quorum_denominator": 1})
        body.quorum_strict = False
        item = self._open(self.chair, self.members[0])
        with self.assertRaisesRegex(UserError, "Only 2 may vote on this.*openly"):
            self._vote(item, "secret")
        self.assertEqual(self._vote(item, "hands").kind, "hands")

    def test_a_cancelled_secret_vote_leaves_no_choices(self):
        vote = self._secret()
        vote.with_user(self.chair).action_cancel("The question was wrong")
        self.env.flush_all()
        self.cr.execute("SELECT count(sealed) FROM school_meeting_turnout")
        self.assertEqual(self.cr.fetchone()[0], 0)
        self.assertFalse(vote.count_for)

    def test_a_body_votes_secretly_by_default_if_it_says_so(self):
        self.body.secret_ballot = True
        item = self._open(self.chair, *self.members)
        vote = self.env["school.meeting.vote"].browse(
            item.with_user(self.chair).action_open_vote("Agreed?")
        )
        self.assertEqual(vote.kind, "secret")

    # Rights

    def test_votes_are_seen_by_those_of_the_room_only(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        self._cast(vote, self.chair, "for")
        self.assertTrue(self.meeting.with_user(self.teacher).has_access("read"))
        for record in (vote, vote.turnout_ids, vote.ballot_ids):
            for user in (self.members[3], self.observer, self.recorder):
                self.assertEqual(
                    record.with_user(user)._filtered_access("read"), record
                )
            for user in (self.teacher, self.stranger):
                found = record.with_user(user).search([("id", "in", record.ids)])
                self.assertFalse(found)
        self.assertFalse(self.meeting.with_user(self.teacher).is_in_room)
        with self.assertRaises(AccessError):
            self.meeting.with_user(self.teacher).get_room()

    def test_nobody_writes_rows_of_the_room_by_hand(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        self._cast(vote, self.chair, "for")
        item.with_user(self.members[0]).action_ask_floor("A point")
        rows = (
            vote,
            vote.turnout_ids[0],
            vote.ballot_ids,
            item.turn_ids,
            self._seat(self.chair).presence_ids,
        )
        for row in rows:
            for user in (self.chair, self.recorder, self.director, self.teacher):
                with self.subTest(model=row._name, user=user.login):
                    as_user = row.with_user(user)
                    with self.assertRaises(AccessError):
                        as_user.write({"company_id": self.school.id})
                    with self.assertRaises(AccessError):
                        as_user.unlink()
                    with self.assertRaises(AccessError):
                        as_user.create(row.copy_data())

    def test_no_state_of_an_item_or_a_seat_is_entered_by_hand(self):
        self._open(self.chair, *self.members)
        for record, values in (
            (self.item, {"state": "done"}),
            (self.item, {"seconds_used": 1}),
            (self.item, {"is_extra": False}),
            (self.item, {"consent_state": "granted"}),
            (self._seat(self.chair), {"is_present": False}),
            (self._seat(self.chair), {"attended_by_id": self.teacher.id}),
            (self.meeting, {"record_frozen_at": "2020-01-01 00:00:00"}),
            (self.meeting, {"main_missing": "Nobody"}),
        ):
            for user in (self.chair, self.recorder, self.director):
                with self.subTest(values=values, user=user.login):
                    with self.assertRaises(AccessError):
                        record.with_user(user).write(values)

    # The end

    def test_the_record_is_final_with_the_minutes(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        self._cast(vote, self.chair, "for")
        vote.with_user(self.chair).action_close()
        item.with_user(self.recorder).save_texts(
            {"discussion": {"text": "Long.", "base": ""}}
        )
        self.meeting.with_user(self.chair).action_end(defer_rest=True)
        self.meeting.sudo()._freeze_record()
        self.assertTrue(self.meeting.record_frozen_at)
        with self.assertRaises(UserError):
            item.with_user(self.recorder).save_texts(
                {"discussion": {"text": "Longer.", "base": "Long."}}
            )
        for table, change in (
            ("item_text", "discussion = 'x'"),
            ("presence", "left_reason = 'x'"),
            ("turnout", "has_voted = TRUE"),
            ("item", "name = 'x'"),
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.cr.savepoint():
                    self.cr.execute(f"UPDATE school_meeting_{table} SET {change}")

    def test_the_roll_of_members_is_that_of_the_day(self):
        gone = self.body.member_ids.filtered(lambda m: m.user_id == self.members[3])
        gone.write({"date_from": "2020-01-01", "date_to": "2020-12-31"})
        item = self._open(self.chair, *self.members)
        self.assertEqual(item._decision_standing().members, 4)
        self.body.member_ids = [
            Command.create({"user_id": self.teacher.id, "company_id": self.school.id})
        ]
        # A member who was not even invited is counted, and is not there.
        now = item._decision_standing()
        self.assertEqual((now.members, now.present), (5, 4))
