from odoo import api, models


class SchoolMeetingTopic(models.Model):
    """Open resolutions come back to their bodies as topics (MTG-25, MTG-27)."""

    _inherit = "school.meeting.topic"

    @api.model
    def _from_resolutions(self, resolutions):
        """Propose open resolutions to the bodies that took them; return the topics.

        Called in superuser mode by the follow-up of resolutions (MTG-25, MTG-27): what
        is not done comes back to the next agenda. Each resolution has one topic that
        waits; a second call finds it.
        """
        keys = {f"{r._name}:{r.id}": r for r in resolutions.sudo()}
        waiting = self.sudo().search(
            [
                ("source_key", "in", list(keys)),
                ("state", "in", ("proposed", "deferred", "admitted")),
            ]
        )
        for topic in waiting:
            keys.pop(topic.source_key, None)
        rows = [
            {**vals, "source_key": key}
            for key, resolution in keys.items()
            if (vals := self._prepare_resolution_vals(resolution))
        ]
        # One that was rejected or dealt with gives its place to the new one.
        old = self.sudo().search([("source_key", "in", list(keys))])
        old.write({"source_key": False})
        # The unique index looks at what is in the table.
        old.flush_recordset(["source_key"])
        topics = self.sudo().create(rows)
        topics._enter()
        return waiting | topics

    @api.model
    def _prepare_resolution_vals(self, resolution):
        """Values of the topic in which a resolution comes back, None without a body."""
        meeting = resolution.meeting_id
        department = resolution.department_id or meeting.department_id
        owner = resolution.owner_id or meeting.organizer_id
        if not department:
            department = owner._school_employee(meeting.company_id).department_id
        if not (meeting.body_id and department):
            return None
        env = meeting.company_id._school_chatter_env()
        secret = "is_marked" in resolution._fields and resolution.is_marked
        return {
            "company_id": meeting.company_id.id,
            "name": env._("A confidential resolution")
            if secret
            else resolution.display_name,
            "body_id": meeting.body_id.id,
            "department_id": department.id,
            "proposer_id": owner.id,
            "kind": "report",
            "summary": env._(
                "Decided at “%(meeting)s”, not finished yet.",
                meeting=meeting._open_name(env),
            ),
            "request": env._("Hear how far it is, and decide how it goes on."),
        }
