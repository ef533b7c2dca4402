from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, format_time

from .ticket import OPEN_STATES

CATEGORIES = ("repairs", "documents", "rooms", "coordination", "other", "voice")
REPORTED_LIMIT = 5
PLACE_LIMIT = 800


class SchoolDeskPublic(models.AbstractModel):
    """What people without the backend see of a school's office, and what they may do.

    The controllers are thin: they find the school by the address and ask here. Every
    method is private and runs in superuser mode with the visitor as ``user``; what it
    returns are plain values, never records, so no template can show more.
    """

    _name = "school.desk.public"
    _description = "Public Pages of the Desk"

    # The school

    @api.model
    def _school(self, slug):
        """The school with this address, in superuser mode, or none."""
        slug = (slug or "").lower()
        Company = self.env["res.company"].sudo()
        if not slug:
            return Company
        return Company.search(
            [
                ("school_desk_slug", "=", slug),
                ("is_school", "=", True),
                ("school_desk_public", "=", True),
            ],
            limit=1,
        )

    @api.model
    def _is_closed(self, company):
        return company.school_state == "closed"

    @api.model
    def _school_values(self, company):
        """Head and foot of every page."""
        return {
            "name": company.name,
            "office": company.school_office_name or "",
            "initial": (company.name or "?")[:1],
            "logo": None
            if company.uses_default_logo
            else f"/web/binary/company_logo?company={company.id}",
            "url": company._school_desk_url(),
            "counter": company.school_office_counter or "",
            "hotline": company.school_office_hotline or "",
            "mailbox": company.school_office_mailbox or "",
            "hours": self._hours_text(company),
        }

    @api.model
    def _now_text(self, company):
        """Whether somebody is there, and else when."""
        now = fields.Datetime.now()
        opens = company._worktime().next_open(now)
        if opens <= now:
            return self.env._("The office is open now.")
        zone = company._school_tz()
        local = pytz.utc.localize(opens).astimezone(zone)
        if local.date() == company._school_date(now):
            return self.env._(
                "The office opens today at %(time)s. What you send now is read then.",
                time=format_time(self.env, local.time(), time_format="short"),
            )
        return self.env._(
            "The office is open again on %(day)s at %(time)s. What you send now is "
            "read then.",
            day=format_date(self.env, local.date(), date_format="EEEE, d MMMM")
            if not self._is_chinese()
            else format_date(self.env, local.date(), date_format="M月d日EEEE"),
            time=format_time(self.env, local.time(), time_format="short"),
        )

    def _is_chinese(self):
        return (self.env.lang or "").startswith("zh")

    @api.model
    def _hours_text(self, company):
        """The weekly service hours in one line, as they are when nothing is special."""
        lines = company.resource_calendar_id.attendance_ids.filtered(
            lambda line: line.day_period != "lunch"
        )
        days = {}
        for line in lines.sorted("hour_from"):
            days.setdefault(int(line.dayofweek), []).append(
                (line.hour_from, line.hour_to)
            )
        names = dict(
            self.env["resource.calendar.attendance"]
            ._fields["dayofweek"]
            ._description_selection(self.env)
        )
        parts, run = [], []
        for day in [*sorted(days), None]:
            if run and (
                day is None or day != run[-1] + 1 or days[day] != days[run[-1]]
            ):
                label = names[str(run[0])]
                if len(run) > 1:
                    label = f"{label}–{names[str(run[-1])]}"
                spans = " ".join(
                    f"{_clock(start)}–{_clock(stop)}" for start, stop in days[run[0]]
                )
                parts.append(f"{label} {spans}")
                run = []
            run.append(day)
        return "; ".join(parts)

    # The services

    @api.model
    def _services(self, company, user):
        """The services this visitor may ask for, in the order of the guide.

        A guest and somebody of another school see what is public; people of the school
        also what is offered to them.
        """
        Service = self.env["school.service"].sudo()
        if not user._is_public() and company in user.sudo().company_ids:
            return Service._available(company, user).sudo()
        return Service.search(
            [
                ("company_id", "=", company.id),
                ("is_public", "=", True),
                ("audience", "=", "everyone"),
            ]
        )

    @api.model
    def _service(self, company, code, user):
        """The service with this code among those the visitor may ask for, or none."""
        return self._services(company, user).filtered(
            lambda service: service.code == code
        )[:1]

    @api.model
    def _service_values(self, service, base_url):
        return {
            "name": service.name,
            "kind": service.kind,
            "url": f"{base_url}/{service.code}",
            "scope": (service.description or "").strip(),
            "flow": (service.flow or "").strip(),
            "standard": (service.standard or "").strip(),
            "excluded": (service.excluded or "").strip(),
            "time": self._time_text(service),
            "by": service.post_id.name or service.department_id.name or "",
            "find": " ".join(filter(None, (service.name, service.description))),
        }

    @api.model
    def _time_text(self, service):
        """The promise in a few words: the first line of the standard."""
        lines = (service.standard or "").strip().splitlines()
        first = lines[0].strip() if lines else ""
        return first if len(first) <= 48 else ""

    @api.model
    def _catalogue(self, company, user):
        """The service guide of a school (DESK-01)."""
        services = self._services(company, user)
        base_url = company._school_desk_url()
        labels = dict(services._fields["category"]._description_selection(self.env))
        groups = []
        for category in CATEGORIES:
            found = services.filtered(lambda s, c=category: s.category == c)
            if found:
                groups.append(
                    {
                        "key": category,
                        "name": labels[category],
                        "services": [self._service_values(s, base_url) for s in found],
                    }
                )
        return {
            "groups": groups,
            "count": len(services),
            "now": self._now_text(company),
            "shortcuts": self._shortcuts(company, groups, services),
        }

    @api.model
    def _shortcuts(self, company, groups, services):
        keys = [group["key"] for group in groups]
        tiles = []
        if "repairs" in keys:
            tiles.append(
                {
                    "icon": "camera",
                    "name": self.env._("Report a fault"),
                    "text": self.env._("With a photograph"),
                    "url": "#repairs",
                }
            )
        others = [key for key in keys if key not in ("repairs", "voice")]
        if others:
            tiles.append(
                {
                    "icon": "request",
                    "name": self.env._("Ask for a service"),
                    "text": self.env._("Papers, rooms, advice"),
                    "url": f"#{others[0]}",
                }
            )
        if "voice" in keys:
            anonymous = any(services.mapped("allow_anonymous"))
            tiles.append(
                {
                    "icon": "complaint",
                    "name": self.env._("Complain or suggest"),
                    "text": self.env._("Also without your name") if anonymous else "",
                    "url": "#voice",
                }
            )
            if anonymous:
                tiles.append(
                    {
                        "icon": "key",
                        "name": self.env._("I have a code"),
                        "text": self.env._("Read the answer"),
                        "url": company._school_desk_url("/code"),
                    }
                )
        return tiles

    # Doors and devices

    @api.model
    def _door(self, token):
        """The place or device that carries this code, in superuser mode, or none."""
        for model in ("school.place", "maintenance.equipment"):
            door = self.env[model].sudo()._desk_find(token)
            if door:
                school = door._desk_school()
                return door if school.school_desk_public else None
        return None

    @api.model
    def _door_values(self, door, url):
        name, where = door._desk_names()
        return {
            "name": name,
            "where": where or door._desk_school().name,
            "note": self._door_note(door),
            "url": url,
        }

    @api.model
    def _door_note(self, door):
        """What helps to decide: a device under warranty is repaired by its maker."""
        if door._name != "maintenance.equipment" or not door.warranty_date:
            return ""
        if door.warranty_date < door._desk_school()._school_date():
            return ""
        return self.env._(
            "Under warranty until %(day)s",
            day=format_date(self.env, door.warranty_date),
        )

    @api.model
    def _door_services(self, door, user, url):
        """What is asked for at a door: faults first, then the rest of the guide."""
        company = door._desk_school()
        services = self._services(company, user).filtered(
            lambda service: service.kind in ("repair", "request", "suggestion")
        )
        repairs = services.filtered(lambda service: service.kind == "repair")
        if door._name == "maintenance.equipment":
            services = repairs
        return [
            self._service_values(service, url)
            for service in repairs + (services - repairs)
        ]

    @api.model
    def _reported_tickets(self, door):
        """Open faults at this very place which a stranger may know of."""
        return (
            self.env["school.ticket"]
            .sudo()
            .search(
                Domain(door._desk_ticket_domain())
                & Domain("company_id", "=", door._desk_school().id)
                & Domain("state", "in", OPEN_STATES)
                & Domain("kind", "=", "repair")
                & Domain("visibility", "=", "open"),
                order="received_at desc, id desc",
                limit=REPORTED_LIMIT,
            )
        )

    @api.model
    def _reported(self, door, visitor, user, url):
        """Plain lines about what is reported here: what, when, how far.

        Not a word of what the first reporter wrote: it may name people.
        """
        tickets = self._reported_tickets(door)
        voices = (
            self.env["school.ticket.voice"]
            .sudo()
            .search([("ticket_id", "in", tickets.ids)])
        )
        partner = user.partner_id
        is_guest = user._is_public()
        mine = voices.filtered(
            lambda voice: (
                (visitor and voice.visitor == visitor)
                or (not is_guest and voice.partner_id == partner)
            )
        ).ticket_id
        if not is_guest:
            mine |= tickets.filtered(lambda ticket: ticket.requester_id == partner)
        return [
            {
                "what": ticket.service_id.name,
                "when": self._ago(ticket.received_at),
                "state": self._short_state(ticket),
                "voices": self._voices_text(ticket.voice_count),
                "is_mine": ticket in mine,
                "url": f"{url}/voice/{ticket.id}",
            }
            for ticket in tickets
        ]

    @api.model
    def _voices_text(self, count):
        if not count:
            return ""
        if count == 1:
            return self.env._("1 more person")
        return self.env._("%(count)s more people", count=count)

    @api.model
    def _short_state(self, ticket):
        if ticket.state == "waiting":
            return self.env._("waiting for something")
        if ticket.on_site_at:
            return self.env._("somebody is there")
        if ticket.acknowledged_at or ticket.state == "in_progress":
            return self.env._("being worked on")
        return self.env._("reported")

    @api.model
    def _ago(self, moment):
        minutes = int((fields.Datetime.now() - moment).total_seconds() // 60)
        if minutes < 1:
            return self.env._("just now")
        if minutes == 1:
            return self.env._("1 minute ago")
        if minutes < 60:
            return self.env._("%(count)s minutes ago", count=minutes)
        hours = minutes // 60
        if hours == 1:
            return self.env._("1 hour ago")
        if hours < 24:
            return self.env._("%(count)s hours ago", count=hours)
        days = hours // 24
        if days == 1:
            return self.env._("yesterday")
        return self.env._("%(count)s days ago", count=days)

    @api.model
    def _add_voice(self, door, ticket_id, visitor, user):
        """Count one more who is waiting for the same; once per visitor and person."""
        ticket = self._reported_tickets(door).filtered(lambda t: t.id == ticket_id)
        if not ticket:
            return None
        partner = None if user._is_public() else user.sudo().partner_id
        if partner and partner.company_id not in (
            self.env["res.company"],
            ticket.company_id,
        ):
            partner = None
        return ticket._voice_of(visitor, partner)

    # Times as the school's clock shows them

    @api.model
    def _moment(self, company, moment):
        """A moment as people of the school say it."""
        if not moment:
            return ""
        return format_datetime(
            self.env,
            moment,
            tz=company._school_tz().zone,
            dt_format="M月d日 HH:mm" if self._is_chinese() else "d MMM, HH:mm",
        )

    @api.model
    def _day(self, company, day):
        if not day:
            return ""
        return format_date(
            self.env,
            day,
            date_format="M月d日 EEEE" if self._is_chinese() else "EEEE, d MMM",
        )

    @api.model
    def _places(self, company):
        """The places of a school from which a visitor chooses."""
        places = (
            self.env["school.place"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("kind", "!=", "cabinet")],
                limit=PLACE_LIMIT,
            )
        )
        return [
            (str(place.id), place.complete_name.replace(" / ", " › "))
            for place in places
        ]


def _clock(hour):
    moment = timedelta(hours=hour)
    minutes = int(moment.total_seconds() // 60 + 0.5)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
