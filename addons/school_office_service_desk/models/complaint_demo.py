from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.school_office_base.models.demo import demo_time

# (working days ago, channel, type, matter, words, from whom, how far it has come)
COMPLAINTS = (
    (
        34,
        "phone",
        "canteen",
        "午餐偏凉",
        "一年级家长反映近三天午餐送到班级时已经凉了。",
        "一年级家长",
        "closed",
        "delay",
        "调整送餐顺序，一年级优先，加保温箱。",
        "送餐车已加保温箱，一年级提前十分钟配送，连续三天测温均在六十度以上。",
        "logistics",
        5,
    ),
    (
        30,
        "hotline",
        "safety",
        "校门口放学拥堵",
        "放学时家长车辆占用人行道，孩子只能走机动车道。",
        "王女士",
        "closed",
        "means",
        "与交警中队联系，放学时段设护学岗。",
        "护学岗已设立，校门两侧划定等候区，错峰放学十分钟。",
        "moral",
        4,
    ),
    (
        27,
        "counter",
        "charges",
        "校服退款拖延",
        "上学期退的校服款至今没有到账。",
        "李先生",
        "closed",
        "wrong",
        "财务今天核对退款名单，三个工作日内退清。",
        "名单漏录，已补退并向家长致歉。",
        "finance",
        3,
    ),
    (
        23,
        "email",
        "teaching",
        "作业太多",
        "三年级周末作业要写到晚上九点。",
        "三年级家长",
        "closed",
        "rule",
        "教导处统一公示每日作业总量。",
        "作业公示制度已执行，班主任每天核对总量。",
        "teaching",
        4,
    ),
    (
        19,
        "paper",
        "facilities",
        "二楼厕所漏水",
        "教学楼二楼男厕所地面长期积水。",
        "何老师",
        "closed",
        "third_party",
        "本周内更换水管，先放防滑垫。",
        "施工单位已更换水管，地面干燥。",
        "logistics",
        5,
    ),
    (
        6,
        "phone",
        "service",
        "证明开了两次都不对",
        "学籍证明上出生日期写错，跑了两趟。",
        "赵女士",
        "planned",
        None,
        "档案员今天核对学籍系统后重开，送到班主任处。",
        None,
        "office",
        None,
    ),
    (
        3,
        "hotline",
        "canteen",
        "食堂里有飞虫",
        "孩子说食堂打饭窗口有飞虫。",
        "二年级家长",
        "assigned",
        None,
        None,
        None,
        "logistics",
        None,
    ),
    (
        1,
        "form",
        "conduct",
        "门卫态度生硬",
        "送雨伞时门卫说话很不客气。",
        "孙女士",
        "new",
        None,
        None,
        None,
        None,
        None,
    ),
)
ANONYMOUS = (
    "食堂采购有疑问",
    "最近食堂的肉和菜单上写的不一样，希望学校查一下进货单。",
    "请问是哪几天、哪个窗口？方便的话请补充菜单照片。",
    "上周二和周四，一号窗口。",
)
IMPROVEMENTS = (
    (
        25,
        "teacher",
        "教师自行车棚加灯",
        "冬天下班时车棚很黑，建议加感应灯。",
        "reviewed",
    ),
    (
        12,
        "teacher2",
        "会议通知统一用一个群",
        "现在通知分散在三个群里，容易漏看。",
        "decided",
    ),
    (
        4,
        "finance",
        "报销单线上预审",
        "报销单常因附件不全退回，建议线上先预审。",
        "received",
    ),
)


class SchoolDemo(models.AbstractModel):
    """Complaints, letters, suggestions and visits of two demo schools.

    All is made by the methods that people call, at the time at which they would.
    """

    _inherit = "school.demo"

    @api.model
    def _load_complaints(self):
        for school in self._demo_schools():
            days = self._demo_working_days(school, 40)
            self._demo_terms(school)
            self._demo_box(school, days)
            for row in COMPLAINTS:
                self._demo_complaint(school, days, row)
            self._demo_anonymous(school, days)
            for row in IMPROVEMENTS:
                self._demo_improvement(school, days, row)
            self._demo_mediation(school, days)
            self._demo_visits(school, days)
            self._demo_analyses(school)

    @api.model
    def _demo_analyses(self, school):
        """Two months: the earlier one is decided on, the later one waits."""
        Analysis = self.env["school.complaint.analysis"]
        first = school._school_date().replace(day=1)
        months = [first + relativedelta(months=-back) for back in (2, 1)]
        for month in months:
            analysis = Analysis._analyse(
                school, month, month + relativedelta(months=1, days=-1)
            )
            if month == months[1]:
                continue
            mine = analysis.with_env(self._demo_env(school, "director"))
            mine.write(
                {
                    "summary": "投诉集中在午餐温度和放学秩序，均在时限内办结。",
                    "proposals": "总务处每周测温一次；德育处学期初公布护学岗值班表。",
                }
            )
            mine.action_propose()
            mine.decision = "同意，下月检查落实情况。"
            mine.action_decide()

    @api.model
    def _demo_at(self, school, days, ago, hour):
        """``hour`` o'clock of the working day so many days ago."""
        return demo_time(school._school_moment(days[-ago], hour))

    @api.model
    def _demo_department(self, school, role):
        user = self._demo_user(school, role)
        return user._school_employee(school).department_id

    @api.model
    def _demo_complaint_type(self, model, school, code):
        return self.env[model].search(
            [("company_id", "=", school.id), ("code", "=", code)]
        )

    @api.model
    def _demo_terms(self, school):
        """The running term, around today."""
        Term = self.env["school.term"]
        if self.env["school.term"]._at(school):
            return
        today = school._school_date()
        Term.create(
            {
                "company_id": school.id,
                "name": "本学期",
                "date_from": today - timedelta(days=45),
                "date_to": today + timedelta(days=75),
            }
        )

    @api.model
    def _demo_complaint(self, school, days, row):
        (
            ago,
            channel,
            code,
            matter,
            words,
            person,
            way,
            cause,
            plan,
            result,
            role,
            score,
        ) = row
        clerk = self._demo_env(school, "clerk")
        service = self.env["school.service"].search(
            [("company_id", "=", school.id), ("code", "=", "complaint")]
        )
        problem = self._demo_complaint_type("school.complaint.type", school, code)
        with self._demo_at(school, days, ago, 9.2):
            if channel in ("form", "email"):
                ticket = self.env["school.ticket"]._intake(
                    school,
                    [
                        {
                            "service": service,
                            "name": matter,
                            "details": words,
                            "requester_name": person,
                            "requester_phone": "138****0000",
                            "problem_type_id": problem.id,
                        }
                    ],
                    channel,
                )
            else:
                ticket = clerk["school.ticket"].create(
                    {
                        "name": matter,
                        "details": words,
                        "service_id": service.id,
                        "channel": channel,
                        "requester_name": person,
                        "problem_type_id": problem.id,
                    }
                )
        if way == "new":
            return
        director = self._demo_env(school, "director")
        mine = director["school.ticket"].browse(ticket.id)
        with self._demo_at(school, days, ago, 10.1):
            mine.action_take()
            if not mine.complaint_registered_at:
                mine._complaint_registered()
        head = self._demo_user(school, "director" if role == "office" else role)
        with self._demo_at(school, days, ago, 14.5):
            mine._complaint_assign(
                self._demo_department(school, head.login[3:]),
                head,
                "请于两日内回复办公室。",
            )
        if way == "assigned":
            return
        with self._demo_at(school, days, ago - 1, 10):
            mine._complaint_plan(plan)
        if way == "planned":
            return
        late = cause == "delay"
        with self._demo_at(school, days, ago - (8 if late else 3), 15):
            found = self._demo_complaint_type("school.complaint.cause", school, cause)
            mine._solve(result)
            mine._complaint_cause(found, "yes" if found.is_handling_mistake else "no")
        with self._demo_at(school, days, ago - (9 if late else 4), 9):
            mine.action_phone_confirm()
            mine._phone_confirm("家长表示满意。")

    @api.model
    def _demo_anonymous(self, school, days):
        matter, words, question, answer = ANONYMOUS
        problem = self._demo_complaint_type("school.complaint.type", school, "canteen")
        Ticket = self.env["school.ticket"]
        with self._demo_at(school, days, 5, 20):
            code = Ticket._anonymous_intake(
                school,
                {"name": matter, "details": words, "problem_type_id": problem.id},
            )
        ticket = Ticket._by_code(school, code)
        director = self._demo_env(school, "director")["school.ticket"].browse(ticket.id)
        with self._demo_at(school, days, 4, 9):
            director.action_take()
            director._complaint_registered()
        with self._demo_at(school, days, 4, 9.5):
            director._ask(question)
        with self._demo_at(school, days, 3, 21):
            ticket._anonymous_reply(answer)

    @api.model
    def _demo_box(self, school, days):
        Box = self.env["school.suggestion.box"]
        Opening = self.env["school.suggestion.opening"]
        with self._demo_at(school, days, 12, 8):
            box = Box.create({"company_id": school.id, "name": "教学楼一楼意见箱"})
        clerk, archivist = (
            self._demo_env(school, role) for role in ("clerk", "archivist")
        )
        letters = iter(((("complaint", "走廊灯不亮"), ("thanks", "")),))
        for ago in range(12, 0, -1):
            day = days[-ago]
            opening = Opening.search([("box_id", "=", box.id), ("due_on", "=", day)])
            with self._demo_at(school, days, ago, 8.1):
                box._plan_openings()
            if not opening or ago < 3:
                continue
            found = next(letters, ())
            with self._demo_at(school, days, ago, 16):
                opening.with_env(clerk).letter_count = len(found)
                opening.with_env(clerk).action_sign()
                opening.with_env(archivist).action_sign()
                if not found:
                    continue
                clerk["school.suggestion.letter"].create(
                    [
                        {
                            "opening_id": opening.id,
                            "kind": kind,
                            "matter": matter,
                            "problem_type_id": self._demo_complaint_type(
                                "school.complaint.type", school, "facilities"
                            ).id,
                            "text": matter and f"{matter}，已经两个星期了。",
                        }
                        for kind, matter in found
                    ]
                )
                opening.with_env(clerk).action_register_letters()
            with self._demo_at(school, days, ago - 1, 9):
                director = self._demo_env(school, "director")
                ticket = director["school.ticket"].browse(
                    opening.sudo().letter_ids.ticket_id.id
                )
                ticket.action_take()
                ticket._complaint_assign(
                    self._demo_department(school, "logistics"),
                    self._demo_user(school, "logistics"),
                    "请尽快检修。",
                )
                ticket._complaint_plan("总务处当天检修走廊照明。")
            with self._demo_at(school, days, ago - 2, 15):
                cause = self._demo_complaint_type(
                    "school.complaint.cause", school, "means"
                )
                ticket._solve("灯管已更换。")
                ticket._complaint_cause(cause, "no")
                ticket.action_close()
        box._plan_openings()

    @api.model
    def _demo_improvement(self, school, days, row):
        ago, role, name, text, way = row
        author = self._demo_env(school, role)
        with self._demo_at(school, days, ago, 11):
            record = author["school.improvement"].create(
                {
                    "name": name,
                    "text": text,
                    "received_on": days[-ago],
                }
            )
        if way == "received":
            return
        clerk, director = (
            self._demo_env(school, role) for role in ("clerk", "director")
        )
        with self._demo_at(school, days, ago - 3, 10):
            record.with_env(clerk).write(
                {
                    "assessment": "费用少，一周内可以完成，受益人多。",
                    "benefit": "2",
                    "effort": "1",
                }
            )
            record.with_env(clerk).action_assess()
        owner = self._demo_user(school, "logistics" if way == "reviewed" else "clerk")
        with self._demo_at(school, days, ago - 4, 15):
            record.with_env(director).write(
                {
                    "decision": "adopted",
                    "decision_reason": "同意，尽快办理。",
                    "owner_id": owner.id,
                    "due_on": days[-ago] + timedelta(days=21),
                }
            )
            record.with_env(director).action_decide()
        if way == "decided":
            return
        mine = record.with_env(self._demo_env(school, "logistics"))
        with self._demo_at(school, days, ago - 5, 9):
            mine.plan = "采购两盏感应灯，周五安装。"
            mine.action_start()
        with self._demo_at(school, days, ago - 10, 9):
            mine.result = "两盏感应灯已安装。"
            mine.action_done()
        with self._demo_at(school, days, ago - 20, 9):
            record.with_env(clerk).write(
                {"effect": "教师反映良好，无人再提意见。", "effect_rating": "better"}
            )
            record.with_env(clerk).action_review()

    @api.model
    def _demo_mediation(self, school, days):
        service = self.env["school.service"].search(
            [("company_id", "=", school.id), ("code", "=", "mediation")]
        )
        with self._demo_at(school, days, 4, 9):
            ticket = self._demo_env(school, "moral")["school.ticket"].create(
                {
                    "name": "报告厅使用时间冲突",
                    "details": "每周四下午，德育处班会与教导处教研活动都要用报告厅。",
                    "service_id": service.id,
                }
            )
        director = self._demo_env(school, "director")
        mine = director["school.ticket"].browse(ticket.id)
        with self._demo_at(school, days, 4, 14):
            mine.action_take()
            parties = director["school.mediation.party"].create(
                [
                    {
                        "ticket_id": ticket.id,
                        "department_id": self._demo_department(school, role).id,
                    }
                    for role in ("moral", "teaching")
                ]
            )
        with self._demo_at(school, days, 3, 9):
            texts = ("班会每月一次，日期已公布。", "教研活动每周固定，外请专家不能改。")
            for party, role, text in zip(
                parties, ("moral", "teaching"), texts, strict=True
            ):
                party.with_env(self._demo_env(school, role))._state_position(text)
        with self._demo_at(school, days, 2, 10):
            mine._mediation_propose(
                "每月第一个周四归德育处，其余归教导处；提前一周在日历登记。"
            )

    @api.model
    def _demo_visits(self, school, days):
        Visit = self.env["school.department.visit"]
        with self._demo_at(school, days, 20, 8):
            Visit._cron_plan_visits()
        director = self._demo_env(school, "director")
        for role, ago, needs in (
            ("teaching", 15, "希望复印室中午也开放；扫描仪偏慢。"),
            ("logistics", 8, "维修单希望附照片；钥匙交接要有登记。"),
        ):
            visit = director["school.department.visit"].search(
                [
                    ("department_id", "=", self._demo_department(school, role).id),
                    ("state", "=", "planned"),
                ],
                limit=1,
            )
            if visit:
                with self._demo_at(school, days, ago, 15):
                    visit.write({"needs": needs, "people": "部门全体"})
                    visit.action_done()
        visit = Visit.search(
            [("company_id", "=", school.id), ("state", "=", "planned")], limit=1
        )
        visit.planned_on = fields.Date.add(school._school_date(), days=3)
