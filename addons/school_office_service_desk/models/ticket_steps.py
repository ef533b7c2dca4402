from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .ticket import AGENT, MANAGER, OPEN_STATES, WORK_STATES


class SchoolTicket(models.Model):
    """The steps of a ticket. Each checks the caller, writes once and says why."""

    _inherit = "school.ticket"

    # Small checks

    def _check_state_in(self, *states):
        wrong = self.filtered(lambda ticket: ticket.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(ticket)s is “%(state)s”: this step does not fit.",
                    ticket=wrong[0].number or wrong[0].name,
                    state=labels[wrong[0].state],
                )
            )

    def _check_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason stays with the request."))
        return reason

    def _step_dialog(self, step, title):
        """Open the one dialog of the steps for these tickets."""
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "school.ticket.step",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_step": step,
                "default_ticket_ids": [fields.Command.set(self.ids)],
            },
        }

    def _notice_is_secret(self):
        """Nothing about a restricted request leaves it but that it exists."""
        return bool(self.sudo().is_restricted)

    def _notify_handler(self, text, subject=None):
        """Tell who works on these tickets, through the outbox."""
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": ticket.handler_id,
                    "subject": subject or ticket.display_name,
                    "body": text,
                    "record": ticket,
                    "urgent": ticket.is_red,
                    "kind": "ticket",
                }
                for ticket in self.sudo()
                if ticket.handler_id and ticket.handler_id != self.env.user
            ]
        )

    def _tell_requester(self, subject, body):
        """Tell who asked, the way he can be reached, through the outbox.

        An employee finds it among his messages, who is a contact gets a mail. Who only
        left an address is written to there. Who is anonymous comes by himself.
        """
        rows, strangers = [], self.browse()
        for ticket in self.sudo():
            if ticket.is_anonymous:
                continue
            people = ticket.requester_user_id or ticket.requester_id
            if ticket.requester_user_id == self.env.user:
                continue
            if people and (people._name == "res.users" or people.email):
                rows.append(
                    {
                        "users": people,
                        "subject": ticket._numbered(subject),
                        "body": body,
                        "record": ticket,
                        "kind": "ticket",
                    }
                )
            elif ticket.requester_email:
                strangers |= ticket
        self.env["school.notice"]._queue_rows(rows)
        strangers._write_to_address(subject, body)

    def _numbered(self, subject):
        """The subject with the number in front, in the language of whoever is told."""
        number = self.number or ""
        if callable(subject):
            return lambda env: f"{number} {subject(env)}"
        return f"{number} {subject}"

    def _write_to_address(self, subject, body):
        """Queue a mail to requesters of whom only an address is known."""
        if not self:
            return
        env = self.with_context(lang=self.sudo().company_id[:1].partner_id.lang).env
        subject = subject(env) if callable(subject) else subject
        body = body(env) if callable(body) else body
        self.env["mail.mail"].sudo().create(
            [
                {
                    "subject": f"{ticket.number} {subject}",
                    "body_html": plaintext2html(
                        body if not ticket.is_restricted else subject
                    ),
                    "email_to": ticket.requester_email,
                    "email_from": ticket.company_id.email_formatted
                    or self.env.user.email_formatted,
                    "model": ticket._name,
                    "res_id": ticket.id,
                    "auto_delete": True,
                }
                for ticket in self.sudo()
            ]
        )

    def _post_public(self, body, author=None):
        """Write ``body`` where the requester reads it."""
        for ticket in self.sudo():
            ticket.message_post(
                body=plaintext2html(body),
                author_id=(author or self.env.user).partner_id.id,
                message_type="comment",
                subtype_xmlid="school_office_service_desk.mt_ticket_answer",
            )

    # Taking and handing on

    def action_take(self):
        """I do it: acknowledge the request and become its handler (one tap)."""
        self._check_handled()
        self._check_state_in("new", "assigned", "in_progress", "waiting")
        now = fields.Datetime.now()
        old = {ticket.id: ticket.handler_id for ticket in self.sudo()}
        for unread, tickets in (
            self.sudo()
            .grouped(lambda t: (bool(t.acknowledged_at), bool(t.assigned_at), t.state))
            .items()
        ):
            acknowledged, assigned, state = unread
            vals = {"handler_id": self.env.uid}
            if not acknowledged:
                vals["acknowledged_at"] = now
            if not assigned:
                vals["assigned_at"] = now
            if state in ("new", "assigned"):
                vals["state"] = "in_progress"
            tickets.write(vals)
        self._log_events(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "taken",
                    "value_from": old[ticket.id].name or "",
                    "value_to": self.env.user.name,
                    "old_handler_id": old[ticket.id].id,
                }
                for ticket in self
            ]
        )
        handed = self.sudo().filtered(lambda t: old[t.id] != t.handler_id)
        handed._ticket_assigned(old)
        return True

    def action_assign(self):
        """Hand the work to somebody; see ``_assign``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("assign", self.env._("Hand the Work On"))

    def _assign(self, user=None, post=None, reason=""):
        """Give these tickets to a person, or to a post that finds one."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        if not user and not post:
            raise UserError(self.env._("Choose a person or a post."))
        old = {ticket.id: ticket.handler_id for ticket in self.sudo()}
        now = fields.Datetime.now()
        for ticket in self.sudo():
            self._check_assignable(ticket, user, post)
            vals = {"assigned_at": now}
            if post:
                vals["post_id"] = post.id
            chosen, why = user, reason
            if not chosen:
                chosen, why = ticket._choose_handler(post)
                why = " ".join(filter(None, (reason, why)))
            vals["handler_id"] = chosen.id if chosen else False
            if ticket.state == "new" and chosen:
                vals["state"] = "assigned"
            ticket.write(vals)
            ticket._log_event(
                "handed" if old[ticket.id] else "assigned",
                value_from=old[ticket.id].name or "",
                value_to=(chosen and chosen.name) or post.name,
                reason=why,
                old_handler_id=old[ticket.id].id,
            )
        changed = self.sudo().filtered(
            lambda t: t.handler_id and t.handler_id != old[t.id]
        )
        changed._ticket_assigned(old)
        changed._notify_handler(lambda env: env._("This request was handed to you."))
        return True

    def _check_assignable(self, ticket, user, post):
        company = ticket.company_id
        if user and (user.share or company not in user.sudo().company_ids):
            raise UserError(
                self.env._(
                    "Choose somebody who works at %(school)s.", school=company.name
                )
            )
        if post and post.sudo().company_id != company:
            raise UserError(
                self.env._("Choose a post of %(school)s.", school=company.name)
            )
        if user and user in ticket.excluded_user_ids:
            raise UserError(self.env._("Choose somebody else for this request."))

    def _choose_handler(self, post):
        """``(user, why)``: the person of ``post`` with the least work due."""
        self.ensure_one()
        row = {
            "company_id": self.company_id.id,
            "post_id": post.id,
            "urgency": self.urgency,
            "work_minutes": self.work_minutes,
            "requester_user_id": self.requester_user_id.id,
        }
        [why] = self._route_rows([row])
        user = self.env["res.users"].browse(row.get("handler_id"))
        return user, (why or {}).get("reason", "")

    # Waiting

    def action_ask(self):
        """Ask the requester for what is missing (DESK-07); see ``_ask``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("ask", self.env._("Ask for What Is Missing"))

    def _ask(self, missing):
        missing = (missing or "").strip()
        if not missing:
            raise UserError(self.env._("Write down what is missing."))
        reasons = self._wait_reasons("missing")
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        for company, tickets in self.sudo().grouped("company_id").items():
            tickets.write({"missing_items": missing})
            tickets._wait(reasons[company], missing, kind="asked")
        self._post_public(missing)
        self._tell_requester(lambda env: env._("Something is missing"), missing)
        return True

    def _wait_reasons(self, code):
        reasons = (
            self.env["school.ticket.wait.reason"]
            .sudo()
            .search(
                [("company_id", "in", self.sudo().company_id.ids), ("code", "=", code)]
            )
        )
        return {reason.company_id: reason for reason in reasons}

    def action_wait(self):
        """Let the clocks stand still, for a reason; see ``_set_waiting``."""
        self._check_handled()
        self._check_state_in("new", "assigned", "in_progress")
        return self._step_dialog("wait", self.env._("Wait"))

    def _set_waiting(self, reason, text="", until=None):
        self._check_handled()
        self._check_state_in("new", "assigned", "in_progress")
        if not reason or reason.sudo().company_id != self.sudo().company_id:
            raise UserError(self.env._("Choose for what the request waits."))
        if reason.needs_date and not until:
            raise UserError(self.env._("Say until when it waits."))
        self.sudo()._wait(reason, text, until)
        return True

    def _wait(self, reason, text="", until=None, kind="waiting"):
        """Pause the clocks of these tickets of one school (superuser)."""
        now = fields.Datetime.now()
        vals = {
            "state": "waiting",
            "waiting_reason_id": reason.id,
            "waiting_since": now,
            "wait_until": until or False,
            "follow_up_at": self._next_follow_up(reason, until, now),
            "follow_up_count": 0,
        }
        # Asking is an acknowledgement: somebody has read it.
        fresh = self.filtered(lambda ticket: not ticket.acknowledged_at)
        fresh.write({**vals, "acknowledged_at": now})
        (self - fresh).write(vals)
        self._log_event(kind, value_to=reason.name, reason=text)

    def _next_follow_up(self, reason, until, now):
        company = self[:1].company_id
        if until:
            return until
        if not reason.asks_requester:
            return False
        return company._worktime().add(
            now, company.school_desk_follow_up_days or 1, "working_day", edge="open"
        )

    def action_resume(self):
        """What it waited for is there: the clocks go on."""
        self._check_handled()
        self._check_state_in("waiting")
        self.sudo()._resume()
        return True

    def _resume(self, reason=""):
        """Let the clocks go on (superuser)."""
        for handler, tickets in self.grouped(lambda t: bool(t.handler_id)).items():
            tickets.write(
                {
                    "state": "in_progress" if handler else "new",
                    "waiting_reason_id": False,
                    "waiting_since": False,
                    "wait_until": False,
                    "follow_up_at": False,
                    "missing_items": False,
                }
            )
        self._log_event("resumed", reason=reason)

    # Answering and solving

    def action_answer(self):
        """Answer the requester; see ``_answer``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES, "solved")
        return self._step_dialog("answer", self.env._("Answer"))

    def _answer(self, body, expected_date=None):
        self._check_handled()
        self._check_state_in(*OPEN_STATES, "solved")
        body = (body or "").strip()
        if not body:
            raise UserError(self.env._("Write the answer."))
        if expected_date:
            self.sudo().write({"expected_date": expected_date})
        self._note_public_answer(body, self.env.user)
        return True

    def _note_public_answer(self, body, author):
        """Somebody of the school answered in public: the response clock stops.

        :param body: plain text; empty if it was said elsewhere, as by telephone
        """
        now = fields.Datetime.now()
        tickets = self.sudo()
        if body:
            tickets._post_public(body, author)
            tickets._tell_requester(lambda env: env._("Answer"), body)
        for ticket in tickets:
            vals = {}
            if not ticket.responded_at:
                vals["responded_at"] = now
            if not ticket.acknowledged_at:
                vals["acknowledged_at"] = now
            if ticket.is_open and ticket.kind == "coordination":
                vals["progress_due_at"] = ticket._next_progress()
            if vals:
                ticket.write(vals)
        tickets._log_event("answered", reason=body[:500], user=author)
        return True

    def action_on_site(self):
        """The repairer is at the place (AST-36)."""
        self._check_handled()
        self._check_state_in(*WORK_STATES)
        now = fields.Datetime.now()
        fresh = self.sudo().filtered(lambda ticket: not ticket.on_site_at)
        for acknowledged, tickets in fresh.grouped(
            lambda t: bool(t.acknowledged_at)
        ).items():
            vals = {"on_site_at": now}
            if not acknowledged:
                vals["acknowledged_at"] = now
            tickets.write(vals)
        fresh._log_event("on_site")
        return True

    def action_solve(self):
        """The work is done; see ``_solve``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("solve", self.env._("Solved"))

    def _solve(self, solution, tell=True, effects=False):
        """Write down what was done; the requester confirms or stays silent.

        :param effects: whether those that have these as their cause are solved, too
        """
        if effects:
            mine = self.sudo().effect_ids.filtered("is_open").with_env(self.env)
            self |= mine._filtered_access("read")
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        solution = (solution or "").strip()
        if not solution:
            raise UserError(self.env._("Write down what was done."))
        self.sudo()._set_solved(solution, tell)
        return True

    def _set_solved(self, solution, tell=True):
        now = fields.Datetime.now()
        for key, tickets in self.grouped(
            lambda t: (
                t.company_id,
                t.service_id.silent_days,
                bool(t.responded_at),
                bool(t.acknowledged_at),
                bool(t.handler_id),
            )
        ).items():
            company, silent_days, responded, acknowledged, handler = key
            vals = {
                "state": "solved",
                "solution": solution,
                "solved_at": now,
                "waiting_reason_id": False,
                "waiting_since": False,
                "wait_until": False,
                "follow_up_at": False,
                "progress_due_at": False,
                "close_at": company._worktime().add(now, silent_days, "working_day")
                if silent_days
                else False,
            }
            if not responded:
                vals["responded_at"] = now
            if not acknowledged:
                vals["acknowledged_at"] = now
            if not handler and not self.env.user.share and self.env.uid != 1:
                vals["handler_id"] = self.env.uid
            tickets.write(vals)
        self._log_event("solved", reason=solution[:500])
        if tell:
            self._post_public(solution)
            self._tell_requester(lambda env: env._("Solved"), solution)
        self._ticket_solved()

    def _ticket_solved(self):
        """Hook: these tickets have just been solved (superuser)."""

    def action_confirm(self):
        """The requester says that it is done, or the desk after asking him."""
        self.check_access("read")
        self._check_state_in("solved")
        mine = self.filtered("is_requester")
        (self - mine)._check_handled()
        self.sudo()._confirm(self.env.user.partner_id)
        return True

    def _confirm(self, partner):
        """The requester agreed: close (superuser)."""
        self.write(
            {
                "confirmed_at": fields.Datetime.now(),
                "confirmed_by_id": partner.id if partner else False,
            }
        )
        self._log_event("confirmed", value_to=partner.name if partner else "")
        self._close()

    def action_phone_confirm(self):
        """The requester was called and agrees (DESK-15); see ``_phone_confirm``."""
        self._check_handled()
        self._check_state_in("solved", "closed")
        return self._step_dialog("phone", self.env._("Confirmed by Telephone"))

    def _phone_confirm(self, text=""):
        self._check_handled()
        self._check_state_in("solved", "closed")
        self.sudo().write(
            {"phoned_at": fields.Datetime.now(), "phoned_by_id": self.env.uid}
        )
        self._log_event("phoned", reason=text)
        solved = self.sudo().filtered(lambda ticket: ticket.state == "solved")
        solved.write({"confirmed_at": fields.Datetime.now()})
        solved._close()
        return True

    def action_close(self):
        """Close what is solved."""
        self._check_handled()
        self._check_state_in("solved")
        unconfirmed = self.sudo().filtered(
            lambda ticket: ticket.service_id.phone_confirmation and not ticket.phoned_at
        )
        if unconfirmed:
            raise UserError(
                self.env._(
                    "%(ticket)s is confirmed by telephone before it is closed.",
                    ticket=unconfirmed[0].number,
                )
            )
        self.sudo()._close()
        return True

    def _close(self):
        """Close solved tickets (superuser)."""
        self.write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "close_at": False,
            }
        )
        self._log_event("closed")
        self._ticket_closed()

    def _ticket_closed(self):
        """Hook: these tickets have just been closed (superuser)."""

    # Opening again

    def action_reopen(self):
        """It is not done; see ``_reopen``."""
        self.check_access("read")
        self._check_state_in("solved", "closed")
        return self._step_dialog("reopen", self.env._("Reopen"))

    def _reopen(self, reason):
        """Take up solved work again, if the service allows it (DESK-21)."""
        self.check_access("read")
        self._check_state_in("solved", "closed")
        reason = self._check_reason(reason)
        (self - self.filtered("is_requester"))._check_handled()
        self.sudo()._check_reopenable()
        self.sudo()._set_reopened(reason)
        return True

    def _check_reopenable(self):
        now = fields.Datetime.now()
        for ticket in self:
            days = ticket.service_id.reopen_days
            ended = ticket.closed_at or ticket.solved_at
            if not days or (
                ticket.state == "closed"
                and (now - ended).total_seconds() > days * 86400
            ):
                raise UserError(
                    self.env._(
                        "%(ticket)s cannot be reopened. Ask for further help: it "
                        "becomes a new request that names this one.",
                        ticket=ticket.number,
                    )
                )

    def _set_reopened(self, reason):
        now = fields.Datetime.now()
        for ticket in self:
            ticket.write(
                {
                    "state": "in_progress" if ticket.handler_id else "new",
                    "reopen_count": ticket.reopen_count + 1,
                    "last_reopened_at": now,
                    "solved_at": False,
                    "closed_at": False,
                    "confirmed_at": False,
                    "confirmed_by_id": False,
                    "phoned_at": False,
                    "phoned_by_id": False,
                    "close_at": False,
                }
            )
        self._log_event("reopened", reason=reason)
        self._notify_handler(self.env._("Reopened: %(reason)s", reason=reason))

    # Not ours

    def action_refuse(self):
        """It is not the office's business; see ``_refuse``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("refuse", self.env._("Refuse"))

    def _refuse(self, reason):
        return self._end("refused", self._check_reason(reason))

    def action_refer(self):
        """Send the requester to whoever is in charge (DESK-08); see ``_refer``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("refer", self.env._("Refer"))

    def _refer(self, target, reason, department=None):
        reason = self._check_reason(reason)
        target = (target or "").strip() or (department and department.name)
        if not target:
            raise UserError(self.env._("Say who is in charge of it."))
        if department and department.sudo().company_id != self.sudo().company_id:
            raise UserError(self.env._("Choose a department of this school."))
        return self._end(
            "referred",
            reason,
            {
                "referral_target": target,
                "referral_department_id": department.id if department else False,
            },
            target,
        )

    def action_void(self):
        """Registered by mistake; see ``_void``."""
        self._check_group(AGENT)
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("void", self.env._("Void"))

    def _void(self, reason):
        self._check_group(AGENT)
        reason = self._check_reason(reason)
        self._end("void", reason, tell=False)
        self.sudo()._void_number(reason)
        return True

    def _end(self, state, reason, vals=None, target="", tell=True):
        """End open tickets without a solution, for a reason that everybody reads."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        now = fields.Datetime.now()
        common = {
            "state": state,
            "end_reason": reason,
            "closed_at": now,
            "waiting_reason_id": False,
            "waiting_since": False,
            "wait_until": False,
            "follow_up_at": False,
            "progress_due_at": False,
            **(vals or {}),
        }
        for seen, tickets in (
            self.sudo()
            .grouped(lambda t: (bool(t.acknowledged_at), bool(t.responded_at)))
            .items()
        ):
            acknowledged, responded = seen
            extra = {}
            if not acknowledged:
                extra["acknowledged_at"] = now
            if not responded and tell:
                extra["responded_at"] = now
            tickets.write({**common, **extra})
        self._log_event(state, value_to=target, reason=reason)
        if tell:
            labels = dict(self._fields["state"]._description_selection(self.env))
            text = f"{target}: {reason}" if target else reason
            self._post_public(text)
            self._tell_requester(labels[state], text)
        return True

    # The order of the queue

    def action_jump(self):
        """Move up in the queue; see ``_jump``."""
        self._check_group(MANAGER)
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("jump", self.env._("Move Up"))

    def _jump(self, reason):
        """Important matters may pass the others; who moved them stays on record."""
        self._check_group(MANAGER)
        self._check_state_in(*OPEN_STATES)
        reason = self._check_reason(reason)
        for company, tickets in self.sudo().grouped("company_id").items():
            top = self.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("is_open", "=", True),
                    ("jump_rank", ">", 0),
                ],
                order="jump_rank desc",
                limit=1,
            )
            rank = min(top.jump_rank + 1, 999)
            tickets.write(
                {
                    "jump_rank": rank,
                    "jumped_by_id": self.env.uid,
                    "jump_reason": reason,
                }
            )
        self._log_event("jumped", reason=reason)
        return True

    def action_jump_back(self):
        """Give the place in the queue back; see ``_jump_back``."""
        self._check_group(MANAGER)
        self._check_moved_up()
        return self._step_dialog("jump_back", self.env._("Move Back"))

    def _check_moved_up(self):
        self._check_state_in(*OPEN_STATES)
        still = self.sudo().filtered(lambda ticket: not ticket.jump_rank)
        if still:
            raise UserError(
                self.env._(
                    "%(ticket)s has not been moved up.", ticket=still[0].display_name
                )
            )

    def _jump_back(self, reason):
        """Put back where urgency and arrival say, with the reason in the events."""
        self._check_group(MANAGER)
        self._check_moved_up()
        reason = self._check_reason(reason)
        self._log_events(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "moved_back",
                    "value_from": ticket.jump_reason,
                    "reason": reason,
                }
                for ticket in self.sudo()
            ]
        )
        self.sudo().write({"jump_rank": 0, "jumped_by_id": False, "jump_reason": False})
        return True

    def action_set_urgency(self):
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("urgency", self.env._("Change the Urgency"))

    def _set_urgency(self, urgency, reason, is_major=None):
        """Change the urgency: the limits follow, and pauses are not forgotten."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        reason = self._check_reason(reason)
        labels = dict(self._fields["urgency"]._description_selection(self.env))
        if urgency not in labels:
            raise UserError(self.env._("Choose the urgency."))
        self._log_events(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "urgency",
                    "value_from": labels[ticket.urgency],
                    "value_to": labels[urgency],
                    "reason": reason,
                }
                for ticket in self
            ]
        )
        vals = {"urgency": urgency}
        if is_major is not None:
            vals["is_major"] = is_major
        self.sudo().write(vals)
        return True

    def action_set_service(self):
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("service", self.env._("Change the Service"))

    def _set_service(self, service, reason):
        """Choose another service: post, limits and visibility follow."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        reason = self._check_reason(reason)
        if not service or service.sudo().company_id != self.sudo().company_id:
            raise UserError(self.env._("Choose a service of this school."))
        self._log_events(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "service",
                    "value_from": ticket.service_id.name,
                    "value_to": service.name,
                    "reason": reason,
                }
                for ticket in self.sudo()
            ]
        )
        service = service.sudo()
        vals = {
            "service_id": service.id,
            "is_major": service.is_major,
            "work_minutes": service.estimate_minutes,
        }
        if service.post_id:
            vals["post_id"] = service.post_id.id
        if service.visibility == "named":
            vals["visibility"] = "named"
            vals["allowed_user_ids"] = [
                fields.Command.link(user.id) for user in service.named_user_ids
            ]
        self.sudo().write(vals)
        if service.post_id:
            moved = self.filtered(
                lambda t: t.sudo().handler_id not in service.post_id._users()
            )
            for ticket in moved.sudo():
                ticket._reroute(service.post_id)
        return True

    def _reroute(self, post):
        """Let the post find a handler (superuser)."""
        old = {self.id: self.handler_id}
        user, why = self._choose_handler(post)
        vals = {"handler_id": user.id, "assigned_at": fields.Datetime.now()}
        if user and self.state == "new":
            vals["state"] = "assigned"
        self.write(vals)
        self._log_event(
            "routed",
            value_from=old[self.id].name or "",
            value_to=user.name or post.name,
            reason=why,
            old_handler_id=old[self.id].id,
        )
        if user:
            self._ticket_assigned(old)
