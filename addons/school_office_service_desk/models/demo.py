import heapq
import itertools
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.school_office_base.models.demo import demo_time

# Where things happen: (building, room), by the number in the script.
PLACES = (
    ("教学楼", "教学楼 305 教室"),
    ("教学楼", "教学楼公共区域"),
    ("操场", None),
    ("行政楼", "行政楼 302 会议室"),
    ("行政楼", "行政楼 205 办公室"),
    ("食堂", None),
)
# When a step is taken, in service hours after the request arrived.
TAKEN, ANSWERED, ON_SITE, WAITED, RESUMED = 0.3, 0.9, 1.6, 2.0, 13.0


class SchoolDemo(models.AbstractModel):
    """A month of the service desk in two schools, made as people make it."""

    _inherit = "school.demo"

    @api.model
    def _load_desk(self):
        """Let people ask, and the desk answer, step by step."""
        self._speak_chinese("school_office_service_desk")
        # The hook that sets up schools already open runs after the demo files.
        self._demo_schools()._school_set_up()
        plan, counter = [], itertools.count()
        now = fields.Datetime.now()
        scripts = self._read("school_office_service_desk/demo/tickets.json")
        for index, school in enumerate(self._demo_schools()):
            story = _Story(self, school, index)
            for number, script in enumerate(scripts):
                for moment, step in story.steps(number, script):
                    if moment <= now:
                        heapq.heappush(plan, (moment, next(counter), step))
        while plan:
            moment, __, step = heapq.heappop(plan)
            with demo_time(moment.replace(microsecond=0)):
                step()
                self.env.flush_all()
        self.env["school.ticket"]._cron_forecast()

    @api.model
    def _demo_places(self, school):
        """The places of a demo school, by the numbers of ``PLACES``."""
        Place = self.env["school.place"]
        root = Place.search(
            [("company_id", "=", school.id), ("parent_id", "=", False)], limit=1
        )
        made, found = {}, []
        for building, room in PLACES:
            for name, kind, parent in (
                (building, "building", root),
                (room, "room", made.get(building)),
            ):
                if name and name not in made:
                    made[name] = Place.search(
                        [("company_id", "=", school.id), ("name", "=", name)], limit=1
                    ) or Place.create(
                        {
                            "company_id": school.id,
                            "name": name,
                            "kind": kind,
                            "parent_id": (parent or made[building]).id,
                        }
                    )
            found.append(made[room or building])
        return found


class _Story:
    """The steps of the requests of one school, each a call at its own time."""

    def __init__(self, loader, school, index):
        self.loader = loader
        self.school = school
        self.index = index
        self.days = loader._demo_working_days(school, 24)
        self.places = loader._demo_places(school)
        self.services = {
            service.code: service
            for service in loader.env["school.service"].search(
                [("company_id", "=", school.id)]
            )
        }
        self.tickets = {}

    def env_of(self, user):
        return (
            self.loader.with_user(user)
            .with_context(lang="zh_CN", allowed_company_ids=self.school.ids)
            .env
        )

    def as_(self, role, number):
        return self.tickets[number].with_env(self.loader._demo_env(self.school, role))

    def as_handler(self, number):
        ticket = self.tickets[number].sudo()
        user = ticket.handler_id or self.loader._demo_user(self.school, "clerk")
        return ticket.with_env(self.env_of(user))

    def steps(self, number, script):
        """Yield (moment, call) for everything that happens to one request."""
        worktime = self.school._worktime()
        day = self.days[-script["day"]] if script["day"] else self.school._school_date()
        arrival = self.school._school_moment(day, script["hour"])
        # The second school is a little slower.
        slow = 1 + 0.4 * self.index

        def after(hours):
            return worktime.add(arrival, hours * slow, "service_hour")

        def call(step):
            return lambda: step(number, script)

        yield arrival, call(self.receive)
        until = script["until"]
        if until in ("referred", "refused", "merged"):
            yield after(1), call(getattr(self, until))
            return
        if until == "assigned":
            return
        yield after(TAKEN), call(self.take)
        if script.get("ask"):
            yield after(ANSWERED), call(self.ask)
            return
        yield after(ANSWERED), call(self.answer)
        if script["service"].startswith("repair"):
            yield after(ON_SITE), call(self.on_site)
        end = 1.8 + number % 4 / 2
        if script.get("parts"):
            yield after(1.2), call(self.involve)
            yield after(4), call(self.parts_accept)
            if until == "closed":
                yield after(8), call(self.parts_finish)
                end = 10
        if script.get("wait"):
            yield after(WAITED), call(self.wait)
            if until == "waiting":
                return
            yield after(RESUMED), call(self.resume)
            end = 15
        if until in ("in_progress", "waiting"):
            return
        yield after(end), call(self.solve)
        if script.get("reopen"):
            yield after(end + 7), call(self.reopen)
            yield after(end + 10), call(self.solve)
            end += 10
        if until == "closed" and number % 5:
            yield after(end + 4), call(self.confirm)
        elif until == "closed":
            yield after(end + 9 * 6), call(self.close)

    def receive(self, number, script):
        outsider = script.get("channel")
        role = "clerk" if outsider else script["by"]
        service = self.services[script["service"]]
        place = self.places[script["place"]] if script["place"] is not None else None
        vals = {
            "name": script["names"][self.index],
            "details": script["details"] or False,
            "service_id": service.id,
            "urgency": script.get("urgency", "0"),
            "answers": self.answers(script.get("answers", {})),
            "place_id": place.id if place else False,
        }
        env = self.loader._demo_env(self.school, role)
        if not outsider:
            ticket = env["school.ticket"].create(vals)
        elif outsider in ("form", "qr", "email"):
            ticket = env["school.ticket"]._intake(
                self.school,
                [
                    {
                        **vals,
                        "service": service,
                        "requester_name": script["by"],
                        "requester_phone": script.get("phone"),
                    }
                ],
                outsider,
            )
        else:
            ticket = env["school.ticket"].create(
                {
                    **vals,
                    "channel": outsider,
                    "requester_name": script["by"],
                    "requester_phone": script.get("phone"),
                }
            )
        if script.get("is_major"):
            ticket.sudo()._set_urgency(
                ticket.urgency, "影响面大，按重大事项处理。", is_major=True
            )
        self.tickets[number] = ticket

    def answers(self, answers):
        """Days of the script stand for the near future of the moment."""
        moment = fields.Datetime.now() + timedelta(days=3)
        return {
            key: moment.strftime("%Y-%m-%d 14:30") if key == "when" else value
            for key, value in answers.items()
        }

    def take(self, number, script):
        self.as_handler(number).action_take()

    def answer(self, number, script):
        expected = None
        if script.get("expected"):
            worktime = self.school._worktime()
            due = worktime.add(fields.Datetime.now(), script["expected"], "working_day")
            expected = self.school._school_date(due)
        self.as_handler(number)._answer(
            script.get("answer") or "已收到，马上安排处理。", expected
        )

    def ask(self, number, script):
        self.as_handler(number)._ask(script["ask"])

    def on_site(self, number, script):
        self.as_handler(number).action_on_site()

    def involve(self, number, script):
        ticket = self.as_handler(number)
        for index, role in enumerate(script["parts"]):
            head = self.loader._demo_user(self.school, role)
            department = head._school_employee(self.school).department_id
            ticket._involve(
                department.with_env(ticket.env),
                "请提出本部门的安排和需要的支持。",
                lead=not index,
            )

    def parts_accept(self, number, script):
        for part in self.tickets[number].sudo().part_ids[:1]:
            head = part.department_id._head_users()
            part.with_env(self.env_of(head)).action_accept()

    def parts_finish(self, number, script):
        for part in self.tickets[number].sudo().part_ids:
            head = part.department_id._head_users()
            part.with_env(self.env_of(head))._finish("本部门安排已确认。")

    def wait(self, number, script):
        ticket = self.as_handler(number)
        reason = ticket._wait_reasons(script["wait"])[self.school]
        until = self.school._worktime().add(
            fields.Datetime.now(), 5, "working_day", edge="open"
        )
        ticket._set_waiting(
            reason.with_env(ticket.env), "已订购配件，等待到货。", until
        )

    def resume(self, number, script):
        self.as_handler(number).action_resume()

    def solve(self, number, script):
        ticket = self.as_handler(number)
        if ticket.kind == "mediation":
            ticket._mediation_end("decided", script["solution"])
        else:
            ticket._solve(script["solution"])

    def reopen(self, number, script):
        self.as_(script["by"], number)._reopen(script["reopen"])

    def confirm(self, number, script):
        if script.get("channel"):
            self.as_handler(number)._phone_confirm("对方表示满意。")
        else:
            self.as_(script["by"], number).action_confirm()

    def close(self, number, script):
        ticket = self.tickets[number].sudo()
        if ticket.state == "solved":
            ticket._close_silently()

    def referred(self, number, script):
        self.as_handler(number)._refer(script["target"], script["reason"])

    def refused(self, number, script):
        self.as_handler(number)._refuse(script["reason"])

    def merged(self, number, script):
        target = self.tickets[number - script["merge"]]
        ticket = self.as_handler(number)
        ticket._merge(target.with_env(ticket.env), "同一处故障。")
