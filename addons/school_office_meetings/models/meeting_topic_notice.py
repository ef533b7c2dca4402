from odoo import models


class SchoolMeetingTopic(models.Model):
    """Who hears of a topic: the heads, who leads the body, who proposed it."""

    _inherit = "school.meeting.topic"

    def _notice_is_secret(self):
        return any(t.body_id.visibility == "members" for t in self.sudo())

    def _tell_heads(self):
        rows = []
        for topic in self.sudo():
            rows.append(
                {
                    "users": topic.department_id._head_users(),
                    "subject": lambda env, topic=topic: env._(
                        "Topic to pass on: %(topic)s", topic=topic.name
                    ),
                    "body": lambda env, topic=topic: env._(
                        "%(person)s proposes it for %(body)s.",
                        person=topic.proposer_id.name,
                        body=topic.body_id.name,
                    ),
                    "record": topic,
                    "kind": "topic",
                }
            )
        self.env["school.notice"]._queue_rows(rows)

    def _tell_reviewers(self):
        rows = []
        for topic in self:
            members = topic.body_id._members().filtered(
                lambda m: m.role in ("chair", "deputy_chair")
            )
            users = topic.body_id.recorder_id or members.user_id
            rows.append(
                {
                    "users": users - topic.proposer_id,
                    "subject": lambda env, topic=topic: env._(
                        "New topic: %(topic)s", topic=topic.name
                    ),
                    "body": lambda env, topic=topic: env._(
                        "%(department)s proposes it for %(body)s.",
                        department=topic.department_id.name,
                        body=topic.body_id.name,
                    ),
                    "record": topic,
                    "kind": "topic",
                }
            )
        self.env["school.notice"]._queue_rows([row for row in rows if row["users"]])

    def _tell_proposers(self, subject, body):
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": topic.proposer_id,
                    "subject": lambda env, topic=topic: subject(env, topic),
                    "body": lambda env, topic=topic: body(env, topic),
                    "record": topic,
                    "kind": "topic",
                }
                for topic in self.sudo()
            ]
        )
