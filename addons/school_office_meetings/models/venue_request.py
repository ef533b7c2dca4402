from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .venue import APPROVALS
from .venue_times import local_days, spoken_span

LAYOUTS = [
    ("any", "As It Is"),
    ("theatre", "Theatre"),
    ("classroom", "Rows With Tables"),
    ("u_shape", "U-Shape"),
    ("board", "Around One Table"),
    ("groups", "Groups"),
    ("empty", "Without Seats"),
]


class SchoolVenueRequest(models.AbstractModel):
    """What whoever wants a room fills in, for one day or for many (MTG-32)."""

    _name = "school.venue.request"
    _description = "Request for a Room"
    _inherit = ["school.record"]
    _server_fields = frozenset({"approval_kind"})
    # What applicants may still say while their request is under way.
    _open_fields = frozenset(
        {"equipment_needed", "feature_ids", "layout", "refreshments", "note"}
    )

    venue_id = fields.Many2one(
        "school.venue",
        "Room or Equipment",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('is_pool', '=', False), ('company_id', '=', company_id)]",
    )
    purpose = fields.Char(
        help="What it is used for. Of a restricted meeting nothing stands here."
    )
    people_count = fields.Integer("Number of People")
    feature_ids = fields.Many2many(
        "school.venue.feature",
        string="Equipment Needed",
        check_company=True,
    )
    equipment_needed = fields.Text("Further Needs")
    layout = fields.Selection(LAYOUTS, "Seating", default="any", required=True)
    refreshments = fields.Boolean("Refreshments Are Served")
    note = fields.Text()
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: (
            self.env.user._school_employee(self.env.company).department_id
        ),
    )
    user_id = fields.Many2one(
        "res.users",
        "Applicant",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    rank_id = fields.Many2one(
        "school.venue.rank",
        "Priority",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        default=lambda self: self.env["school.venue.rank"]._default_of(
            self.env.company
        ),
    )
    is_urgent = fields.Boolean(
        "Urgent", help="Asked for later than the lead time: the office decides."
    )
    urgent_reason = fields.Char("Why So Late")
    rules_accepted = fields.Boolean(
        "House Rules Accepted", help="By whoever asks for the room (MTG-37)."
    )
    house_rules = fields.Text(related="venue_id.house_rules")
    refreshments_allowed = fields.Boolean(related="venue_id.refreshments_allowed")
    approval_kind = fields.Selection(
        APPROVALS, "Approved By", default="none", required=True, readonly=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        if not self.env.su:
            requests._check_for_oneself()
            requests._check_rank_given()
        return requests

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        office = self.venue_id._is_office()
        result = super().write(vals)
        if "user_id" in vals or not office:
            self._check_for_oneself()
        if "rank_id" in vals:
            self._check_rank_given()
        return result

    def _check_for_oneself(self):
        """People book for themselves; the office books for others too."""
        user = self.env.user
        for request in self.filtered(lambda r: r.user_id != user):
            if not request.venue_id._is_office():
                raise AccessError(
                    self.env._(
                        "You book in your own name; the office books for others."
                    )
                )

    def _check_rank_given(self):
        for request in self.filtered("rank_id.office_only"):
            if not request.venue_id._is_office():
                raise AccessError(
                    self.env._(
                        "The office gives the priority “%(rank)s”: choose another one "
                        "and say why it is urgent.",
                        rank=request.rank_id.name,
                    )
                )

    def _is_own(self):
        """Whether the user asked for all of these himself."""
        return all(request.user_id == self.env.user for request in self.sudo())

    def _check_may_act(self):
        """Applicants act on what they asked for, the office on everything."""
        self.check_access("read")
        if not (self._is_own() or self.sudo().venue_id.sudo(self.env.su)._is_office()):
            raise AccessError(
                self.env._(
                    "Only who booked it, the office and the venue administrators do "
                    "this."
                )
            )

    def _check_office(self):
        self.check_access("read")
        if not self.sudo().venue_id.sudo(self.env.su)._is_office():
            raise AccessError(
                self.env._("Only the office and the venue administrators do this.")
            )

    # What has to be right before it is asked for

    def _spans(self):
        """``[(start, stop), …]`` of everything asked for."""
        raise NotImplementedError

    def _faults(self):
        """Return sentences about what cannot be asked for like this, worst first."""
        self.ensure_one()
        venue, env = self.venue_id, self.env
        office = venue._is_office()
        if not venue:
            return [env._("Choose a room.")]
        faults = []
        if venue.is_pool:
            faults.append(
                env._(
                    "“%(venue)s” stands for several pieces: choose one of them.",
                    venue=venue.name,
                )
            )
        if not venue.active:
            faults.append(env._("“%(venue)s” is out of use.", venue=venue.name))
        if not (self.purpose or "").strip():
            faults.append(env._("Say what it is used for."))
        if not venue._may_book():
            faults.append(
                env._("“%(venue)s” is not booked by everybody.", venue=venue.name)
            )
        if venue.capacity and self.people_count > venue.capacity:
            faults.append(
                env._(
                    "“%(venue)s” seats %(seats)s: too few for %(people)s people.",
                    venue=venue.name,
                    seats=venue.capacity,
                    people=self.people_count,
                )
            )
        if self.people_count < 0:
            faults.append(env._("The number of people cannot be negative."))
        missing = self.feature_ids - venue.feature_ids
        if missing:
            faults.append(
                env._(
                    "“%(venue)s” has no %(features)s: choose another room, or write "
                    "what has to be brought under further needs.",
                    venue=venue.name,
                    features=", ".join(missing.mapped("name")),
                )
            )
        if self.refreshments and not venue.refreshments_allowed:
            faults.append(
                env._(
                    "Nothing is served in “%(venue)s”: nobody eats or drinks there.",
                    venue=venue.name,
                )
            )
        if venue.house_rules and not self.rules_accepted:
            faults.append(env._("Accept the house rules."))
        if self.is_urgent and not (self.urgent_reason or "").strip():
            faults.append(env._("Say why it is so late."))
        return faults + self._time_faults(office)

    def _time_faults(self, office):
        """Too late, too early, too long before, or when the room is shut."""
        venue, env, now = self.venue_id, self.env, fields.Datetime.now()
        company = venue.company_id
        spans = self._spans()
        if not spans:
            return [env._("Say when it is used.")]
        faults = []
        for start, stop in spans:
            if stop <= start:
                return [env._("A booking ends after it begins.")]
        first, last = spans[0][0], spans[-1][0]
        if first <= now and not office:
            faults.append(env._("This time has passed."))
        if venue.horizon_days and not office and not self._is_series():
            latest = now + timedelta(days=venue.horizon_days)
            if last > latest:
                faults.append(
                    env._(
                        "“%(venue)s” is booked at most %(days)s days ahead.",
                        venue=venue.name,
                        days=venue.horizon_days,
                    )
                )
        if not office:
            faults += self._hour_faults(spans)
        if not self.is_urgent and first > now:
            earliest = venue._earliest()
            if earliest and company._school_date(first) < earliest:
                faults.append(
                    env._(
                        "“%(venue)s” is asked for %(days)s working days ahead, so from "
                        "%(day)s on. If it cannot wait, tick “Urgent” and say why: the "
                        "office decides.",
                        venue=venue.name,
                        days=venue._lead_days(),
                        day=fields.Date.to_string(earliest),
                    )
                )
        return faults

    def _is_series(self):
        return False

    def _hour_faults(self, spans):
        venue, company = self.venue_id, self.venue_id.company_id
        follows = company._school_venue_weekdays(
            company._school_date(spans[0][0]), company._school_date(spans[-1][1])
        )
        for start, stop in spans:
            shut = venue._closed_reason(local_days(company, start, stop), follows)
            if shut:
                day, occasion = shut
                return [
                    self.env._(
                        "“%(venue)s” is closed on %(day)s: %(occasion)s.",
                        venue=venue.name,
                        day=fields.Date.to_string(day),
                        occasion=occasion,
                    )
                    if occasion
                    else self.env._(
                        "“%(venue)s” is not open all that time on %(day)s. It is open: "
                        "%(hours)s.",
                        venue=venue.name,
                        day=fields.Date.to_string(day),
                        hours=(venue if venue.hours_ids else venue.pool_id).hours_text,
                    )
                ]
        return []

    def _raise_faults(self):
        for request in self:
            faults = request._faults()
            if faults:
                raise UserError("\n".join(faults))

    def _approval_needed(self):
        """Who approves: as the room says; what comes late, the office always.

        What the office itself books needs no review by the office.
        """
        self.ensure_one()
        kind = self.venue_id.approval
        if kind != "head_office" and self.venue_id._is_office():
            return "none"
        if kind == "none" and (self.is_urgent or self.sudo().rank_id.office_only):
            return "office"
        return kind

    def _approval_applicant(self):
        return self.user_id or super()._approval_applicant()

    def _request_facts(self):
        """What an approver needs to know, besides when (MTG-32)."""
        env = self.env
        facts = [
            (env._("Room"), self.venue_id.name),
            (env._("Purpose"), self.purpose or ""),
            (env._("People"), str(self.people_count or "")),
            (env._("Department"), self.sudo().department_id.name or ""),
            (env._("Applicant"), self.sudo().user_id.name or ""),
            (env._("Priority"), self.rank_id.name),
        ]
        needs = ", ".join(self.feature_ids.mapped("name"))
        if self.equipment_needed:
            needs = "; ".join(filter(None, (needs, self.equipment_needed)))
        if needs:
            facts.append((env._("Equipment"), needs))
        if self.is_urgent:
            facts.append((env._("Late because"), self.urgent_reason or ""))
        return facts

    @api.model
    def _when(self, company, start, stop):
        return " – ".join(spoken_span(company, start, stop))
