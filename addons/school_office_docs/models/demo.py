import heapq
import io
import itertools
from datetime import timedelta
from email.message import EmailMessage

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.school_office_base.models.demo import demo_time

from .doc_incoming_check import CHECKS

DEPARTMENTS = ("office", "teaching", "moral", "logistics", "finance")
# How far each document of the demo has come: the steps up to and including this one.
WAY = (
    "received",
    "registered",
    "submitted",
    "proposed",
    "instructed",
    "distributed",
    "in_hand",
    "finished",
    "to_file",
)
# When a step is taken, in service hours after the document arrived.
PACE = {
    "registered": 0.4,
    "submitted": 0.6,
    "proposed": 2.1,
    "instructed": 5.3,
    "distributed": 6.4,
    "in_hand": 7.6,
}


class SchoolDemo(models.AbstractModel):
    """A month of incoming documents in two schools, made as people make them."""

    _inherit = "school.demo"

    @api.model
    def _load_documents(self):
        """Let the people of the demo schools do a month of work, step by step."""
        self._speak_chinese("school_office_docs")
        # The hook that sets up schools already open runs after the demo files.
        self._demo_schools()._school_set_up()
        plan, counter = [], itertools.count()
        now = fields.Datetime.now()
        scripts = self._read("school_office_docs/demo/documents.json")
        for school in self._demo_schools():
            story = _Story(self, school)
            for script in scripts[school.name]:
                for moment, step in story.steps(script):
                    if moment <= now:
                        heapq.heappush(plan, (moment, next(counter), step))
            mail = school._school_moment(school._school_date(), 8.6)
            heapq.heappush(plan, (min(mail, now), next(counter), story.receive_mail))
        while plan:
            moment, __, step = heapq.heappop(plan)
            with demo_time(moment.replace(microsecond=0)):
                step()
                self.env.flush_all()


class _Story:
    """The steps of the documents of one school, each a call at its own time."""

    def __init__(self, loader, school):
        self.loader = loader
        self.school = school
        self.days = loader._demo_working_days(school, 30)
        departments = loader.env["hr.department"].search(
            [("company_id", "=", school.id)], order="id"
        )
        self.departments = dict(zip(DEPARTMENTS, departments, strict=False))
        self.documents = {}
        domain = loader.env["mail.alias.domain"].search([], limit=1) or loader.env[
            "mail.alias.domain"
        ].create({"name": "schools.example.com"})
        school.alias_domain_id = school.alias_domain_id or domain

    def work(self, role, model):
        return self.loader._demo_env(self.school, role)[model]

    def as_(self, role, script):
        return self.documents[script["title"]].with_env(
            self.loader._demo_env(self.school, role)
        )

    def steps(self, script):
        """Yield (moment, call) for everything that happens to one document."""
        worktime = self.school._worktime()
        arrival = self.school._school_moment(self.days[-script["day"]], script["hour"])

        def after(hours):
            return worktime.add(arrival, hours, "service_hour")

        yield arrival, lambda: self.receive(script)
        until = script["until"]
        if until in ("returned", "void"):
            yield after(0.4), lambda: self.register(script)
            yield after(3), lambda: self.close(script)
            return
        reached = WAY.index(until)
        for step, hours in PACE.items():
            if WAY.index(step) > reached:
                return
            if step == "in_hand" and script.get("handling") == "reading":
                break
            yield after(hours), lambda step=step: getattr(self, step)(script)
        if script.get("handling") == "reading":
            for number, role in enumerate(script["readers"]):
                yield after(8 + 2 * number), lambda role=role: self.sign(script, role)
            return
        taken = after(PACE["in_hand"])
        days = script.get("days", 5)
        if script.get("circulate"):
            yield after(9), lambda: self.circulate(script)
        if script.get("chase"):
            yield (
                worktime.add(taken, days, "working_day") + timedelta(hours=-1),
                lambda: self.chase(script),
            )
        if script.get("extend"):
            yield worktime.add(taken, 9, "service_hour"), lambda: self.extend(script)
            yield worktime.add(taken, 12, "service_hour"), lambda: self.grant(script)
        if reached < WAY.index("finished"):
            return
        needed = days * 9 - 6 + (18 if script.get("late") else 0)
        yield worktime.add(taken, needed, "service_hour"), lambda: self.finish(script)
        if reached == WAY.index("to_file"):
            yield (
                worktime.add(taken, needed + 20, "service_hour"),
                lambda: self.to_file(script),
            )

    def receive(self, script):
        role = script.get("by", "clerk")
        Document = self.work(role, "school.doc.incoming")
        kind = script.get("kind", "superior")
        vals = {
            "name": script["title"],
            "kind": kind,
            "channel": "hand" if kind == "request" else "paper",
            "received_at": fields.Datetime.now(),
            "document_date": fields.Date.subtract(self.school._school_date(), days=2),
            "sender_number": script["number"],
            "category_id": self.category(script["category"]).id,
            "tag_ids": [Command.set(self.tags(script.get("tags", {})).ids)],
            "urgency": script.get("urgency", "0"),
            "handling": script.get("handling", "action"),
            "pages": script["pages"],
            "responsible_department_id": self.department(script["department"]),
            "co_department_ids": [
                Command.set([self.department(code) for code in script.get("co", ())])
            ],
            "file_ids": [Command.link(self.scan(role, script).id)],
        }
        if kind == "request":
            vals["sender_department_id"] = Document.env.user._school_employee(
                self.school
            ).department_id.id
        else:
            vals["sender_id"] = self.sender(script["sender"]).id
            vals["proposed_opinion"] = script.get("propose")
        if script.get("marked"):
            level = self.loader.env["school.secrecy.level"]._find(self.school, "school")
            readers = [
                self.loader._demo_user(self.school, code).id
                for code in ("clerk", *script["marked"])
            ]
            vals.update(secrecy_level_id=level.id, reader_ids=[Command.set(readers)])
        if script.get("condition"):
            vals.update(condition=script["condition"], damage_note=script["damage"])
        document = Document.create(vals)
        self.documents[script["title"]] = document

    def register(self, script):
        document = self.as_("clerk", script)
        document.write(dict.fromkeys(CHECKS, True))
        document.action_register()

    registered = register

    def submitted(self, script):
        self.as_("clerk", script).action_submit()

    def proposed(self, script):
        self.decide(script, "director", script.get("propose"), {})

    def instructed(self, script):
        deadline = {}
        if script.get("days") and script.get("handling") != "reading":
            worktime = self.school._worktime()
            due = worktime.add(fields.Datetime.now(), script["days"], "working_day")
            deadline["handling_deadline"] = self.school._school_date(due)
        document = self.documents[script["title"]].sudo()
        role = "leader" if document._approval_department() else "principal"
        self.decide(script, role, script.get("instruct"), deadline)
        if document.state != "instructed":
            # An important document is reviewed before it goes out.
            self.decide(script, "director", "内容准确、完整，分发范围适当。", {})

    def decide(self, script, role, opinion, vals):
        document = self.as_(role, script)
        wizard = document.env["school.doc.decide"].create(
            {"document_id": document.id, "opinion": opinion or "同意。", **vals}
        )
        wizard.action_approve()

    def distributed(self, script):
        document = self.as_("clerk", script)
        if script.get("marked"):
            head = document.sudo().responsible_department_id._head_users()
            document._distribute({head.with_env(document.env): 1})
        elif script.get("handling") == "reading":
            document._distribute(
                {
                    self.loader._demo_user(self.school, role).with_env(document.env): 1
                    for role in script["readers"]
                }
            )
        else:
            document._distribute_as_instructed()

    def in_hand(self, script):
        self.sign(script, script["department"])
        for role in script.get("co", ()):
            self.sign(script, role)

    def sign(self, script, role):
        self.as_(role, script).action_sign()

    def finish(self, script):
        self.as_(script["department"], script)._finish(
            script["result"], script.get("reply")
        )

    def to_file(self, script):
        self.as_("archivist", script).action_to_file()

    def close(self, script):
        document = self.as_("clerk", script)
        if script["until"] == "void":
            document._void(script["reason"])
        else:
            document._return_to_sender(script["reason"])

    def chase(self, script):
        document = self.as_("clerk", script)
        document.env["school.doc.chase"].create(
            {
                "document_id": document.id,
                "user_id": document._holders()[:1].id,
                "channel": "phone",
                "note": script["chase"],
            }
        )

    def extend(self, script):
        document = self.as_(script["department"], script)
        document.env["school.doc.extension"].create(
            {
                "document_id": document.id,
                "new_deadline": fields.Date.add(
                    document.handling_deadline, days=script["extend"]
                ),
                "reason": script["extend_reason"],
            }
        ).action_submit()

    def grant(self, script):
        document = self.documents[script["title"]].sudo()
        tasks = self.work("director", "school.approval.task").search(
            [
                ("res_model", "=", "school.doc.extension"),
                ("res_id", "in", document.extension_ids.ids),
                ("state", "=", "open"),
            ]
        )
        tasks.action_approve("情况属实，同意延期。")

    def circulate(self, script):
        document = self.as_("clerk", script)
        circulation = document.env["school.doc.circulation"].create(
            {
                "document_id": document.id,
                "reason": "协助调查",
                "line_ids": [
                    Command.create(
                        {"user_id": self.loader._demo_user(self.school, role).id}
                    )
                    for role in script["circulate"]
                ],
            }
        )
        circulation.action_submit()
        self.work("leader", "school.approval.task").search(
            [
                ("res_model", "=", "school.doc.circulation"),
                ("res_id", "=", circulation.id),
                ("state", "=", "open"),
            ]
        ).action_approve("同意，仅限本次调查。")
        circulation.action_start()

    def receive_mail(self):
        """A letter that came to the document mailbox this morning."""
        message = EmailMessage()
        message["From"] = "office@bureau.example.com"
        message["To"] = self.school.school_doc_mailbox
        message["Subject"] = "关于报送寒假放假安排的通知"
        message["Message-ID"] = f"<demo-{self.school.id}@bureau.example.com>"
        message.set_content("各学校：请于本周五前报送寒假放假安排。详见附件。")
        message.add_attachment(
            _pdf("关于报送寒假放假安排的通知", "区教育局", "教办〔2026〕71号"),
            maintype="application",
            subtype="pdf",
            filename="关于报送寒假放假安排的通知.pdf",
        )
        self.loader.env["mail.thread"].sudo().message_process(False, message.as_bytes())

    def sender(self, name):
        Partner = self.work("clerk", "res.partner").sudo()
        return Partner.search(
            [("name", "=", name), ("company_id", "=", self.school.id)], limit=1
        ) or Partner.create(
            {"name": name, "is_company": True, "company_id": self.school.id}
        )

    def category(self, code):
        return self.loader.env["school.doc.category"].search(
            [("company_id", "=", self.school.id), ("code", "=", code)]
        )

    def tags(self, names):
        """The tags ``{rank of the group: name}``, entered where they are new."""
        Tag = self.work("clerk", "school.tag")
        groups = Tag.env["school.tag.group"].search(
            [("company_id", "=", self.school.id)]
        )
        tags = Tag
        for rank, name in names.items():
            group = groups[int(rank)]
            tags |= Tag.search(
                [("group_id", "=", group.id), ("name", "=", name)]
            ) or Tag.create(
                {"name": name, "group_id": group.id, "color": int(rank) * 3 + 1}
            )
        return tags

    def department(self, code):
        return self.departments[code].id if code else False

    def scan(self, role, script):
        return self.work(role, "ir.attachment").create(
            {
                "name": f"{script['title']}.pdf",
                "raw": _pdf(
                    script["title"], script["sender"] or "", script["number"] or ""
                ),
                "res_model": "school.doc.incoming",
                "res_id": 0,
            }
        )


def _pdf(title, sender, number):
    """A page that looks like a scanned letter; the face is one every reader has."""
    if "STSong-Light" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    width, height = A4
    canvas.setFillColorRGB(0.8, 0, 0)
    canvas.setFont("STSong-Light", 26)
    canvas.drawCentredString(width / 2, height - 130, sender)
    canvas.line(80, height - 165, width - 80, height - 165)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont("STSong-Light", 14)
    canvas.drawCentredString(width / 2, height - 155, number)
    canvas.setFont("STSong-Light", 18)
    for index in range(0, len(title), 22):
        canvas.drawCentredString(
            width / 2, height - 215 - 26 * (index // 22), title[index : index + 22]
        )
    canvas.setFont("STSong-Light", 14)
    canvas.drawString(90, height - 310, "各学校：")
    canvas.drawString(118, height - 340, "（演示文件，正文从略）")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
