from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.school_office_base.models.demo import demo_time


class SchoolDemo(models.AbstractModel):
    """Minutes on their way, and resolutions in every state people meet."""

    _inherit = "school.demo"

    @api.model
    def _load_minutes(self):
        """Let the two schools decide, write down, carry out and look after it."""
        self._speak_chinese("school_office_meetings")
        for school in self._demo_schools():
            body = self.env["school.meeting.body"].search(
                [("company_id", "=", school.id), ("code", "=", "principal")]
            )
            meeting = self._load_minutes_meeting(school, body)
            self._load_minutes_approved(school, meeting)
            self._load_resolutions(school, meeting)
            self._load_minutes_review(school, body)
            self._load_summary(school)

    @api.model
    def _load_minutes_meeting(self, school, body):
        """The principal's meeting of three weeks ago, with what it decided."""
        start = self._meeting_moment(school, -15, 14)
        meeting = self._called_for_demo(
            school,
            body,
            "校长办公会（第8次）",
            start,
            (
                ("消防设施整改", "decision", 20, "logistics"),
                ("期中质量分析", "decision", 20, "teaching"),
                ("图书馆延长开放", "decision", 15, "teaching"),
                ("心理健康活动月", "decision", 15, "moral"),
                ("教师困难帮扶", "decision", 10, "director"),
            ),
        )
        with demo_time(start - timedelta(minutes=6)):
            self._demo_sign_in(meeting, absent=("finance",))
            absent = self._demo_seat(meeting, "finance")
            self._as_demo(absent, "clerk").action_mark_absent("参加财政局培训")
        chair = self._as_demo(meeting, "principal")
        with demo_time(start):
            chair.action_start(confirmed=True)
        items = meeting.sudo().item_ids.sorted("sequence")
        texts = (
            {
                "discussion": "总务处汇报消防检查情况：六处防火门不能关闭。",
                "department_opinions": "德育处：安排值班；财务室：从维修费列支。",
                "conclusion": "安全问题不过夜，先行更换应急灯。",
                "decision": "本月底前完成全部防火门整改并组织验收。",
            },
            {
                "discussion": "教导处分析期中成绩，六年级数学两极分化明显。",
                "differing_opinions": "年级组建议周末辅导，德育处认为应减少周末占用。",
                "decision": "由教导处制定分层辅导方案，利用课后服务时间实施。",
            },
            {
                "discussion": "学生代表建议中午开放阅览室。",
                "decision": "图书馆中午延长开放一小时，试行一学期。",
            },
            {
                "discussion": "德育处介绍活动月安排。",
                "decision": "十一月开展心理健康活动月，邀请专家进校。",
            },
            {
                "discussion": "办公室通报三位教师家庭困难情况。",
                "decision": "按程序给予帮扶，信息不对外公开。",
            },
        )
        due = [self._meeting_moment(school, days, 12) for days in (-1, -8, 8, 3, 2)]
        resolutions = (
            ("完成六处防火门整改并组织验收", "logistics"),
            ("制定并实施六年级数学分层辅导方案", "teaching"),
            ("图书馆中午延长开放一小时", "teacher"),
            ("心理健康活动月：专家进校两场", "moral"),
            ("落实三位教师的困难帮扶", "director"),
        )
        for number, (item, words, moment, (name, owner)) in enumerate(
            zip(items, texts, due, resolutions, strict=True)
        ):
            at = start + timedelta(minutes=2 + number * 14)
            with demo_time(at):
                if number:
                    chair.action_next_item()
                else:
                    self._as_demo(item, "principal").action_begin()
            with demo_time(at + timedelta(minutes=10)):
                self._demo_texts(item, **words)
                self._as_demo(meeting, "clerk").action_draft_resolution(
                    item.id,
                    {
                        "name": name,
                        "owner_id": self._demo_user(school, owner).id,
                        "due_date": str(school._school_date(moment)),
                    },
                )
        with demo_time(start + timedelta(minutes=72)):
            # What concerns single people stays with the members.
            self._as_demo(items[4], "clerk").action_set_visibility("members")
            self._as_demo(items[0], "clerk").action_set_visibility("all")
            self._as_demo(items[4], "principal").action_finish()
            self._as_demo(meeting, "clerk").action_end()
        return meeting

    @api.model
    def _demo_decide(self, record, role, opinion):
        """The person of that role approves what waits for him."""
        user = self._demo_user(record.sudo().company_id, role)
        task = (
            self.env["school.approval.task"]
            .sudo()
            .search(
                [
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("state", "=", "open"),
                    ("user_id", "=", user.id),
                ]
            )
        )
        task.with_env(self._demo_env(record.sudo().company_id, role)).action_approve(
            opinion
        )

    @api.model
    def _load_minutes_approved(self, school, meeting):
        minutes = self._as_demo(meeting._minutes(), "clerk")
        ended = meeting.sudo().ended_at
        with demo_time(ended + timedelta(hours=1)):
            minutes.write(
                {
                    "department_ids": [
                        fields.Command.set((meeting.sudo().item_ids.department_id).ids)
                    ]
                }
            )
            minutes.action_submit()
        with demo_time(self._meeting_moment(school, -14, 9)):
            self._demo_decide(minutes, "principal", "同意印发，请各部门抓好落实。")
        with demo_time(self._meeting_moment(school, -14, 11)):
            for role in ("teaching", "logistics", "moral"):
                user = self._demo_user(school, role)
                minutes.sudo().receipt_ids.filtered(
                    lambda receipt, user=user: receipt.user_id == user
                ).with_env(self._demo_env(school, role)).action_mark_read()

    @api.model
    def _load_resolutions(self, school, meeting):
        """Three weeks of carrying out: done, on the way, stuck, to be accepted."""
        doors, tutoring, library, month, _help = meeting.sudo().resolution_ids.sorted(
            "id"
        )
        with demo_time(self._meeting_moment(school, -11, 10)):
            self._as_demo(doors, "logistics")._report_progress(
                30, "已完成勘察和报价，厂家下周进场。"
            )
            self._as_demo(tutoring, "teaching")._report_progress(
                50, "方案已经年级组讨论，本周试行。"
            )
        with demo_time(self._meeting_moment(school, -9, 15)):
            self._as_demo(tutoring, "teaching")._report_done(
                "方案已印发各年级，课后服务分三个层次开班，见通知和课表。"
            )
        with demo_time(self._meeting_moment(school, -8, 9)):
            self._as_demo(tutoring, "principal").action_accept()
        with demo_time(self._meeting_moment(school, -6, 10)):
            self._as_demo(doors, "logistics")._report_progress(
                60, "已更换四处防火门，另两处等配件。"
            )
            self._as_demo(doors, "logistics")._report_problem(
                "两处防火门为非标尺寸，厂家配件要等两周。"
            )
            self._as_demo(library, "teacher")._report_progress(
                40, "志愿者排班已完成，下周一开始试行。"
            )
        with demo_time(self._meeting_moment(school, -2, 16)):
            self._as_demo(month, "moral")._report_done(
                "两场讲座分别于本月第一、第二周举行，共八百二十人次参加。"
            )
        with demo_time(self._meeting_moment(school, -1, 9)):
            step = self._demo_env(school, "logistics")[
                "school.meeting.resolution.step"
            ].create(
                {
                    "step": "extend",
                    "resolution_ids": doors.ids,
                    "new_date": doors.due_date + timedelta(days=14),
                    "reason": "非标防火门配件到货时间推迟。",
                }
            )
            step.action_confirm()
        # What the scheduled action does; that one commits.
        Resolution = self.env["school.meeting.resolution"]
        Resolution.search(Resolution._overdue_domain())._return_to_agenda()

    @api.model
    def _load_minutes_review(self, school, body):
        """The minutes of last week wait for the chair."""
        meeting = self.env["school.meeting"].search(
            [
                ("body_id", "=", body.id),
                ("state", "=", "ended"),
                ("name", "like", "第9次"),
            ],
            limit=1,
        )
        if not meeting:
            return
        budget, canteen = meeting.item_ids.sorted("sequence")[:2]
        clerk = self._as_demo(meeting, "clerk")
        with demo_time(meeting.ended_at + timedelta(minutes=30)):
            for item, name, owner, days in (
                (budget, "编制预算执行时间表并报备", "finance", 5),
                (canteen, "完成明厨亮灶改造招标", "logistics", 10),
            ):
                moment = self._meeting_moment(school, days, 12)
                clerk.action_draft_resolution(
                    item.id,
                    {
                        "name": name,
                        "owner_id": self._demo_user(school, owner).id,
                        "due_date": str(school._school_date(moment)),
                    },
                )
            minutes = self._as_demo(meeting._minutes(), "clerk")
            minutes.action_submit()

    @api.model
    def _load_summary(self, school):
        """The summary of last Friday, as the scheduled action made it."""
        Summary = self.env["school.meeting.summary"]
        now = fields.Datetime.now()
        school.school_meeting_summary_week = False
        week = Summary._week_due(school, now)
        with demo_time(Summary._due_moment(school, week)):
            Summary._make(school, week, Summary._due_moment(school, week))
