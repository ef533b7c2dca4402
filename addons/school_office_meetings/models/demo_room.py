from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.school_office_base.models.demo import demo_time


class SchoolDemo(models.AbstractModel):
    """A meeting that has been held, with its votes, and one that is on."""

    _inherit = "school.demo"

    @api.model
    def _load_meeting_room(self):
        """Let the two schools meet: who comes signs in, speaks, votes."""
        self._speak_chinese("school_office_meetings")
        for school in self._demo_schools():
            bodies = {
                body.code: body
                for body in self.env["school.meeting.body"].search(
                    [("company_id", "=", school.id), ("code", "!=", False)]
                )
            }
            self._load_meeting_held(school, bodies["principal"])
            self._load_meeting_now(school, bodies["principal"])
        self.env["school.meeting.dispatch"].search([("state", "=", "waiting")])._send()

    @api.model
    def _as_demo(self, record, role):
        company = record.sudo().company_id
        return record.with_env(self._demo_env(company, role))

    @api.model
    def _load_meeting_held(self, school, body):
        """The principal's meeting of last week: two decisions and an appointment."""
        start = self._meeting_moment(school, -5, 14)
        meeting = self._called_for_demo(
            school,
            body,
            "校长办公会（第9次）",
            start,
            (
                ("下学期经费预算安排", "decision", 20, "finance"),
                ("食堂明厨亮灶改造方案", "decision", 15, "logistics"),
                ("教研组长聘任", "election", 15, "teaching"),
                ("校园开放日筹备", "discussion", 10, "moral"),
            ),
        )
        with demo_time(start - timedelta(minutes=6)):
            self._demo_sign_in(meeting, absent=("moral",))
            absent = self._demo_seat(meeting, "moral")
            self._as_demo(absent, "clerk").action_mark_absent("参加区德育工作会")
        chair = self._as_demo(meeting, "principal")
        recorder = self._as_demo(meeting, "clerk")
        with demo_time(start):
            chair.action_start(confirmed=True)
        budget, canteen, heads, open_day = meeting.sudo().item_ids
        with demo_time(start + timedelta(minutes=1)):
            self._as_demo(budget, "principal").action_begin()
        with demo_time(start + timedelta(minutes=16)):
            self._demo_texts(
                budget,
                discussion="财务室通报下学期预算，重点说明设备更新和教师培训两项支出。",
                differing_opinions="总务处建议预留取暖设备应急经费5万元。",
                conclusion="同意预留应急经费，从设备更新中调剂。",
            )
            self._demo_vote(
                budget,
                "是否通过下学期经费预算？",
                "open",
                {"against": (), "abstain": ("logistics",)},
            )
            self._demo_texts(
                budget, decision="通过下学期经费预算，预留取暖应急经费5万元。"
            )
            self._demo_statement(
                budget, "finance", "培训经费不减，设备更新分两批执行。", confirm=True
            )
        with demo_time(start + timedelta(minutes=22)):
            chair.action_next_item()
        with demo_time(start + timedelta(minutes=35)):
            self._demo_texts(
                canteen,
                discussion="总务处介绍改造方案：后厨加装监控，家长可在公众号查看。",
                department_opinions="教导处：施工避开考试。德育处：请家委会参与验收。",
            )
            self._demo_vote(
                canteen, "是否通过改造方案？", "hands", {"for": 5, "against": 1}
            )
            self._demo_texts(canteen, decision="通过改造方案，寒假施工，开学前验收。")
        with demo_time(start + timedelta(minutes=38)):
            teaching = self._as_demo(heads, "teaching")
            teaching.action_recuse("拟聘人员中有本人亲属")
            chair.action_next_item()
        with demo_time(start + timedelta(minutes=50)):
            self._demo_vote(
                heads,
                "是否同意聘任四位教研组长？",
                "secret",
                {"against": ("logistics",), "abstain": ()},
            )
            self._demo_texts(heads, decision="同意聘任四位教研组长，聘期一年。")
            self._as_demo(heads, "principal").action_finish()
        with demo_time(start + timedelta(minutes=52)):
            self._as_demo(open_day, "principal").action_defer(
                "分管负责人请假，下次再议"
            )
            recorder.action_end()

    @api.model
    def _load_meeting_now(self, school, body):
        """A meeting that is on while somebody looks at the demo."""
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        start = now - timedelta(minutes=18)
        meeting = self._called_for_demo(
            school,
            body,
            "校长办公会（第10次）",
            start,
            (
                ("期末考试工作安排", "decision", 10, "teaching"),
                ("冬季取暖与用电安全", "decision", 15, "logistics"),
                ("寒假校园安全值班安排", "discussion", 10, "moral"),
                ("年度考核优秀人选推荐", "election", 15, "director"),
            ),
        )
        with demo_time(start - timedelta(minutes=5)):
            self._demo_sign_in(meeting, absent=("finance",))
        chair = self._as_demo(meeting, "principal")
        with demo_time(start):
            chair.action_start(confirmed=True)
        exam, heating = meeting.sudo().item_ids[:2]
        with demo_time(start + timedelta(minutes=1)):
            self._as_demo(exam, "principal").action_begin()
        with demo_time(start + timedelta(minutes=9)):
            self._demo_texts(
                exam,
                discussion="教导处汇报考试日程、监考安排和阅卷分工。",
                conclusion="考试时间按方案执行，体育、音乐提前一周随堂测评。",
            )
            self._demo_vote(
                exam, "是否通过期末考试方案？", "open", {"against": (), "abstain": ()}
            )
            self._demo_texts(exam, decision="通过期末考试方案。")
        with demo_time(start + timedelta(minutes=10)):
            chair.action_next_item()
        with demo_time(start + timedelta(minutes=14)):
            self._demo_texts(
                heating,
                discussion="总务处通报锅炉检修情况：两台已完成年检，三号楼线路负荷偏高。",
                differing_opinions="教导处希望教室优先供暖，总务处认为改造前不宜同时开启。",
            )
            self._demo_statement(
                heating, "logistics", "三号楼线路下周完成改造，此前限时供暖。"
            )
            self._as_demo(heating, "principal").action_line_up()
        with demo_time(start + timedelta(minutes=16)):
            self._as_demo(meeting, "logistics").action_propose_item(
                "临时议题：三号楼线路改造追加经费", 10, "施工方报价高于预算"
            )
            vote = self._as_demo(heating, "principal").action_open_vote(
                "是否同意线路改造前三号楼限时供暖？", "open"
            )
            vote = self.env["school.meeting.vote"].browse(vote)
            for role in ("teaching", "logistics"):
                self._as_demo(vote, role).action_cast("for")

    # What people do

    @api.model
    def _called_for_demo(self, school, body, name, start, items):
        with demo_time(start - timedelta(days=6)):
            meeting = self._demo_meeting(school, body, name, start, 2, items)
            clerk = self._demo_user(school, "clerk")
            meeting.write({"recorder_id": clerk.id})
            meeting.action_call("校历调整")
        return meeting

    @api.model
    def _demo_seat(self, meeting, role):
        user = self._demo_user(meeting.sudo().company_id, role)
        seats = meeting.sudo().participant_ids
        return seats.filtered(lambda seat: seat.user_id == user)

    @api.model
    def _demo_sign_in(self, meeting, absent=()):
        """Everybody but ``absent`` signs in, by the code on the screen."""
        school = meeting.sudo().company_id
        away = {self._demo_user(school, role) for role in absent}
        code = meeting.sudo()._sign_in_code()[0]
        for seat in meeting.sudo().participant_ids:
            if seat.user_id and seat.user_id not in away:
                role = seat.user_id.login.split("-", 1)[1]
                self._as_demo(meeting, role).action_sign_in(code)

    @api.model
    def _demo_texts(self, item, **texts):
        item = self._as_demo(item, "clerk")
        item.save_texts(
            {name: {"text": text, "base": ""} for name, text in texts.items()}
        )

    @api.model
    def _demo_statement(self, item, role, text, confirm=False):
        seat = self._demo_seat(item.meeting_id, role)
        if not seat.signed_in_at:
            return
        statement = self.env["school.meeting.statement"].browse(
            self._as_demo(item, "clerk").action_state(seat.id, text)
        )
        if confirm:
            self._as_demo(statement, role).action_confirm()

    @api.model
    def _demo_vote(self, item, question, kind, choices):
        """Open a vote, let everybody on the roll vote, close it.

        :param choices: ``{choice: roles}`` of those who are not for it; of a show of
            hands ``{choice: count}``
        """
        vote = self.env["school.meeting.vote"].browse(
            self._as_demo(item, "principal").action_open_vote(question, kind)
        )
        chair = self._as_demo(vote, "principal")
        if kind == "hands":
            present = vote.sudo().present_count
            against = min(choices.get("against", 0), present)
            chair.action_close_hands(present - against, against, 0)
            return
        for user in vote.sudo().turnout_ids.user_id:
            role = user.login.split("-", 1)[1]
            choice = next((c for c, who in choices.items() if role in who), "for")
            self._as_demo(vote, role).action_cast(choice)
        chair.action_close()
