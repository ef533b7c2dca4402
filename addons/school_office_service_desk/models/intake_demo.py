from datetime import timedelta
from email.message import EmailMessage

from odoo import api, fields, models
from odoo.fields import Command

EMERGENCY = (
    ("供电公司抢修", "power", "95598", "全天"),
    ("自来水公司抢修", "water", "96116", "全天"),
    ("电梯维保单位", "lift", "010-60000001", "全天"),
    ("网络运营商客服", "network", "10000", "全天"),
    ("校园空调维修", "heating", "010-60000002", "工作日 8:00—18:00"),
)
EQUIPMENT = (
    ("投影仪", "PJ-2024-031"),
    ("多功能复印机", "FY-2023-007"),
    ("空调", "KT-2022-115"),
)
MAILS = (
    ("教务处-教学设备维修-{day}", "305 教室投影仪无法开机，下午有公开课，请尽快处理。"),
    (
        "借用礼堂（德育处，张老师 13800138000）",
        "下周三下午需用礼堂举行合唱排练，请协调。",
    ),
    ("打印机没纸了", "三楼打印机缺纸，麻烦补充。"),
)


class SchoolDemo(models.AbstractModel):
    """Mails, the rapid-response group and the workshop of the two demo schools."""

    _inherit = "school.demo"

    @api.model
    def _load_intake(self):
        for index, school in enumerate(self._demo_schools()):
            self._demo_emergency(school)
            self._demo_rapid_group(school)
            self._demo_equipment(school)
            self._demo_mails(school, index)

    @api.model
    def _demo_emergency(self, school):
        self.env["school.emergency.contact"].create(
            [
                {
                    "company_id": school.id,
                    "name": name,
                    "matter": matter,
                    "phone": phone,
                    "reachable": reachable,
                    "sequence": sequence * 10,
                }
                for sequence, (name, matter, phone, reachable) in enumerate(EMERGENCY)
            ]
        )

    @api.model
    def _demo_rapid_group(self, school):
        """Two people take turns for a fortnight, and one urgent request calls them."""
        group = self.env["school.rapid.group"].search(
            [("company_id", "=", school.id), ("code", "=", "rapid")], limit=1
        )
        members = self.env["school.post"]
        for code in ("logistics", "technical", "duty"):
            members |= members._find(school, code)
        people = members._users() or self._demo_user(school, "clerk")
        group.write({"member_ids": [Command.set(people.ids)], "use_channel": True})
        now = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        self.env["school.rapid.duty"].create(
            [
                {
                    "group_id": group.id,
                    "user_id": people[day % len(people)].id,
                    "date_from": now + timedelta(days=day, hours=-2),
                    "date_to": now + timedelta(days=day + 1, hours=-2),
                }
                for day in range(12)
            ]
        )
        place = self._demo_places(school)[0]
        self._demo_env(school, "clerk")["school.ticket"].create(
            {
                "name": "教学楼三楼突然停电，正在上课",
                "details": "三楼东侧四间教室全部断电，请速派人。",
                "service_id": self.env["school.service"]
                .search(
                    [
                        ("company_id", "=", school.id),
                        ("code", "=", "repair_building"),
                    ],
                    limit=1,
                )
                .id,
                "urgency": "2",
                "channel": "phone",
                "requester_name": "三年级组",
                "requester_phone": "8305",
                "place_id": place.id,
            }
        )

    @api.model
    def _demo_equipment(self, school):
        """Equipment with its place; a fault of the first stands in the workshop."""
        places = self._demo_places(school)
        equipment = self.env["maintenance.equipment"].create(
            [
                {
                    "name": name,
                    "serial_no": serial,
                    "company_id": school.id,
                    "school_place_id": place.id,
                }
                for (name, serial), place in zip(EQUIPMENT, places, strict=False)
            ]
        )
        service = self.env["school.service"].search(
            [("company_id", "=", school.id), ("code", "=", "repair_equipment")],
            limit=1,
        )
        ticket = self._demo_env(school, "clerk")["school.ticket"].create(
            {
                "name": "投影仪画面偏色",
                "details": "开机后画面偏紫，换线无效。",
                "service_id": service.id,
                "channel": "counter",
                "requester_name": "李老师",
                "equipment_id": equipment[0].id,
            }
        )
        ticket.action_take()
        ticket.sudo().repair_id.write({"school_cost": 260, "school_parts": "色轮"})

    @api.model
    def _demo_mails(self, school, index):
        """Three mails of this morning: two in the published forms, one in none."""
        day = fields.Date.add(school._school_date(), days=2).strftime("%Y%m%d")
        for number, (subject, text) in enumerate(MAILS):
            message = EmailMessage()
            message["From"] = f"parent{number}@example.com"
            message["To"] = school.school_desk_mailbox
            message["Subject"] = subject.format(day=day)
            message["Message-ID"] = f"<demo-desk-{school.id}-{number}@example.com>"
            message.set_content(text)
            self.env["mail.thread"].sudo().message_process(False, message.as_bytes())
