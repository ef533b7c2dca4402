from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..tools import watch_words
from .ticket import GONE_STATES

_WATCHED = ("name", "details", "answers_text", "accused_text")


class SchoolTicket(models.Model):
    """A child may be in danger: named people at once, at any hour.

    Words of the school's list (欺凌, 自杀 …) in anything that is written turn a ticket
    red, take it out of the queue of the desk, and start two plain clocks that know no
    night and no holiday: somebody takes it, and the list of what must be done
    (mandatory report) is gone through. A false alarm is ended with a reason by one of
    the named people.
    """

    _inherit = "school.ticket"

    _server_fields = frozenset(
        {
            "is_safeguarding",
            "safeguarding_words",
            "safeguarding_at",
            "safeguarding_taken_at",
            "safeguarding_taken_by_id",
            "safeguarding_done_at",
            "safeguarding_end_reason",
        }
    )

    is_safeguarding = fields.Boolean(
        "A Child May Be in Danger", readonly=True, copy=False
    )
    safeguarding_words = fields.Char("Words Found", readonly=True, copy=False)
    safeguarding_at = fields.Datetime("Noticed on", readonly=True, copy=False)
    safeguarding_taken_at = fields.Datetime("Taken On", readonly=True, copy=False)
    safeguarding_taken_by_id = fields.Many2one(
        "res.users", "Taken By", readonly=True, copy=False
    )
    safeguarding_done_at = fields.Datetime("List Done on", readonly=True, copy=False)
    safeguarding_end_reason = fields.Text("Why It Is None", readonly=True, copy=False)
    safeguarding_check_ids = fields.One2many(
        "school.safeguarding.check", "ticket_id", "What Must Be Done"
    )
    safeguarding_take_hours = fields.Float(
        related="company_id.school_safeguarding_take_hours"
    )
    safeguarding_list_hours = fields.Float(
        related="company_id.school_safeguarding_list_hours"
    )
    is_safeguarding_person = fields.Boolean(compute="_compute_is_safeguarding_person")

    _safeguarding_idx = models.Index("(company_id) WHERE is_safeguarding IS TRUE")

    @api.depends_context("uid")
    def _compute_is_safeguarding_person(self):
        for company, tickets in self.grouped("company_id").items():
            tickets.is_safeguarding_person = (
                self.env.user in company.sudo()._school_safeguarding_people()
                if company
                else False
            )

    # Finding the words

    @api.model
    def _complete(self, vals_list, author):
        rows = super()._complete(vals_list, author)
        words, people = {}, {}
        for company in (
            self.env["res.company"].sudo().browse({row["company_id"] for row in rows})
        ):
            words[company.id] = watch_words.word_list(company.school_safeguarding_words)
        for row in rows:
            company_id = row["company_id"]
            found = watch_words.found(
                words[company_id], *(row.get(name) for name in _WATCHED)
            )
            if found and company_id not in people:
                company = self.env["res.company"].sudo().browse(company_id)
                people[company_id] = company._school_safeguarding_people()
            if found:
                self._safeguarding_row(row, found, people[company_id])
        return rows

    @api.model
    def _safeguarding_row(self, row, found, people):
        now = fields.Datetime.now()
        excluded = self._routing_excluded({**row, "requester_user_id": False})
        free = people.filtered(lambda user: user.id not in excluded)
        row.update(
            is_safeguarding=True,
            safeguarding_words=self.env._(", ").join(found)[:200],
            safeguarding_at=now,
            urgency="2",
            visibility="named",
        )
        if free:
            row.update(
                allowed_user_ids=[Command.set(free.ids)],
                post_id=False,
                handler_id=free[0].id,
                state="assigned",
                assigned_at=now,
            )

    def _ticket_registered(self):  # pylint: disable=missing-return
        super()._ticket_registered()
        self.filtered("is_safeguarding").sudo()._safeguarding_raised()

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(_WATCHED):
            self.sudo()._safeguarding_look()
        return result

    def _safeguarding_look(self, text=""):
        """Look for the words in these tickets, and in what was just said."""
        for company, tickets in self.grouped("company_id").items():
            words = watch_words.word_list(company.sudo().school_safeguarding_words)
            for ticket in tickets:
                if (
                    ticket.is_safeguarding
                    or ticket.safeguarding_end_reason
                    and not text
                ):
                    continue
                texts = [text] if text else [ticket[name] for name in _WATCHED]
                found = watch_words.found(words, *texts)
                if found:
                    ticket._safeguarding_raise(found)

    def _safeguarding_raise(self, found):
        """Turn a ticket that exists into a matter of safeguarding (superuser)."""
        self.ensure_one()
        row = {
            "excluded_user_ids": [Command.set(self.excluded_user_ids.ids)],
        }
        self._safeguarding_row(
            row, found, self.company_id._school_safeguarding_people()
        )
        del row["excluded_user_ids"]
        if self.state in ("solved", "closed", *GONE_STATES):
            row.pop("state", None)
        self.write({**row, "safeguarding_end_reason": False})
        self._safeguarding_raised()

    def _safeguarding_raised(self):
        """Open the list, write it down and tell the named people now."""
        Check = self.env["school.safeguarding.check"].sudo()
        for company, tickets in self.grouped("company_id").items():
            items = (
                self.env["school.safeguarding.item"]
                .sudo()
                .search([("company_id", "=", company.id)])
            )
            Check.create(
                [
                    {
                        "ticket_id": ticket.id,
                        "item_id": item.id,
                        "sequence": item.sequence,
                    }
                    for ticket in tickets
                    for item in items - ticket.safeguarding_check_ids.item_id
                ]
            )
        self._log_event("urgency", value_to=self.env._("A child may be in danger"))
        self._append_complaint_register("safeguarding")
        for ticket in self:
            people = ticket.allowed_user_ids
            self.env["school.notice"]._queue(
                people,
                lambda env, t=ticket: env._(
                    "%(number)s: a child may be in danger", number=t.number
                ),
                lambda env: env._(
                    "Open it now, take it on and go through the list. It does not wait "
                    "for the next working day."
                ),
                # The message leaves the house: it holds the number, and no link.
                company=ticket.company_id,
                urgent=True,
                kind="safeguarding",
            )

    # Who acts

    def _check_safeguarding_person(self):
        """Only the named people act on it, and whoever has taken it."""
        self.check_access("read")
        for ticket in self:
            people = ticket.company_id.sudo()._school_safeguarding_people()
            if (
                not self.env.su
                and self.env.user not in people | ticket.sudo().safeguarding_taken_by_id
            ):
                raise AccessError(
                    self.env._(
                        "Only the people named for the safety of children do this."
                    )
                )

    def action_safeguarding_take(self):
        """I look after this child now."""
        self._check_safeguarding_person()
        if any(not ticket.is_safeguarding for ticket in self):
            raise UserError(self.env._("This is no matter of safeguarding."))
        now = fields.Datetime.now()
        self.sudo().filtered(lambda t: not t.safeguarding_taken_at).write(
            {"safeguarding_taken_at": now, "safeguarding_taken_by_id": self.env.uid}
        )
        self.action_take()
        self.sudo()._append_complaint_register("safeguarding_taken")
        return True

    def action_safeguarding_end(self):
        """Ask why there is no danger."""
        self.ensure_one()
        self._check_safeguarding_person()
        return self._complaint_step("safe", self.env._("No Child Is in Danger"))

    def action_safeguarding_raise(self):
        """Ask why somebody thinks that a child may be in danger."""
        self.ensure_one()
        self._check_handled()
        return self._complaint_step("danger", self.env._("A Child May Be in Danger"))

    def _safeguarding_end(self, reason):
        self._check_safeguarding_person()
        if not (reason or "").strip():
            raise UserError(self.env._("Say how you found that no child is in danger."))
        for ticket in self.sudo():
            vals = {
                "is_safeguarding": False,
                "safeguarding_end_reason": reason.strip(),
            }
            if not ticket.has_accused and not ticket.is_anonymous:
                vals["visibility"] = ticket.service_id.visibility
            ticket.write(vals)
            ticket._safeguarding_give_back()
            ticket._log_event(
                "note",
                value_from=self.env._("A child may be in danger"),
                reason=reason.strip(),
                user=self.env.user,
            )
        self.sudo()._append_complaint_register("safeguarding_ended")

    def _safeguarding_give_back(self):
        """Let in again whoever had it before the alarm took it away (superuser)."""
        named = self.service_id.named_user_ids - self.excluded_user_ids
        if self.visibility == "named" and named:
            self.allowed_user_ids = [Command.link(user.id) for user in named]
        self._conflict_apply()

    def _safeguarding_by_hand(self, reason):
        self._check_handled()
        if not (reason or "").strip():
            raise UserError(self.env._("Say what makes you think so."))
        for ticket in self.sudo().filtered(lambda t: not t.is_safeguarding):
            ticket._safeguarding_raise([reason.strip()])

    def _safeguarding_answered(self):
        """The list is done when no point is open (superuser)."""
        for ticket in self:
            checks = ticket.safeguarding_check_ids
            if checks and all(check.answer != "open" for check in checks):
                ticket.safeguarding_done_at = fields.Datetime.now()
                ticket._append_complaint_register("safeguarding_done")

    def _set_solved(self, solution, tell=True):
        open_lists = self.filtered(
            lambda t: t.is_safeguarding and not t.safeguarding_done_at
        )
        if open_lists:
            raise UserError(
                self.env._(
                    "%(ticket)s: a child may be in danger. Go through the list of what "
                    "must be done first.",
                    ticket=open_lists[0].number,
                )
            )
        return super()._set_solved(solution, tell)
