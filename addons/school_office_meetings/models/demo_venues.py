from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.school_office_base.models.demo import demo_time

# (code, name, kind, place kind/name, seats, features, set-up, cleaning, approval)
ROOMS = (
    ("R302", "302 会议室", "meeting_room", "行政楼", 40,
     ("projector", "video", "microphone", "whiteboard", "air"), 0, 10, "office"),
    ("R105", "105 洽谈室", "meeting_room", "行政楼", 10,
     ("projector", "whiteboard", "access"), 0, 0, "none"),
    ("R210", "210 小会议室", "meeting_room", "行政楼", 20,
     ("projector", "air"), 0, 5, "none"),
    ("HALL", "学术报告厅", "event_venue", "综合楼", 300,
     ("projector", "sound", "microphone", "stage", "recording", "air", "access"),
     60, 30, "head_office"),
    ("REC1", "录播教室", "classroom", "教学楼", 48,
     ("projector", "recording", "whiteboard"), 10, 0, "office"),
    ("LAB2", "科学实验室二", "classroom", "教学楼", 45,
     ("projector", "whiteboard"), 10, 10, "none"),
    ("GYM", "体育馆", "sports", "体育馆", 600, ("sound",), 15, 15, "office"),
)  # fmt: skip
POOLS = (("TAB", "平板电脑", 12), ("PRJ", "便携投影仪", 3), ("MIC", "移动音箱", 2))
# (day before today, from, to, room, role, purpose, people, end)
PAST = (
    (6, 9.0, 10.0, "R105", "teaching", "教研组长碰头会", 8, "good"),
    (6, 10 + 1 / 3, 11 + 5 / 6, "REC1", "teacher", "语文公开课录制", 46, "good"),
    (6, 14.0, 15.5, "R302", "moral", "班主任例会", 32, "good"),
    (5, 8 + 1 / 3, 9 + 5 / 6, "LAB2", "teacher2", "科学兴趣小组实验", 30, "good"),
    (5, 10.0, 11.0, "R210", "finance", "预算执行碰头会", 9, "missed"),
    (5, 15.0, 17.0, "GYM", "moral", "啦啦操排练", 60, "good"),
    (4, 9.0, 11.0, "R302", "teaching", "期中质量分析会", 36, "fault"),
    (4, 14.0, 15.0, "R105", "teacher", "家长沟通会", 4, "good"),
    (3, 10 + 1 / 3, 11.0, "REC1", "teacher2", "道德与法治优质课", 45, "good"),
    (3, 14.0, 15.0, "R210", "logistics", "食堂供应商洽谈", 7, "good"),
    (2, 9.0, 10.5, "R302", "director", "办公室周工作会", 12, "good"),
    (2, 15.0, 16.0, "R105", "moral", "心理辅导个案会", 5, "missed"),
    (1, 8.5, 9.5, "R210", "teaching", "课程表调整会", 10, "good"),
    (1, 14.0, 16.0, "R302", "finance", "采购询价评审", 14, "open"),
    (1, 15.5, 17.0, "GYM", "teacher2", "校篮球队训练", 24, "good"),
)
# (working day from today, from, to, room, role, purpose, people, features)
COMING = (
    (0, 9.0, 10.5, "R302", "director", "接待教育局来访", 15, ("projector",)),
    (0, 14.0, 15.0, "R105", "teacher", "家长约谈", 4, ()),
    (0, 16.0, 17.0, "R210", "moral", "德育处碰头会", 8, ()),
    (1, 8.5, 9.5, "R210", "teaching", "课程表调整会", 10, ("projector",)),
    (1, 10 + 1 / 3, 11.5, "REC1", "teacher", "数学公开课录制", 46, ("recording",)),
    (1, 14.0, 15.5, "R302", "moral", "班主任例会", 32, ("projector", "microphone")),
    (1, 15.5, 17.0, "GYM", "teacher2", "校篮球队训练", 24, ()),
    (2, 9.0, 10.0, "R105", "finance", "审计资料核对", 5, ()),
    (2, 14.0, 16.0, "R302", "teaching", "新教师培训", 28, ("projector", "video")),
    (2, 8 + 1 / 3, 9 + 5 / 6, "LAB2", "teacher2", "科学兴趣小组实验", 30, ()),
    (3, 9.0, 10.5, "R302", "director", "办公室周工作会", 12, ("video",)),
    (3, 10 + 1 / 3, 11.0, "REC1", "teacher2", "优质课试讲", 45, ("recording",)),
    (3, 14.0, 15.0, "R105", "teacher", "课题组讨论", 6, ()),
    (4, 9.0, 11.0, "R210", "logistics", "校服选样会", 14, ()),
    (4, 14.0, 17.0, "HALL", "moral", "家校共育讲座", 260,
     ("projector", "sound", "microphone")),
    (5, 9.0, 11.5, "HALL", "teaching", "全区教学研讨会", 280,
     ("projector", "sound", "recording")),
    (5, 15.0, 17.0, "GYM", "moral", "体育节彩排", 300, ("sound",)),
)  # fmt: skip


class SchoolDemo(models.AbstractModel):
    """A week of rooms in two schools, booked, approved and used as people do it."""

    _inherit = "school.demo"

    @api.model
    def _load_venues(self):
        self._speak_chinese("school_office_meetings")
        # The hook that sets up schools already open runs after the demo files.
        self._demo_schools()._school_set_up()
        for school in self._demo_schools():
            _Rooms(self, school).play()
        self.env.flush_all()


class _Rooms:
    """The rooms of one school, and what happens in them."""

    def __init__(self, loader, school):
        self.loader = loader
        self.school = school
        self.past = loader._demo_working_days(school, 8)
        self.today = school._school_date()
        self.rooms = {}
        self.features = {
            feature.code: feature
            for feature in loader.env["school.venue.feature"].search(
                [("company_id", "=", school.id)]
            )
        }

    def as_(self, role):
        return self.loader._demo_env(self.school, role)

    def moment(self, day, hour):
        midnight = self.school._school_moment(day, 0)
        return midnight + timedelta(minutes=round(hour * 60))

    def play(self):
        with demo_time(self.moment(self.past[0], 7.5)):
            self.enter_rooms()
        for row in PAST:
            self.use(*row)
        with demo_time(self.moment(self.past[-1], 16)):
            self.plan_week()
        self.plan_series()
        self.clash()
        self.finish_today()

    def finish_today(self):
        """What began this morning has been checked in, as on any other day."""
        bookings = self.loader.env["school.venue.booking"].search(
            [
                ("company_id", "=", self.school.id),
                ("state", "=", "confirmed"),
                ("start", "<=", fields.Datetime.now()),
            ]
        )
        for booking in bookings:
            moment = booking.start + timedelta(minutes=2)
            with demo_time(moment):
                booking.with_env(self.as_("clerk")).action_check_in()
            if booking.stop <= fields.Datetime.now():
                with demo_time(booking.stop - timedelta(minutes=5)):
                    booking.with_env(self.as_("clerk"))._finish()

    def enter_rooms(self):
        env = self.as_("clerk")
        Place = self.loader.env["school.place"]
        root = Place.search(
            [("company_id", "=", self.school.id), ("parent_id", "=", False)], limit=1
        )
        for code, name, kind, building, seats, features, before, after, how in ROOMS:
            place = Place.search(
                [("company_id", "=", self.school.id), ("name", "=", building)], limit=1
            ) or Place.create(
                {
                    "company_id": self.school.id,
                    "name": building,
                    "kind": "building",
                    "parent_id": root.id,
                }
            )
            self.rooms[code] = env["school.venue"].create(
                {
                    "name": name,
                    "code": code,
                    "kind": kind,
                    "place_id": place.id,
                    "capacity": seats,
                    "sequence": len(self.rooms) * 10 + 10,
                    "feature_ids": [
                        Command.set([self.features[f].id for f in features])
                    ],
                    "set_up_minutes": before,
                    "cleaning_minutes": after,
                    "approval": how,
                    "refreshments_allowed": kind in ("meeting_room", "event_venue"),
                }
            )
        self.rooms["GYM"].hours_ids = [
            Command.create({"weekday": day, "hour_from": 8, "hour_to": 18})
            for day in "56"
        ]
        for code, name, count in POOLS:
            pool = env["school.venue"].create(
                {
                    "name": name,
                    "code": code,
                    "kind": "equipment",
                    "is_pool": True,
                    "sequence": 900,
                    "approval": "none",
                    "lead_rule": "none",
                }
            )
            env["school.venue.units"].create(
                {"pool_id": pool.id, "count": count}
            ).action_add()
            self.rooms[code] = pool

    def ask(self, day, start, stop, code, role, purpose, people, features=()):
        env = self.as_(role)
        booking = env["school.venue.booking"].create(
            {
                "venue_id": self.rooms[code].id,
                "start": self.moment(day, start),
                "stop": self.moment(day, stop),
                "purpose": purpose,
                "people_count": people,
                "feature_ids": [Command.set([self.features[f].id for f in features])],
                "rules_accepted": True,
            }
        )
        late = booking.venue_id._earliest()
        if late and day < late:
            booking.write({"is_urgent": True, "urgent_reason": "临时安排，时间紧"})
        booking.action_request()
        return booking

    def decide(self, record, opinion="同意，请按时归还场地。"):
        """Whoever's turn it is approves, until nobody is left."""
        for __ in range(3):
            tasks = record.sudo().approval_case_id.task_ids.filtered(
                lambda task: task.state == "open"
            )
            if not tasks:
                return
            user = tasks[0].user_id
            tasks[0].with_user(user).with_context(lang="zh_CN").action_approve(opinion)

    def use(self, back, start, stop, code, role, purpose, people, end):
        day = self.past[-back]
        asked = self.past[-back - 2] if back + 2 <= len(self.past) else self.past[0]
        with demo_time(self.moment(asked, 10 + back / 10)):
            booking = self.ask(day, start, stop, code, role, purpose, people)
        with demo_time(self.moment(asked, 11 + back / 10)):
            self.decide(booking)
        if end == "missed":
            with demo_time(self.moment(day, start + 0.3)):
                booking.sudo()._release_no_show()
            return
        mine = booking.with_env(self.as_(role))
        with demo_time(self.moment(day, start + 0.05)):
            mine.action_check_in()
        with demo_time(self.moment(day, stop - 0.1)):
            mine._finish()
            if end == "open":
                return
            clean = end != "fault"
            mine._hand_over(
                True, True, clean, "" if clean else "投影仪无法正常关机，已断电"
            )
        with demo_time(self.moment(day, min(stop + 1, 21))):
            self.tell(mine, purpose, people, end)

    def tell(self, booking, purpose, people, end):
        if booking.feedback_state != "open":
            return
        fault = end == "fault"
        booking.env["school.venue.feedback"].create(
            {
                "booking_id": booking.id,
                "use_made": f"{purpose}，到会 {people} 人",
                "score": "3" if fault else "5" if people > 10 else "4",
                "equipment_state": "faulty" if fault else "good",
                "problems": "投影仪灯泡偏暗，遥控器不灵" if fault else False,
                "suggestions": "建议增配一支翻页笔" if people > 30 else False,
            }
        )

    def plan_week(self):
        for number, row in enumerate(COMING):
            day = self.coming_day(row[0])
            booking = self.ask(day, *row[1:])
            # One is still being decided.
            if number not in (13, 15):
                self.decide(booking)
        confirmed = self.loader.env["school.venue.booking"].search(
            [
                ("company_id", "=", self.school.id),
                ("state", "=", "confirmed"),
                ("needs_preparation", "=", True),
                ("prepared_at", "=", False),
            ],
            order="start",
            limit=2,
        )
        confirmed.with_env(self.as_("logistics"))._prepared(
            "ok", "投影、话筒已测试，座位已摆好"
        )

    def coming_day(self, number):
        """The working day of the school this many working days from today."""
        worktime = self.school._worktime()
        day = self.today
        while True:
            start = self.moment(day, 0)
            if worktime.between(start, start + timedelta(days=1), "service_hour"):
                if not number:
                    return day
                number -= 1
            day += timedelta(days=1)

    def plan_series(self):
        term = self.loader.env["school.term"]._at(self.school)
        first = self.coming_day(1)
        series = self.as_("teacher2")["school.venue.series"].create(
            {
                "venue_id": self.rooms["LAB2"].id,
                "purpose": "机器人社团",
                "people_count": 28,
                "term_id": term.id,
                "date_from": first,
                "date_to": term.date_to or first + timedelta(days=60),
                "weekday": "3",
                "hour_from": 16.5,
                "hour_to": 17.5,
                "rules_accepted": True,
            }
        )
        series.action_check()
        if series.free_count:
            series.action_book()
        self.as_("teacher")["school.venue.series"]._book_units(
            self.rooms["TAB"],
            8,
            {
                "start": self.moment(self.coming_day(2), 10 + 1 / 3),
                "stop": self.moment(self.coming_day(2), 11 + 5 / 6),
                "purpose": "英语听力课用平板",
                "people_count": 40,
                "rules_accepted": True,
            },
        )

    def clash(self):
        """An inspection needs a room that others have: they are told what is free."""
        rank = self.loader.env["school.venue.rank"]._find(self.school, "important")
        env = self.as_("director")
        day = self.coming_day(3)
        winner = env["school.venue.booking"].create(
            {
                "venue_id": self.rooms["R105"].id,
                "start": self.moment(day, 13.5),
                "stop": self.moment(day, 15.5),
                "purpose": "督导组座谈",
                "people_count": 8,
                "rank_id": rank.id,
                "rules_accepted": True,
            }
        )
        if winner._losers():
            winner._displace("区督导组临时到校，需要使用该会议室")
