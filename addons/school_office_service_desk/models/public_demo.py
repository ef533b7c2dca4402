from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.school_office_base.models.demo import demo_time

SLUGS = ("qingshan", "linhu")
WORDS = (
    (5, "响应很快，师傅还讲了怎么避免再坏。"),
    (5, ""),
    (4, "谢谢，解决了。"),
    (5, "服务周到"),
    (3, ""),
    (2, "等了两天，中间没有人告诉我进度。"),
    (5, ""),
    (4, ""),
)


class SchoolDemo(models.AbstractModel):
    """What people outside the office did with its pages."""

    _inherit = "school.demo"

    @api.model
    def _load_desk_public(self):
        """Codes on doors, a parent with requests, ratings and a review."""
        for school, slug in zip(self._demo_schools(), SLUGS, strict=False):
            school.sudo().school_desk_slug = slug
            self._demo_doors(school, slug)
            self._demo_ratings(school)
            self._demo_parent(school)

    @api.model
    def _demo_doors(self, school, slug):
        """A code on every door; that of the first room is the one in the guide."""
        places = self.env["school.place"].search(
            [("company_id", "=", school.id), ("kind", "!=", "campus")]
        )
        places._desk_draw_tokens()
        room = places.filtered(lambda place: place.kind == "room")[:1]
        room.sudo().desk_token = f"p{slug:-<8}demoroom"
        device = self.env["maintenance.equipment"].create(
            {
                "name": "多媒体一体机",
                "company_id": school.id,
                "school_place_id": room.id,
                "warranty_date": fields.Date.add(fields.Date.today(), months=14),
            }
        )
        device._desk_draw_tokens()
        [ticket] = self._demo_visitor(school)._intake(
            school,
            [
                {
                    "service": self._demo_service(school, "repair_equipment"),
                    "details": "一体机开机后没有声音，换了插座也不行。",
                    "requester_name": "李老师",
                    "requester_phone": "13800005678",
                    "place_id": room.id,
                    "requester_lang": "zh_CN",
                }
            ],
            "qr",
        )
        for visitor in ("first", "second"):
            ticket._voice_of(ticket._visitor_mark(visitor))

    @api.model
    def _demo_visitor(self, school):
        """Requests as the public page makes them: by nobody."""
        nobody = self.env.ref("base.public_user")
        return (
            self.env(user=nobody.id)["school.ticket"]
            .sudo()
            .with_context(lang="zh_CN", allowed_company_ids=school.ids)
        )

    @api.model
    def _demo_service(self, school, code):
        return self.env["school.service"].search(
            [("company_id", "=", school.id), ("code", "=", code)]
        )

    @api.model
    def _demo_ratings(self, school):
        """Requesters say how it went, a day after it was done."""
        tickets = self.env["school.ticket"].search(
            [
                ("company_id", "=", school.id),
                ("state", "in", ("solved", "closed")),
                ("is_anonymous", "=", False),
                ("kind", "!=", "complaint"),
            ],
            order="solved_at, id",
        )
        now = fields.Datetime.now()
        for number, ticket in enumerate(tickets):
            score, word = WORDS[number % len(WORDS)]
            moment = fields.Datetime.add(ticket.solved_at, hours=20)
            if moment > now or number % 5 == 3:
                continue  # not everybody answers
            with demo_time(moment):
                if ticket._may_be_rated():
                    ticket.with_context(lang="zh_CN")._rate(score, word)

    @api.model
    def _demo_parent(self, school):
        """A parent who signs in, with one request on the way and one done."""
        code = self._demo_user(school, "clerk").login.partition("-")[0]
        parent = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "韩女士（家长）",
                    "login": f"{code}-parent",
                    "password": f"{code}-parent",
                    "email": f"{code}-parent@demo.example.com",
                    "lang": "zh_CN",
                    "company_id": school.id,
                    "company_ids": [Command.set(school.ids)],
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                }
            )
        )
        rows = [
            ("certificate", "孩子转学需要开具在读证明，请问要带什么材料？"),
            ("lost_found", "孩子昨天在操场丢了一件蓝色校服外套。"),
        ]
        tickets = self._demo_visitor(school)._intake(
            school,
            [
                {
                    "service": self._demo_service(school, service),
                    "details": details,
                    "answers": {"proof": "在读证明"}
                    if service == "certificate"
                    else {},
                    "requester_id": parent.partner_id.id,
                }
                for service, details in rows
            ],
            "portal",
        )
        env = self._demo_env(school, "clerk")
        first = tickets[0].with_env(env)
        first.action_take()
        first._note_public_answer(
            "请带户口簿和学生证，周一至周五到办公楼服务台办理。", env.user
        )
        first._solve("已说明办理所需材料，来时可在服务台直接盖章。")
