from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

OPEN = ("head", "proposed", "deferred")
READY = ("draft", "planned", "approved")


class SchoolMeetingTopic(models.Model):
    """The steps of a topic: proposed, passed on, admitted, deferred, sent back."""

    _inherit = "school.meeting.topic"

    def action_propose(self):
        """Hand the topic in: to the body, or first to the head of the department."""
        self.check_access("write")
        for topic in self:
            if topic.state != "draft" or not (topic.is_mine or self.env.su):
                raise UserError(
                    self.env._("“%(topic)s” is proposed already.", topic=topic.name)
                )
            if not (topic.summary or "").strip() or not (topic.request or "").strip():
                raise UserError(
                    self.env._(
                        "Say what “%(topic)s” is about, and what the meeting is asked "
                        "to decide.",
                        topic=topic.name,
                    )
                )
            if topic.call_id and topic.call_id.sudo().state != "open":
                raise UserError(
                    self.env._(
                        "“%(call)s” no longer collects topics. Propose it without the "
                        "call; it is dealt with at the next meeting.",
                        call=topic.call_id.sudo().name,
                    )
                )
        direct = self.filtered(lambda topic: topic._needs_no_head())
        direct.sudo()._enter()
        waiting = self - direct
        waiting.sudo().write({"state": "head"})
        waiting._tell_heads()
        return True

    def _needs_no_head(self):
        """Whether the proposer speaks for the department or for the body itself."""
        self.ensure_one()
        user = self.env.user
        heads = self.sudo().department_id._head_users()
        return (
            not heads
            or user in heads
            or self.body_id in self.env["school.meeting.body"]._bodies_of(user)
            or self.body_id._may_review_topics()
        )

    def _enter(self):
        """Give the topics to their bodies (superuser)."""
        now = fields.Datetime.now()
        self.write({"state": "proposed", "proposed_at": now, "review_note": False})
        answers = self.env["school.meeting.topic.answer"]
        with_call = self.filtered("call_id")
        if with_call:
            found = answers.search(
                [
                    ("call_id", "in", with_call.call_id.ids),
                    ("department_id", "in", with_call.department_id.ids),
                ]
            )
            pairs = {(t.call_id, t.department_id) for t in with_call}
            found.filtered(
                lambda a: (a.call_id, a.department_id) in pairs
            )._note_answer("proposed")
        self._tell_reviewers()

    def action_endorse(self):
        """The head of the department passes the topic on to the body."""
        self._check_endorser()
        topics = self.sudo()
        topics.write(
            {"endorsed_by_id": self.env.uid, "endorsed_at": fields.Datetime.now()}
        )
        topics._enter()
        return True

    def _check_endorser(self):
        self.check_access("read")
        for topic in self:
            if not topic.can_endorse and not self.env.su:
                raise AccessError(
                    self.env._(
                        "The head of %(department)s passes on “%(topic)s”.",
                        department=topic.sudo().department_id.name,
                        topic=topic.name,
                    )
                )

    def action_withdraw(self):
        """The proposer takes the topic back, as long as it is on no agenda."""
        self.check_access("read")
        for topic in self:
            if not topic.is_mine:
                raise AccessError(self.env._("Only who proposed a topic withdraws it."))
            if topic.state not in OPEN:
                raise UserError(
                    self.env._(
                        "“%(topic)s” is %(state)s: ask the organiser of the meeting.",
                        topic=topic.name,
                        state=topic._state_name(),
                    )
                )
        self.sudo().write({"state": "withdrawn"})
        return True

    def action_edit_again(self):
        """A withdrawn or rejected topic becomes a draft once more."""
        self.check_access("read")
        for topic in self:
            if not topic.is_mine or topic.state not in ("withdrawn", "rejected"):
                raise UserError(
                    self.env._(
                        "“%(topic)s” cannot be taken up again.", topic=topic.name
                    )
                )
        self.sudo().write({"state": "draft"})
        return True

    def action_ask_admit(self):
        """Choose the meeting to whose agenda the topics go."""
        return self._open_step("admit", self.env._("Put on the Agenda"))

    def action_ask_defer(self):
        """Say why the topics wait for a later meeting."""
        return self._open_step("defer", self.env._("Defer"))

    def action_ask_reject(self):
        """Say why the topics are not dealt with."""
        return self._open_step("reject", self.env._("Reject"))

    def action_ask_send_back(self):
        """The head says what is still missing."""
        return self._open_step("send_back", self.env._("Send Back"))

    def _open_step(self, step, title):
        self.check_access("read")
        # The meeting from which one came, or for which the topics were collected.
        meeting_id = self.env.context.get("default_meeting_id")
        asked_for = self.sudo().call_id.meeting_id
        if not meeting_id and len(asked_for) == 1 and asked_for.state in READY:
            meeting_id = asked_for.id
        return self._dialog(
            "school.meeting.prep.step",
            title,
            step=step,
            topic_ids=self.ids,
            meeting_id=meeting_id,
        )

    def _check_reviewer(self):
        self.check_access("read")
        for topic in self:
            if topic.state not in ("proposed", "deferred"):
                raise UserError(
                    self.env._(
                        "“%(topic)s” is %(state)s: there is nothing to decide.",
                        topic=topic.name,
                        state=topic._state_name(),
                    )
                )
            if not self.env.su and not topic.can_review:
                raise AccessError(
                    self.env._(
                        "Those who lead “%(body)s”, its minutes taker and the meeting "
                        "clerks decide about its topics.",
                        body=topic.body_id.sudo().name,
                    )
                )

    def _admit(self, meeting, reason=None):
        """Put the topics on the agenda of ``meeting``: each becomes an item.

        :param reason: why it is taken although the body's days before the meeting have
            passed; asked for then
        """
        self._check_reviewer()
        meeting.check_access("read")
        # Who leads the body admits to its meetings; a meeting of no body is of those
        # who call it.
        if not meeting.sudo().body_id and not meeting.has_access("write"):
            raise AccessError(
                self.env._(
                    "“%(meeting)s” is a meeting of no body: only who calls or leads it "
                    "puts a topic on its agenda.",
                    meeting=meeting.name,
                )
            )
        if meeting.state not in READY:
            raise UserError(
                self.env._(
                    "The notice of “%(meeting)s” is out: a further topic is an extra "
                    "item, which needs the consent of its chair.",
                    meeting=meeting.name,
                )
            )
        wrong = self.filtered(
            lambda t: meeting.body_id and t.body_id != meeting.body_id
        )
        if wrong or any(t.company_id != meeting.company_id for t in self):
            raise UserError(
                self.env._(
                    "“%(topic)s” is meant for another body than “%(meeting)s”.",
                    topic=(wrong or self)[0].name,
                    meeting=meeting.name,
                )
            )
        last = meeting.body_id._topics_close(meeting)
        if last and fields.Datetime.now() > last and not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Topics of “%(body)s” are admitted %(days)s days before the "
                    "meeting. Say why this one still is.",
                    body=meeting.body_id.name,
                    days=meeting.body_id.topic_lead_days,
                )
            )
        # Superuser: whoever may admit need not be able to write the meeting itself.
        self.sudo()._put_on_agenda(meeting.sudo(), reason)
        return self.item_id

    def _put_on_agenda(self, meeting, reason):
        last = max(meeting.item_ids.mapped("sequence"), default=0)
        items = self.env["school.meeting.item"].create(
            [
                {**topic._prepare_item_vals(meeting), "sequence": last + 10 * place}
                for place, topic in enumerate(self, 1)
            ]
        )
        for topic, item in zip(self, items, strict=True):
            topic.write(
                {
                    "state": "admitted",
                    "meeting_id": meeting.id,
                    "item_id": item.id,
                    **self._reviewed(reason),
                }
            )
        self._hand_over_files()
        self._tell_proposers(
            lambda env, topic: env._("Admitted: %(topic)s", topic=topic.name),
            lambda env, topic: env._(
                "It is on the agenda of “%(meeting)s”.", meeting=topic.meeting_id.name
            ),
        )

    def _prepare_item_vals(self, meeting):
        self.ensure_one()
        text = "\n\n".join(filter(None, (self.summary, self.request)))
        return {
            "meeting_id": meeting.id,
            "topic_id": self.id,
            "name": self.name,
            "kind": self.kind,
            "is_special": self.is_special,
            "department_id": self.department_id.id,
            "speaker_id": (self.speaker_id or self.proposer_id).id,
            "minutes_planned": self.minutes_planned,
            "description": text or False,
        }

    def _hand_over_files(self):
        """What a topic brings along becomes material of the meeting (MTG-07)."""
        Material = self.env["school.meeting.material"]
        now = fields.Datetime.now()
        for topic in self.filtered("attachment_ids"):
            copies = [
                Command.create(
                    {
                        "name": file.name,
                        "raw": file.raw,
                        "mimetype": file.mimetype,
                    }
                )
                for file in topic.attachment_ids
            ]
            Material.create(
                {
                    "meeting_id": topic.meeting_id.id,
                    "item_id": topic.item_id.id,
                    "name": topic.name,
                    "kind": "background",
                    "user_id": topic.proposer_id.id,
                    "department_id": topic.department_id.id,
                    "state": "delivered",
                    "delivered_at": now,
                    "delivered_by_id": topic.proposer_id.id,
                    "do_send": True,
                    "attachment_ids": copies,
                }
            )

    def _defer(self, reason):
        self._check_reviewer()
        self._check_reason(reason)
        topics = self.sudo()
        topics.write({"state": "deferred", **self._reviewed(reason)})
        topics._tell_proposers(
            lambda env, topic: env._("Deferred: %(topic)s", topic=topic.name),
            lambda env, topic: reason,
        )

    def _reject(self, reason):
        self._check_reviewer()
        self._check_reason(reason)
        topics = self.sudo()
        topics.write({"state": "rejected", **self._reviewed(reason)})
        topics._tell_proposers(
            lambda env, topic: env._("Not taken up: %(topic)s", topic=topic.name),
            lambda env, topic: reason,
        )

    def _send_back(self, reason):
        self._check_endorser()
        self._check_reason(reason)
        topics = self.sudo()
        topics.write({"state": "draft", "review_note": reason})
        topics._tell_proposers(
            lambda env, topic: env._("Sent back: %(topic)s", topic=topic.name),
            lambda env, topic: reason,
        )

    def _reviewed(self, reason):
        return {
            "reviewed_at": fields.Datetime.now(),
            "reviewed_by_id": self.env.uid,
            "review_note": (reason or "").strip() or False,
        }

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the proposer is told."))

    def _is_left_over(self):
        """Whether the meeting that is over put the item off, or never came to it."""
        self.ensure_one()
        item = self.item_id
        if not item or "state" not in item._fields:
            return False
        return self.state == "admitted" and item["state"] in ("waiting", "deferred")

    def _back_to_proposed(self, reason):
        """What was admitted waits again (superuser).

        :param reason: ``env -> text``, told to the proposers
        """
        left = self.filtered(lambda t: t.state == "admitted")
        left.write({"state": "proposed", "meeting_id": False, "item_id": False})
        left._tell_proposers(
            lambda env, topic: env._("Waits again: %(topic)s", topic=topic.name),
            lambda env, topic: reason(env),
        )
