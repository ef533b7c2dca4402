from datetime import timedelta

from odoo import api, models
from odoo.fields import Command

from odoo.addons.school_office_base.models.demo import demo_time

HEADS = ("teaching", "moral", "logistics", "finance")
# Who belongs to which body: (role in the body, person, in charge of a department)
MEMBERS = {
    "office": (
        ("chair", "director", False),
        ("member", "clerk", False),
        ("member", "archivist", False),
    ),
    "morning": (
        ("chair", "director", False),
        *(("member", role, True) for role in HEADS),
    ),
    "coordination": (
        ("chair", "leader", False),
        ("deputy_chair", "director", False),
        *(("member", role, True) for role in HEADS),
    ),
    "principal": (
        ("chair", "principal", False),
        ("deputy_chair", "leader", False),
        ("member", "director", False),
        *(("member", role, True) for role in HEADS),
        ("observer", "teacher", False),
    ),
    "party": (
        ("chair", "principal", False),
        ("member", "leader", False),
        ("member", "teaching", False),
    ),
    "congress": (
        ("chair", "principal", False),
        ("member", "teacher", False),
        ("member", "teacher2", False),
        *(("member", role, False) for role in HEADS),
    ),
}
PLACES = {
    "office": "办公室",
    "morning": "一楼大厅",
    "coordination": "行政楼二楼会议室",
    "principal": "行政楼会议室",
    "party": "党员活动室",
    "congress": "多功能厅",
}


class SchoolDemo(models.AbstractModel):
    """Bodies with their members, standing meetings, and meetings that are to come."""

    _inherit = "school.demo"

    @api.model
    def _load_meetings(self):
        """Let the clerks of the demo schools call meetings as they do every week."""
        self._speak_chinese("school_office_meetings")
        schools = self._demo_schools()
        # The hook of the installation comes after the demo files.
        schools._school_set_up()
        for school in schools:
            bodies = self._load_meeting_bodies(school)
            self._load_standing_meetings(school, bodies)
            self._load_meeting_today(school, bodies)
            self._load_meeting_next_week(school, bodies)
            self._load_meeting_plan(school, bodies)
            self._load_meeting_changes(school, bodies)
        # What the scheduled action would send: calendars and letters.
        self.env["school.meeting.dispatch"].search([("state", "=", "waiting")])._send()

    @api.model
    def _load_meeting_bodies(self, school):
        """Enter who belongs to each body, as the administrator does once."""
        env = self._demo_env(school, "admin")
        bodies = {
            body.code: body
            for body in env["school.meeting.body"].search(
                [("company_id", "=", school.id), ("code", "!=", False)]
            )
        }
        office = self._demo_user(school, "director")._school_employee(school)
        for code, members in MEMBERS.items():
            rows = []
            for number, (role, person, in_charge) in enumerate(members, 1):
                user = self._demo_user(school, person)
                if not user:
                    continue
                department = user._school_employee(school).department_id
                rows.append(
                    Command.create(
                        {
                            "sequence": number * 10,
                            "user_id": user.id,
                            "role": role,
                            "is_voting": role != "observer",
                            "department_id": in_charge and department.id,
                            "date_from": f"{school._school_date().year - 1}-09-01",
                        }
                    )
                )
            bodies[code].write(
                {
                    "member_ids": rows,
                    "department_id": office.department_id.id,
                    "place_note": PLACES[code],
                    "deputies_vote": code == "coordination",
                }
            )
        return bodies

    @api.model
    def _load_standing_meetings(self, school, bodies):
        env = self._demo_env(school, "clerk")
        today = school._school_date()
        clerk = self._demo_user(school, "clerk")
        env["school.meeting.schedule"].create(
            [
                {
                    "body_id": bodies[code].id,
                    "organizer_id": clerk.id,
                    "date_from": today,
                    **vals,
                }
                for code, vals in (
                    ("office", {"weekday": "0", "hour": 15.5, "on_holiday": "after"}),
                    ("morning", {"rhythm": "daily", "hour": 7.75, "auto_call": True}),
                    (
                        "coordination",
                        {"rhythm": "monthly", "week": "-1", "weekday": "3", "hour": 14},
                    ),
                )
            ]
        )
        self.env["school.meeting.schedule"].search(
            [("company_id", "=", school.id), ("body_id.code", "=", "office")]
        )._prepare()

    @api.model
    def _meeting_moment(self, school, days, hour):
        """``hour`` o'clock so many working days ahead, or back."""
        worktime = school._worktime()
        noon = school._school_moment(school._school_date(), 12)
        day = worktime.add(noon, days, "working_day", edge="open")
        return school._school_moment(worktime.local(day).date(), hour)

    @api.model
    def _demo_meeting(self, school, body, name, start, hours, items, **vals):
        env = self._demo_env(school, "clerk")
        return env["school.meeting"].create(
            {
                "name": name,
                "body_id": body.id,
                "start": start,
                "stop": start + timedelta(hours=hours),
                "item_ids": [
                    Command.create(
                        {
                            "sequence": number * 10,
                            "name": item,
                            "kind": kind,
                            "minutes_planned": minutes,
                            "speaker_id": self._demo_user(school, speaker).id,
                            "department_id": self._demo_user(school, speaker)
                            ._school_employee(school)
                            .department_id.id,
                        }
                    )
                    for number, (item, kind, minutes, speaker) in enumerate(items, 1)
                ],
                **vals,
            }
        )

    @api.model
    def _demo_answer(self, school, meeting, role, answer, reason="", deputy=None):
        user = self._demo_user(school, role)
        row = meeting.sudo().participant_ids.filtered(lambda r: r.user_id == user)
        row.with_env(self._demo_env(school, role))._answer(
            answer,
            reason,
            self._demo_user(school, deputy) if deputy else None,
        )

    @api.model
    def _load_meeting_today(self, school, bodies):
        """The meeting of this afternoon: nearly everybody has answered."""
        start = school._school_moment(school._school_date(), 16)
        with demo_time(start - timedelta(days=4, hours=6)):
            meeting = self._demo_meeting(
                school,
                bodies["coordination"],
                "冬季运动会筹备协调会",
                start,
                1.5,
                (
                    ("场地与器材分工", "discussion", 20, "logistics"),
                    ("各年级报名与彩排安排", "discussion", 20, "teaching"),
                    ("安全预案与医务保障", "decision", 15, "moral"),
                ),
                type="ordinary",
                requirements="请带本部门分工表",
            )
            meeting.action_submit_plan()
            task = self.env["school.approval.task"].search(
                [
                    ("res_model", "=", "school.meeting"),
                    ("res_id", "=", meeting.id),
                    ("state", "=", "open"),
                ],
                limit=1,
            )
        with demo_time(start - timedelta(days=4, hours=2)):
            task.with_user(task.user_id).action_approve("同意，注意安全。")
            meeting.action_call("运动会日期提前")
        with demo_time(start - timedelta(days=3)):
            for role in ("teaching", "logistics", "director"):
                self._demo_answer(school, meeting, role, "accepted")
            self._demo_answer(
                school, meeting, "moral", "deputy", "外出培训", deputy="teacher"
            )

    @api.model
    def _load_meeting_next_week(self, school, bodies):
        """The principal's meeting of next week: called, half of the answers there."""
        start = self._meeting_moment(school, 5, 14)
        meeting = self._demo_meeting(
            school,
            bodies["principal"],
            "校长办公会（第十三周）",
            start,
            2,
            (
                ("期末考试与评卷安排", "decision", 20, "teaching"),
                ("寒假值班与校园安全", "decision", 15, "logistics"),
                ("下学期预算草案", "report", 20, "finance"),
                ("家长会方案", "discussion", 15, "moral"),
            ),
            materials_note="议题材料请于会前一个工作日交办公室",
            requirements="着正装",
        )
        meeting.action_call("例会顺延")
        self._demo_answer(school, meeting, "teaching", "accepted")
        self._demo_answer(school, meeting, "leader", "accepted")
        self._demo_answer(school, meeting, "finance", "declined", "当天在教育局开会")
        chair = meeting.sudo().participant_ids.filtered(lambda r: r.role == "chair")
        chair.with_env(meeting.env)._record_phone_call(True, "校长已知悉，准时到会")

    @api.model
    def _load_meeting_plan(self, school, bodies):
        """A plan that waits for the leader."""
        meeting = self._demo_meeting(
            school,
            bodies["coordination"],
            "校园开放日协调会",
            self._meeting_moment(school, 8, 9),
            1.5,
            (
                ("接待路线与讲解分工", "discussion", 20, "teaching"),
                ("停车与校门秩序", "discussion", 15, "logistics"),
            ),
            purpose="明确开放日各部门分工和时间节点",
        )
        meeting.action_submit_plan()

    @api.model
    def _load_meeting_changes(self, school, bodies):
        """One that was put off, one that was called off, one nobody else sees."""
        moved = self._demo_meeting(
            school,
            bodies["office"],
            "办公室工作例会（值班表专题）",
            self._meeting_moment(school, 3, 10),
            1,
            (("元旦值班表", "discussion", 15, "director"),),
            type="ordinary",
        )
        moved.action_call("临时增加")
        later = self._meeting_moment(school, 4, 10)
        moved._move(later, later + timedelta(hours=1), "会议室当天有家长接待")
        off = self._demo_meeting(
            school,
            bodies["morning"],
            "晨会（升旗后）",
            self._meeting_moment(school, 2, 8),
            0.25,
            (("当日工作提示", "report", 5, "director"),),
        )
        off.action_call()
        off._cancel("当天有雨，升旗取消")
        party = self._demo_env(school, "principal")["school.meeting"].create(
            {
                "name": "党总支委员会（干部选任）",
                "body_id": bodies["party"].id,
                "start": self._meeting_moment(school, 6, 16),
            }
        )
        party.action_call("按组织程序安排")
