from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.school_office_base.models.demo import demo_time

from ..tools import kpi

# The points of the survey, one row per answer sheet: five questions each.
SHEETS = (
    (5, 4, 5, 4, 5),
    (4, 4, 4, 3, 4),
    (5, 3, 4, 4, 4),
    (4, 2, 4, 3, 4),
    (5, 5, 5, 5, 5),
    (4, 3, 4, 2, 4),
    (5, 4, 5, 4, 5),
    (3, 2, 4, 4, 3),
)
COMMENTS = (
    "报修以后希望能看到师傅什么时候来。",
    "窗口老师很热情，谢谢！",
    "表格太多，能不能网上一次填完？",
)


class SchoolDemo(models.AbstractModel):
    """What the quality work of the two schools has made of that month."""

    _inherit = "school.demo"

    @api.model
    def _load_desk_quality(self):
        """Sample, figures, survey, plan and knowledge, made by those who make them."""
        self._speak_chinese("school_office_service_desk")
        for school in self._demo_schools():
            self._load_knowledge(school)
            self._load_desk_survey(school)
            self._load_desk_sample(school)
            self._load_desk_figures(school)
            self._load_desk_plan(school)

    @api.model
    def _demo_day(self, school, day, hour=2):
        return school._school_moment(day, hour).replace(microsecond=0)

    @api.model
    def _load_knowledge(self, school):
        written = self._demo_working_days(school, 40)[0]
        clerk = self._demo_env(school, "clerk")
        themes = {
            theme.code: theme.id
            for theme in clerk["school.knowledge.theme"].search(
                [("company_id", "=", school.id)]
            )
        }
        services = {
            service.code: service.id
            for service in clerk["school.service"].search(
                [("company_id", "=", school.id)]
            )
        }
        rows = self._read("school_office_service_desk/demo/knowledge.json")
        with demo_time(self._demo_day(school, written, 10)):
            articles = clerk["school.knowledge.article"].create(
                [
                    {
                        "name": row["name"],
                        "keywords": row["keywords"],
                        "theme_id": themes[row["theme"]],
                        "body": row["body"],
                        "is_public": row["public"],
                        "service_ids": [
                            Command.set(
                                [services[c] for c in row["services"] if c in services]
                            )
                        ],
                    }
                    for row in rows
                ]
            )
            self._as_demo(articles, school, "director").action_publish()
            for article, row in zip(articles, rows, strict=True):
                for role in row["helpful"]:
                    self._as_demo(article, school, role).action_helpful()

    @api.model
    def _as_demo(self, records, school, role):
        return records.with_env(self._demo_env(school, role)[records._name].env)

    @api.model
    def _load_desk_survey(self, school):
        """A survey before the term's own one: opened, answered, closed, published."""
        days = self._demo_working_days(school, 20)
        director = self._demo_env(school, "director")
        with demo_time(self._demo_day(school, days[0], 9)):
            survey = director["school.desk.survey"].create(
                {
                    "name": "期中满意度调查",
                    "date_from": days[0],
                    "date_to": days[9],
                    "department_id": director.user.sudo()
                    ._school_employee(school)
                    .department_id.id,
                }
            )
            survey.action_open()
        sheet = survey.sudo().survey_id
        questions = sheet.question_ids
        for number, points in enumerate(SHEETS):
            ballot = sheet._school_ballot()
            given = iter(points)
            with demo_time(self._demo_day(school, days[number], 11)):
                ballot._mark_in_progress()
                for question in questions:
                    if question.question_type == "simple_choice":
                        answer = question.suggested_answer_ids[5 - next(given)]
                        ballot._save_lines(question, str(answer.id))
                    elif number < len(COMMENTS):
                        ballot._save_lines(question, COMMENTS[number])
                ballot._mark_done()
        with demo_time(self._demo_day(school, days[10], 9)):
            survey.action_close()
        with demo_time(self._demo_day(school, days[12], 15)):
            survey.action_publish()

    @api.model
    def _load_desk_sample(self, school):
        """Last month's sample: drawn on the first, scored by two people each."""
        today = school._school_date()
        first, last = kpi.month_of(fields.Date.subtract(today.replace(day=1), days=1))
        scorers = self.env["res.users"].union(
            *(self._demo_user(school, role) for role in ("leader", "teaching", "moral"))
        )
        settings = self._demo_env(school, "admin")["school.settings"]
        settings.create(
            {
                "school_desk_scorer_ids": [Command.set(scorers.ids)],
                "school_desk_callback_share": 50,
            }
        )
        Sample = self.env["school.desk.sample"]
        with demo_time(self._demo_day(school, first, 1)):
            sample = Sample._announce(school)
        drawn = self._demo_day(school, fields.Date.add(last, days=1), 8)
        with demo_time(drawn):
            sample._draw()
        scoring = drawn + timedelta(days=2)
        for number, line in enumerate(sample.line_ids):
            with demo_time(min(scoring, fields.Datetime.now())):
                self._demo_score(line, number)
        with demo_time(self._demo_day(school, today, 1)):
            Sample._announce(school)
        self._demo_correct(school, sample)

    @api.model
    def _demo_score(self, line, number):
        """Two people score; the second ticket of the sample is a bad one."""
        bad = number == 1
        for score in line.score_ids:
            user = score.scorer_id
            own = score.with_env(
                self.with_user(user)
                .with_context(lang="zh_CN", allowed_company_ids=line.company_id.ids)
                .env
            ).sudo(False)
            for place, item in enumerate(own.item_ids):
                item.grade = "none" if bad and place in (1, 4) else "full"
                if place == 3 and (bad or number % 2):
                    item.grade = "half"
            own.write(
                {
                    "paper_match": "missing" if bad else "same",
                    "ledger_match": "same",
                    "callback_match": "none",
                    "comparison_note": "窗口登记本上没有这一条。" if bad else False,
                    "remark": "答复太晚，没有主动告知进度。" if bad else False,
                }
            )
            own.action_submit()

    @api.model
    def _demo_correct(self, school, sample):
        finding = self._as_demo(
            sample.line_ids.finding_ids[:1].sudo(False), school, "director"
        )
        if not finding:
            return
        today = school._school_date()
        finding.write(
            {
                "owner_id": self._demo_user(school, "clerk").id,
                "measure": "当天不能解决的，下班前电话告知进度并记入台账；"
                "本周内组内讲评一次。",
                "due_date": fields.Date.add(today, days=4),
                "needs_training": True,
            }
        )
        finding.action_start()

    @api.model
    def _load_desk_figures(self, school):
        """The sheets of last month and of the running periods."""
        Kpi = self.env["school.desk.kpi"]
        today = school._school_date()
        before = fields.Date.subtract(today.replace(day=1), days=1)
        sheets = Kpi._ensure_period(school, "month", before)
        for period in ("month", "quarter", "term"):
            sheets |= Kpi._ensure_period(school, period)
        sheets._refresh()
        callback = self.env["school.desk.callback"].search(
            [("company_id", "=", school.id)], limit=1
        )
        clerk = self._demo_user(school, "archivist")
        if callback and clerk not in callback.barred_user_ids:
            self._as_demo(callback, school, "archivist")._answer(
                True, "yes", "已通话，问题解决，对办公室表示感谢。"
            )

    @api.model
    def _load_desk_plan(self, school):
        """The plan of the quarter, agreed on, its measures given to people."""
        director = self._demo_env(school, "director")
        plan = self._as_demo(
            self.env["school.desk.plan"]._ensure_quarter(school).sudo(False),
            school,
            "director",
        )
        today = school._school_date()
        director["school.desk.plan.measure"].create(
            {
                "plan_id": plan.id,
                "name": "报修单上显示师傅预计到达的时间",
            }
        )
        roles = ("clerk", "logistics", "archivist")
        for number, measure in enumerate(plan.measure_ids):
            measure.write(
                {
                    "owner_id": self._demo_user(school, roles[number % 3]).id,
                    "due_date": fields.Date.add(today, days=10 + 7 * number),
                }
            )
        plan.action_agree()
