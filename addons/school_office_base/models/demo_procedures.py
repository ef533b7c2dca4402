import datetime
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

from .demo import demo_time

DEPARTMENTS = ("office", "teaching", "moral", "logistics", "finance")


class SchoolDemo(models.AbstractModel):
    """Procedures, trainings and reviews of two schools, made as people make them."""

    _inherit = "school.demo"

    @api.model
    def _load_procedures(self):
        """Let the people of the demo schools write, train, look back and improve.

        Called by the demo files of the addons, whichever comes first: registers are
        read through a second connection, which does not see the tables of an addon
        that is being installed.
        """
        if self.env["school.procedure"].search_count([], limit=1):
            return
        script = self._read("school_office_base/demo/procedures.json")
        for school in self._demo_schools():
            story = _Story(self, school, script)
            for day, hour, step in story.steps():
                moment = school._school_moment(story.days[-day], hour)
                with demo_time(
                    min(moment, fields.Datetime.now()).replace(microsecond=0)
                ):
                    step()
                    self.env.flush_all()


class _Story:
    """What happened in one school; each step is a call on a working day ago."""

    def __init__(self, loader, school, script):
        self.loader = loader
        self.school = school
        self.script = script
        self.days = loader._demo_working_days(school, 80)
        departments = loader.env["hr.department"].search(
            [("company_id", "=", school.id)], order="id"
        )
        self.departments = dict(zip(DEPARTMENTS, departments, strict=False))

    def work(self, role, model):
        return self.loader._demo_env(self.school, role)[model]

    def as_(self, role, record):
        return record.with_env(self.loader._demo_env(self.school, role))

    def steps(self):
        """Yield (working days ago, hour, call), oldest first."""
        yield 79, 9, self.plan
        yield 78, 9, lambda: self.draft("收文")
        yield 77, 10, lambda: self.decide("收文", "director")
        yield 76, 15, lambda: self.decide("收文", "principal")
        yield 74, 10, lambda: self.read_by_all("收文")
        yield 70, 14, self.hold_induction
        yield 66, 14, self.hold_retraining
        yield 62, 9, lambda: self.look_back(2)
        yield 58, 11, lambda: self.answer(*DEPARTMENTS)
        yield 56, 10, self.close_review
        yield 55, 9, lambda: self.restore(fault="恢复后缺少 3 个附件。")
        yield 50, 9, self.revise
        yield 49, 10, lambda: self.decide("收文", "director")
        yield 48, 15, lambda: self.decide("收文", "principal")
        yield 46, 10, lambda: self.read_by_all("收文")
        yield 45, 16, self.improve
        yield 35, 9, self.restore
        yield 30, 15, self.hold_confidentiality
        yield 14, 9, self.restore
        yield 8, 9, lambda: self.look_back(1)
        yield 7, 9, lambda: self.draft("用印")
        yield 6, 10, lambda: self.decide("用印", "director")
        yield 6, 11, lambda: self.answer("office", "teaching")
        yield 5, 16, self.appraise
        yield 4, 10, lambda: self.decide("用印", "principal")
        yield 3, 9, lambda: self.draft("会议")
        yield 2, 15, lambda: self.decide("会议", "director")
        yield 1, 9, self.plan

    def plan(self):
        """What the nightly job does."""
        self.school._school_procedures_daily()

    def procedure(self, key):
        return self.loader.env["school.procedure"].search(
            [
                ("company_id", "=", self.school.id),
                ("name", "=", self.script[key]["name"]),
            ]
        )

    def version(self, key):
        return self.procedure(key).version_ids[:1]

    def draft(self, key):
        script = self.script[key]
        procedure = self.work("clerk", "school.procedure").create(
            {
                "name": script["name"],
                "code": script["code"],
                "kind": script["kind"],
                "department_id": self.departments["office"].id,
            }
        )
        version = procedure.draft_version_id
        version.write(
            {
                "purpose": script["purpose"],
                "scope": script.get("scope"),
                "points": script.get("points"),
                "step_ids": [
                    Command.create(self.step_vals(step, number))
                    for number, step in enumerate(script["steps"], 1)
                ],
            }
        )
        version.action_submit()

    def step_vals(self, step, number):
        post = self.loader.env["school.post"]._find(self.school, step["post"])
        return {
            "sequence": number * 10,
            "name": step["name"],
            "kind": step.get("kind", "task"),
            "otherwise": step.get("otherwise"),
            "post_id": post.id,
            "limit_amount": step["amount"],
            "limit_unit": step["unit"],
            "detail": step.get("detail"),
            "requirement": step.get("requirement"),
            "points": step.get("points"),
            "forms": step.get("forms"),
        }

    def decide(self, key, role):
        self.work(role, "school.approval.task").search(
            [
                ("res_model", "=", "school.procedure.version"),
                ("res_id", "=", self.version(key).id),
                ("user_id", "=", self.loader._demo_user(self.school, role).id),
                ("state", "=", "open"),
            ]
        ).action_approve("同意发布。" if role == "principal" else "内容属实，可行。")

    def read_by_all(self, key):
        version = self.version(key)
        for receipt in version.sudo().receipt_ids:
            version.with_user(receipt.user_id).action_confirm_read()

    def revise(self):
        procedure = self.as_("clerk", self.procedure("收文"))
        procedure.action_revise()
        draft = procedure.draft_version_id
        draft.change_note = self.script["收文"]["change"]
        draft.action_submit()

    def training(self, kind):
        return self.loader.env["school.training"].search(
            [
                ("company_id", "=", self.school.id),
                ("kind", "=", kind),
                ("state", "=", "planned"),
            ],
            limit=1,
        )

    def enter(self, training, better=0):
        for line in training.participant_ids:
            role = (line.user_id.login or "").rpartition("-")[2]
            score = self.script["scores"].get(role)
            if score is None:
                line.attendance = "present"
                line.score = 90
            else:
                line.score = min(score + better, 100)
        training.action_done()

    def hold_induction(self):
        training = self.as_("director", self.training("induction"))
        training.procedure_id = self.procedure("收文")
        training.content = "收文、用印、会议三项规程的目的、步骤和注意事项。"
        self.enter(training)
        training.action_retrain()

    def hold_retraining(self):
        training = self.as_("director", self.training("retraining"))
        training.trainer_id = training.env.user
        self.enter(training, better=30)

    def hold_confidentiality(self):
        employees = self.loader.env["hr.employee.public"].search(
            [("company_id", "=", self.school.id)]
        )
        training = self.work("director", "school.training").create(
            {
                "name": "保密教育：校内文件与信息安全",
                "kind": "confidentiality",
                "trainer_id": self.loader._demo_user(self.school, "leader").id,
                "date": fields.Datetime.now(),
                "duration": 1.5,
                "content": "涉密文件的登记、阅读、保管与销毁；移动存储与拍照规定。",
                "employee_ids": [Command.set(employees.ids)],
            }
        )
        training.action_all_present()
        training.action_done()

    def look_back(self, quarters):
        """Open the review of so many quarters ago, as the nightly job would."""
        today = self.school._school_date()
        first = datetime.date(today.year, today.month - (today.month - 1) % 3, 1)
        for _number in range(quarters):
            last = first - timedelta(days=1)
            first = datetime.date(last.year, last.month - 2, 1)
        reviews = self.loader.env["school.process.review"].sudo()
        known = reviews.search(
            [("company_id", "=", self.school.id), ("date_from", "=", first)]
        )
        if not known:
            reviews._start(
                self.school, "quarter", last.year, last.month // 3, first, last
            )

    def review(self):
        return self.loader.env["school.process.review"].search(
            [("company_id", "=", self.school.id), ("state", "=", "open")], limit=1
        )

    def answer(self, *roles):
        for role in roles:
            head = "director" if role == "office" else role
            feedback = self.review().feedback_ids.filtered(
                lambda f, role=role: f.department_id == self.departments[role]
            )
            mine = self.as_(head, feedback)
            said = self.script["feedback"][role]
            mine.write(
                {
                    "went_well": said.get("good"),
                    "problem": said.get("problem"),
                    "suggestion": said.get("suggest"),
                    "nothing_to_say": said.get("fine", False),
                }
            )
            mine.action_answer()

    def close_review(self):
        review = self.as_("director", self.review())
        today = self.school._school_date()
        review.write(
            {
                "summary": self.script["summary"],
                "action_ids": [
                    Command.create(
                        {
                            "company_id": self.school.id,
                            "name": "修订收文办理规程，缩短拟办时限",
                            "owner_id": self.loader._demo_user(self.school, "clerk").id,
                            "procedure_id": self.procedure("收文").id,
                            "date_due": today + timedelta(days=20),
                        }
                    ),
                    Command.create(
                        {
                            "company_id": self.school.id,
                            "name": "500 元以下维修由总务主任直接批准",
                            "owner_id": self.loader._demo_user(
                                self.school, "logistics"
                            ).id,
                            "date_due": self.days[-1] + timedelta(days=9),
                        }
                    ),
                ],
            }
        )
        review.action_close()

    def improve(self):
        action = self.loader.env["school.process.action"].search(
            [("company_id", "=", self.school.id), ("procedure_id", "!=", False)],
            limit=1,
        )
        mine = self.as_("clerk", action)
        mine.write(
            {
                "evidence": "第二版已批准发布，拟办时限改为两小时，相关人员均已阅知。",
                "version_id": self.version("收文").id,
            }
        )
        mine.action_done()

    def restore(self, fault=None):
        test = self.loader.env["school.restore.test"].search(
            [("company_id", "=", self.school.id), ("state", "=", "planned")]
        )
        mine = self.as_("archivist", test)
        today = self.school._school_date()
        mine.write(
            {
                "date": today,
                "backup_date": today - timedelta(days=1),
                "restored": "恢复整个数据库和附件库，抽查 20 份档案逐一打开核对。",
                "place": "备用服务器",
                "duration": 1.5,
                "result": "fault" if fault else "ok",
                "fault": fault,
                "remedy": "附件目录未纳入备份，已补入并重新测试通过。"
                if fault
                else False,
            }
        )
        mine.action_record()

    def appraise(self):
        """One entry confirmed, one dropped, two wait for the director."""
        users = {
            role: self.loader._demo_user(self.school, role)
            for role in ("teaching", "moral", "logistics", "teacher2")
        }
        entries = self.loader.env["school.appraisal.entry"]._propose(
            self.school,
            [
                {
                    "key": "demo:1",
                    "user": users["logistics"],
                    "remark": "报修工单逾期两个工作日未反馈。",
                },
                {
                    "key": "demo:2",
                    "user": users["moral"],
                    "remark": "来文办理超过期限一个工作日。",
                },
                {
                    "key": "demo:3",
                    "department": self.departments["logistics"],
                    "kind": "below_target",
                    "remark": "满意度调查“维修及时”得分 78，低于目标 85。",
                },
                {
                    "key": "demo:4",
                    "user": users["teacher2"],
                    "remark": "规程培训首次考核不合格，再培训后合格。",
                },
            ],
        )
        self.as_("director", entries[0]).action_confirm()
        self.as_("director", entries[1])._drop("延误由来文单位补送附件造成，不计入。")
