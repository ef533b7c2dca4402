from datetime import timedelta

from odoo import api, models
from odoo.fields import Command

from odoo.addons.school_office_base.models.demo import demo_time

TOPICS = (
    # who, name, kind, minutes, summary, request
    (
        "teaching",
        "期末复习与考试安排",
        "decision",
        15,
        "各年级复习进度已汇总，考试时间拟定在最后一周，监考教师尚缺两名。",
        "请审定考试日程和监考安排。",
    ),
    (
        "moral",
        "校园欺凌防治专项行动",
        "discussion",
        20,
        "本学期收到两起家长反映，均已处理。拟开展主题班会、家长信和专题培训。",
        "请讨论方案，并确定牵头人。",
    ),
    (
        "logistics",
        "食堂错峰就餐方案",
        "decision",
        10,
        "中午就餐高峰排队约二十分钟，拟分两批就餐，相差十五分钟。",
        "请决定下月起是否试行。",
    ),
    (
        "finance",
        "下一年度预算编制进度",
        "report",
        10,
        "各部门预算申报已收齐，差旅与培训两项增长较多。",
        "请听取汇报，并对压减项目提出意见。",
    ),
)
WORDS = ("议题材料提前发了，讨论很有效率。", "发言时间控制得好。", "会议室有点热。")


class SchoolDemo(models.AbstractModel):
    """What goes before meetings at the demo schools, and what was said afterwards."""

    _inherit = "school.demo"

    @api.model
    def _load_meeting_preparation(self):
        """Topics, papers, checks, seats and stars, entered by those who enter them."""
        self._speak_chinese("school_office_meetings")
        schools = self._demo_schools()
        # The hook of the installation comes after the demo files.
        schools._school_set_up()
        for school in schools:
            rated = self._load_rated_meeting(school)
            self._load_prepared_meeting(school)
            self._load_topics(school)
            self._load_outside_meeting(school)
            term = rated and self.env["school.term"]._at(
                school, school._school_date(rated.start)
            )
            if term:
                self.env["school.meeting.evaluation.summary"]._sum_up(term)

    @api.model
    def _prep_moment(self, school, days, hour, minute=0):
        """A time of the school so many working days ahead (or back, if negative)."""
        worktime = school._worktime()
        today = school._school_moment(school._school_date(), 12)
        day = worktime.local(
            worktime.add(today, days, "working_day", edge="open")
        ).date()
        return school._school_moment(day, hour) + timedelta(minutes=minute)

    @api.model
    def _prep_people(self, school, *roles):
        users = self.env["res.users"]
        for role in roles:
            users |= self._demo_user(school, role)
        return users

    @api.model
    def _prep_body(self, school, code):
        return self.env["school.meeting.body"].search(
            [("company_id", "=", school.id), ("code", "=", code)]
        )

    @api.model
    def _prep_meeting(self, school, name, start, hours, roles, items, **vals):
        """A meeting that the clerk enters."""
        clerk = self._demo_env(school, "clerk")
        chair = self._demo_user(school, roles[0])
        people = self._prep_people(school, *roles)
        return clerk["school.meeting"].create(
            {
                "name": name,
                "start": start,
                "stop": start + timedelta(hours=hours),
                "chair_id": chair.id,
                "recorder_id": self._demo_user(school, "archivist").id,
                "department_id": clerk.user._school_employee(school).department_id.id,
                "participant_ids": [
                    Command.create(
                        {
                            "sequence": place * 10,
                            "user_id": user.id,
                            "role": "chair" if user == chair else "member",
                            "department_id": user._school_employee(
                                school
                            ).department_id.id,
                            "is_key": place <= 2,
                        }
                    )
                    for place, user in enumerate(people, 1)
                ],
                "item_ids": [
                    Command.create({"sequence": place * 10, "name": item})
                    for place, item in enumerate(items, 1)
                ],
                **vals,
            }
        )

    @api.model
    def _prep_file(self, env, name, text):
        return env["ir.attachment"].create({"name": name, "raw": text.encode()})

    @api.model
    def _load_rated_meeting(self, school):
        """Last week's meeting, and the stars of those who were there."""
        body = self._prep_body(school, "principal")
        start = self._prep_moment(school, -6, 9)
        roles = ("principal", "leader", "director", "teaching", "moral", "logistics")
        with demo_time(start - timedelta(days=7)):
            meeting = self._prep_meeting(
                school,
                "校长办公会（开学以来工作小结）",
                start,
                1.5,
                roles,
                ("开学以来教学工作小结", "校舍安全隐患整改"),
                body_id=body.id,
                type="important",
                venue_note="行政楼会议室",
                needs_no_materials=True,
            )
            meeting.action_call("按校历召开")
        chair = meeting.with_user(meeting.chair_id)
        clerk = meeting.with_user(meeting.recorder_id)
        with demo_time(start):
            clerk.participant_ids.action_sign_in_for("list")
            chair.action_start(confirmed=True)
            for _item in meeting.item_ids:
                chair.action_next_item()
        with demo_time(start + timedelta(hours=1.4)):
            chair.action_end(defer_rest=True)
            clerk.action_tick_all()
        rows = (
            self.env["school.meeting.evaluation"]
            .sudo()
            .search([("meeting_id", "=", meeting.id)])
        )
        with demo_time(start + timedelta(hours=3)):
            for number, row in enumerate(rows[:5]):
                row.with_user(row.user_id).sudo(False)._answer(
                    {
                        "efficiency": 4 + number % 2,
                        "decisions": 4,
                        "organisation": 5 - number % 2,
                        "content": 3 + number % 3,
                    },
                    WORDS[number] if number < len(WORDS) else "",
                )
            meeting.sudo()._close_evaluation()
        return meeting.sudo()

    @api.model
    def _load_prepared_meeting(self, school):
        """The meeting of the day after tomorrow, half prepared."""
        start = self._prep_moment(school, 2, 14)
        roles = (
            "leader",
            "director",
            "teaching",
            "moral",
            "logistics",
            "finance",
            "teacher",
            "teacher2",
        )
        called = self._prep_moment(school, -4, 10)
        with demo_time(called):
            meeting = self._prep_meeting(
                school,
                "期中教学质量分析会",
                start,
                2,
                roles,
                ("各年级质量分析", "薄弱学科帮扶安排", "分管领导讲话"),
                body_id=self._prep_body(school, "office").id,
                type="ordinary",
                venue_note="综合楼三楼多功能厅",
                seat_rows=3,
                seat_columns=5,
                seat_front="主席台 · 投影幕",
            )
            clerk = meeting.env
            teaching = self._demo_env(school, "teaching")
            rows = (
                ("期中成绩统计表", "data", "teaching", "all", True),
                ("质量分析报告（讨论稿）", "report", "teaching", "all", True),
                ("帮扶方案", "draft", "moral", "all", False),
                ("发言提纲", "speech", "director", "members", False),
            )
            materials = clerk["school.meeting.material"].create(
                [
                    {
                        "meeting_id": meeting.id,
                        "sequence": place * 10,
                        "name": name,
                        "kind": kind,
                        "user_id": self._demo_user(school, role).id,
                        "visibility": visibility,
                        "do_print": printed,
                        "do_lay_out": printed,
                        "copies": 8 if printed else 0,
                    }
                    for place, (name, kind, role, visibility, printed) in enumerate(
                        rows, 1
                    )
                ]
            )
            meal = clerk["school.meeting.catering"].create(
                {
                    "meeting_id": meeting.id,
                    "name": "工作餐",
                    "day": school._school_date(start),
                    "supplier_note": "学校食堂",
                    "persons": 8,
                    "cost_note": "每人15元，从会议费列支",
                }
            )
            meal.action_agree()
            meeting.action_call("期中考试成绩刚出，需尽快分析")
            meeting.action_seat_everybody()
        with demo_time(called + timedelta(hours=20)):
            first = materials[0].with_env(teaching)
            first.attachment_ids = [
                Command.link(
                    self._prep_file(
                        teaching, "期中成绩统计表.txt", "一年级 92.1\n二年级 90.4\n"
                    ).id
                )
            ]
            leave = teaching["school.meeting.recording"].create(
                {
                    "meeting_id": meeting.id,
                    "kind": "photo",
                    "purpose": "校园公众号报道",
                    "scope": "会议开始五分钟",
                    "use_note": "学校公众号，不含学生成绩",
                }
            )
            leave.action_ask()
        with demo_time(called + timedelta(hours=22)):
            leave.sudo().approval_case_id.task_ids.with_user(leave.approver_id).sudo(
                False
            ).action_approve("同意，不得拍摄成绩表。")
            leave_two = self._demo_env(school, "teacher2")[
                "school.meeting.recording"
            ].create(
                {
                    "meeting_id": meeting.id,
                    "kind": "audio",
                    "purpose": "整理发言，便于本组传达",
                }
            )
            leave_two.action_ask()
        with demo_time(called + timedelta(hours=46)):
            logistics = self._demo_env(school, "logistics")
            # What the scheduled action does: letters, calendars, check lists.
            self.env["school.meeting.dispatch"].search(
                [("state", "=", "waiting")]
            )._send()
            tasks = meeting.task_ids.with_env(logistics)
            mine = tasks.filtered("can_tick")
            equipment = mine.filtered(lambda t: t.kind == "equipment")
            equipment[1:4].action_ok()
            equipment[0]._fault("投影仪开机后画面偏黄，十分钟后自动关机。")

    @api.model
    def _load_topics(self, school):
        """A call for topics, what came in, and what became of it."""
        body = self._prep_body(school, "principal")
        body.topic_lead_days = 2
        asked = self._prep_moment(school, -3, 9)
        start = self._prep_moment(school, 6, 9)
        with demo_time(asked):
            meeting = self._prep_meeting(
                school,
                "校长办公会（下月工作安排）",
                start,
                2,
                ("principal", "leader", "director", "teaching", "moral", "logistics"),
                (),
                body_id=body.id,
                type="important",
                venue_note="行政楼会议室",
            )
            call = self._demo_env(school, "clerk")["school.meeting.topic.call"].create(
                {
                    "name": "征集下月校长办公会议题",
                    "body_id": body.id,
                    "meeting_id": meeting.id,
                    "until": self._prep_moment(school, 2, 17),
                    "note": "请围绕期末工作、安全和预算提出议题，附必要材料。",
                }
            )
            call.action_open()
        topics = self.env["school.meeting.topic"]
        with demo_time(asked + timedelta(hours=26)):
            for role, name, kind, minutes, summary, request in TOPICS:
                env = self._demo_env(school, role)
                topic = env["school.meeting.topic"].create(
                    {
                        "name": name,
                        "call_id": call.id,
                        "body_id": body.id,
                        "kind": kind,
                        "minutes_planned": minutes,
                        "summary": summary,
                        "request": request,
                    }
                )
                topic.action_propose()
                topics |= topic
            teacher = self._demo_env(school, "teacher")
            teacher["school.meeting.topic"].create(
                {
                    "name": "教师办公室延时用电申请",
                    "body_id": body.id,
                    "summary": "晚自习后备课需要用电，目前十点断电。",
                    "request": "请同意延长到十点半。",
                    "minutes_planned": 5,
                }
            ).action_propose()
        with demo_time(asked + timedelta(hours=30)):
            clerk = self._demo_env(school, "clerk")
            topics[0].with_env(clerk)._admit(meeting)
            topics[3].with_env(clerk)._defer("预算数据月底才定稿，下次会议再议。")

    @api.model
    def _load_outside_meeting(self, school):
        """A meeting to which the authority has invited the school."""
        start = self._prep_moment(school, 4, 9)
        with demo_time(self._prep_moment(school, -1, 15)):
            meeting = self._prep_meeting(
                school,
                "全区校园安全工作会议",
                start,
                3,
                ("leader", "logistics"),
                (),
                venue_note="区教育局一楼报告厅",
                is_from_outside=True,
                source_sender="区教育局办公室",
                source_number="区教办〔2026〕58号",
                source_note="分管安全的校领导和总务主任参加，着正装，提前15分钟签到。",
                requirements="着正装",
                needs_no_materials=True,
            )
            meeting.action_confirm_source()
        return meeting
