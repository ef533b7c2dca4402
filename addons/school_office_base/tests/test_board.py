from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_clock_engine import ClockCommon, at

NOON = "2026-11-18 12:00"


@tagged("post_install", "-at_install")
class TestBoard(ClockCommon):
    """Wednesday noon: what is open, late and done in two departments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-11-02 01:00:00"):
            cls.head = cls._person("head", cls.school)
            cls.member = cls._person("member", cls.school)
            cls.leader = cls._person("leader", cls.school)
            cls.auditor = cls._person("auditor", cls.school, "group_auditor")
            cls.teaching = cls._department("Teaching", cls.head, cls.member)
            cls.logistics = cls._department("Logistics", cls.clerk)
            cls._hold("supervising_leader", cls.leader)
            cls._hold("storekeeper", cls.clerk)
            cls.env["school.term"].create(
                {
                    "name": "First Term",
                    "company_id": cls.school.id,
                    "date_from": "2026-09-01",
                    "date_to": "2027-01-20",
                }
            )

    def _month_of_work(self):
        """Teaching: one late, one open, one missed, two met; logistics: one open."""
        self._policy(amount=1, unit="working_day")
        mine = {"user_id": self.member.id}
        done = self._task("2026-11-10 09:00", count=3, **mine)
        self._do("2026-11-10 15:00", done[:2], stage="done")
        self._do("2026-11-13 15:00", done[2], stage="done")
        self._task("2026-11-16 09:00", **mine)
        self._task("2026-11-18 09:00", department_id=self.teaching.id)
        self._task("2026-11-18 09:00", user_id=self.clerk.id)

    def _board(self, user, moment=NOON, period="month"):
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(at(moment)):
            return self.env["school.board"].with_user(user).get_board(period)

    def _tiles(self, user, **options):
        tiles = self._board(user, **options)["tiles"]
        return {tile["key"]: tile["value"] for tile in tiles}

    def _list(self, user, *args, moment=NOON):
        """The records behind a figure, as the user's client would read them."""
        with freeze_time(at(moment)):
            action = self.env["school.board"].with_user(user).open_figure(*args)
            return (
                self.env[action["res_model"]].with_user(user).search(action["domain"])
            )

    def test_the_board_is_for_those_who_answer_for_the_work(self):
        board = self.env["school.board"].with_user(self.teacher)
        for call in (
            board.get_board,
            board.get_workload,
            lambda: board.open_figure("late"),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_it_stands_on_my_office_for_them_only(self):
        def has_board(user):
            overview = self.env["school.my.office"].with_user(user).get_overview()
            return "board" in [action["key"] for action in overview["quick_actions"]]

        for user in (self.director, self.leader, self.head, self.auditor):
            self.assertTrue(has_board(user), user.name)
        self.assertFalse(has_board(self.teacher))

    def test_director_leader_and_auditor_see_the_school_a_head_his_department(self):
        self._month_of_work()
        for user in (self.director, self.leader, self.auditor):
            tiles = self._tiles(user)
            self.assertEqual(
                (tiles["open"], tiles["late"], tiles["on_time_month"]), (3, 1, 67)
            )
        tiles = self._tiles(self.head)
        self.assertEqual((tiles["open"], tiles["late"]), (2, 1))
        board = self._board(self.head)
        self.assertEqual(board["departments"], ["Teaching"])
        self.assertEqual(
            [row["name"] for row in board["tables"][0]["rows"]], ["Teaching"]
        )

    def test_what_is_late_is_late_before_any_timer_has_run(self):
        self._month_of_work()
        late = self._list(self.director, "late")
        self.assertFalse(late.is_late)
        self.assertEqual(self._tiles(self.director)["late"], len(late))
        self.assertEqual(
            self._tiles(self.director, moment="2026-11-20 12:00")["late"], 3
        )

    def test_every_number_is_the_length_of_the_list_behind_it(self):
        self._month_of_work()
        for user in (self.director, self.leader, self.head, self.auditor):
            board = self._board(user)
            for tile in board["tiles"]:
                count = tile["of"] if tile["kind"] == "rate" else tile["value"]
                self.assertEqual(len(self._list(user, tile["key"])), count, tile)
            for table in board["tables"]:
                for row in table["rows"]:
                    for figure in ("open", "soon", "late", "finished"):
                        found = self._list(
                            user, figure, "month", table["key"], row["id"] or 0
                        )
                        self.assertEqual(len(found), row[figure], (table, row, figure))
            for bar in board["chart"]["bars"]:
                found = self._list(user, "finished", "month", "bar", bar["day"])
                self.assertEqual(len(found), bar["met"] + bar["missed"])

    def test_the_parts_of_a_table_add_up_to_the_whole(self):
        self._month_of_work()
        board = self._board(self.director)
        for table in board["tables"]:
            self.assertEqual(sum(row["open"] for row in table["rows"]), 3)
            self.assertEqual(sum(row["finished"] for row in table["rows"]), 3)
        posts = {row["name"]: row["open"] for row in board["tables"][1]["rows"]}
        self.assertEqual(posts["Storekeeper"], 1)

    def test_periods_follow_the_wall_clock_and_the_terms_of_the_school(self):
        self._policy(amount=1, unit="working_day")
        task = self._task("2026-10-30 17:00", user_id=self.clerk.id)
        # 1 November in the school, still October in UTC
        self._do("2026-11-01 01:00", task, stage="done")
        self.assertEqual(self._tiles(self.director)["on_time_month"], 100)
        self.assertEqual(self._tiles(self.director)["on_time_term"], 100)
        self.assertEqual(
            self._board(self.director, moment="2026-10-31 12:00")["tiles"][3]["value"],
            None,
        )
        periods = {
            period["key"]: period["days"]
            for period in self._board(self.director)["periods"]
        }
        self.assertEqual(periods["term"], ["2026-09-01", "2027-01-21"])
        self.env["school.term"].search([]).active = False
        with self.assertRaisesRegex(UserError, "No term"):
            self._board(self.director, period="term")

    def test_what_a_client_makes_up_is_refused(self):
        self._month_of_work()
        for args in (
            ("no_such_figure",),
            (["late"],),
            ("late", "decade"),
            ("late", "month", "company_id", self.school.id),
            ("late", "month", "person", [("id", "!=", 0)]),
            ("late", "month", "bar", "2026-11-05"),
        ):
            with self.assertRaises(UserError):
                self._list(self.director, *args)
        # A row of another department, or school, is an empty list.
        self.assertFalse(
            self._list(self.head, "open", "month", "person", self.clerk.id)
        )
        self.assertFalse(self._list(self.stranger, "open"))

    def test_leaders_and_heads_read_the_work_in_their_charge_and_no_more(self):
        self._month_of_work()
        self.env.flush_all()
        clocks = self.Clock.search([("company_id", "=", self.school.id)])

        def readable(user):
            return clocks.with_user(user)._filtered_access("read")

        self.assertEqual(len(readable(self.leader)), 6)
        self.assertEqual(len(readable(self.head)), 5)
        self.assertEqual(len(readable(self.teacher)), 0)
        self.assertTrue(readable(self.head)[0].is_overseen)
        self.assertFalse(clocks[0].with_user(self.teacher).sudo().is_overseen)

    def test_a_head_sees_receipts_of_his_people_but_no_marked_ones(self):
        receipts = (
            self.env["school.receipt"]
            .sudo()
            .create(
                [
                    {
                        "company_id": self.school.id,
                        "res_model": "school.place",
                        "res_id": number,
                        "title": title,
                        "is_marked": title == "Marked",
                        "user_id": user.id,
                    }
                    for number, (title, user) in enumerate(
                        (
                            ("Open", self.member),
                            ("Marked", self.member),
                            ("Elsewhere", self.clerk),
                        )
                    )
                ]
            )
        )
        self.env.flush_all()
        found = self.env["school.receipt"].with_user(self.head)
        self.assertEqual(
            found.search([("id", "in", receipts.ids)]).mapped("title"), ["Open"]
        )
        self.assertEqual(self._tiles(self.head)["receipts"], 1)
        leader = found.with_user(self.leader).search([("id", "in", receipts.ids)])
        self.assertEqual(set(leader.mapped("title")), {"Open", "Elsewhere"})

    def test_the_workload_says_who_has_how_much_and_who_is_away(self):
        self._month_of_work()
        with freeze_time(at(NOON)):
            self.env["school.delegation"].with_user(self.clerk).create(
                {
                    "user_id": self.clerk.id,
                    "deputy_id": self.teacher.id,
                    "reason": "Training",
                    "date_from": "2026-11-18",
                    "date_to": "2026-11-19",
                }
            )
            board = self.env["school.board"]
            rows = {
                row["id"]: row
                for row in board.with_user(self.director).get_workload()["rows"]
            }
            mine = board.with_user(self.head).get_workload()["rows"]
        self.assertEqual(rows[self.member.id]["late"], 1)
        self.assertEqual(rows[self.member.id]["on_time"], 67)
        self.assertEqual(rows[self.clerk.id]["away"], self.teacher.name)
        self.assertEqual(rows[self.clerk.id]["post"], "Storekeeper")
        # Who has nothing to do is seen too: work can be given to him.
        self.assertIn(self.leader.id, rows)
        self.assertEqual({row["id"] for row in mine}, {self.head.id, self.member.id})

    def test_an_addon_adds_a_tile_by_one_method(self):
        self._month_of_work()
        board = type(self.env["school.board"])
        figures = board._figures

        def more(model, view):
            domain = view.within() & figures(model, view)["open"]["domain"]
            extra = model._figure("Tickets", "school.time.clock", domain, sequence=90)
            return {**figures(model, view), "tickets": extra}

        self.patch(board, "_figures", more)
        tiles = {tile["key"]: tile["value"] for tile in self._board(self.head)["tiles"]}
        self.assertEqual(tiles["tickets"], 2)

    def test_ten_times_the_work_costs_no_more_queries(self):
        self._month_of_work()
        few = self._queries()
        for _times in range(9):
            self._task("2026-11-16 09:00", user_id=self.member.id)
            self._task("2026-11-16 09:00", user_id=self.clerk.id)
        self.assertLessEqual(self._queries(), few)

    def _queries(self):
        board = self.env["school.board"].with_user(self.director)
        counts = []
        with freeze_time(at(NOON)):
            for call in (board.get_board, board.get_workload):
                call()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                call()
                counts.append(self.env.cr.sql_log_count - before)
        return counts
