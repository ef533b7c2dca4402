from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .meeting_resolution import HELD, OPEN

REPLACED = ("superseded", "cancelled")
# What the meeting decided: from then on only a later resolution changes it.
DECIDED = frozenset(
    {
        "name",
        "text",
        "meeting_id",
        "item_id",
        "owner_id",
        "department_id",
        "helper_ids",
        "due_date",
        "replaces_ids",
        "replace_kind",
    }
)
# Of that, what no step of the suite changes either.
FIXED = frozenset(
    {"name", "text", "meeting_id", "item_id", "replaces_ids", "replace_kind"}
)


class SchoolMeetingResolution(models.Model):
    """Entering a resolution, and what nobody rewrites once the meeting decided it."""

    _inherit = "school.meeting.resolution"

    @api.constrains("item_id", "meeting_id")
    def _check_item(self):
        for resolution in self.sudo():
            item = resolution.item_id
            if item and item.meeting_id != resolution.meeting_id:
                raise ValidationError(
                    self.env._("The agenda item belongs to another meeting.")
                )

    @api.constrains("replaces_ids")
    def _check_replaces(self):
        for resolution in self.sudo():
            for earlier in resolution.replaces_ids:
                if earlier == resolution or earlier.body_id != resolution.body_id:
                    raise ValidationError(
                        self.env._(
                            "“%(earlier)s” is not an earlier resolution of this body.",
                            earlier=earlier.name,
                        )
                    )
                if resolution.state == "draft" and earlier.state not in OPEN:
                    raise ValidationError(
                        self.env._(
                            "“%(earlier)s” is not open any more.", earlier=earlier.name
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        # sudo: only the school of the meeting is taken over
        Meeting = self.env["school.meeting"].sudo()
        for vals in vals_list:
            if vals.get("meeting_id"):
                meeting = Meeting.browse(vals["meeting_id"])
                vals["company_id"] = meeting.company_id.id
        resolutions = super().create(vals_list)
        resolutions._check_sitting()
        for item in resolutions.item_id:
            # A resolution asks the quorum as every decision does (domain facts 4.7).
            item._check_may_decide()
        if not self.env.su:
            resolutions.meeting_id._check_maker()
        return resolutions

    def _check_sitting(self):
        """Resolutions are taken in meetings; circulation never makes one (3.7)."""
        for meeting in self.sudo().meeting_id:
            if meeting.state not in HELD:
                raise UserError(
                    self.env._(
                        "“%(meeting)s” has not met: a resolution is taken in a "
                        "meeting, never by circulating a paper.",
                        meeting=meeting.name,
                    )
                )
            meeting._check_record_open()

    def write(self, vals):
        self._check_decided(vals)
        self._check_ending(vals)
        if not self.env.su:
            self._check_same_meeting(vals)
        if not DECIDED.isdisjoint(vals):
            drafts = self.filtered(lambda resolution: resolution.state == "draft")
            drafts.sudo().meeting_id._check_record_open()
        return super().write(vals)

    def _check_same_meeting(self, vals):
        """A draft stays with the meeting that was asked for its quorum."""
        for resolution in self.sudo():
            if vals.get("meeting_id", resolution.meeting_id.id) != (
                resolution.meeting_id.id
            ):
                raise AccessError(
                    self.env._(
                        "What belongs to one meeting is not moved to another one."
                    )
                )
            item = vals.get("item_id", resolution.item_id.id)
            if item != resolution.item_id.id:
                resolution.meeting_id.item_ids.filtered(
                    lambda row, item=item: row.id == item
                )._check_may_decide()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        self.sudo().meeting_id._check_record_open()

    def _check_decided(self, vals):
        """What was decided is the meeting's; steps change owner and date only."""
        if (FIXED if self.env.su else DECIDED).isdisjoint(vals):
            return
        decided = self.filtered(lambda resolution: resolution.state != "draft")
        if decided:
            raise UserError(
                self.env._(
                    "“%(resolution)s” was decided by the meeting. A later date needs "
                    "the chair's consent, anything else a later resolution.",
                    resolution=decided[0].name,
                )
            )

    def _check_ending(self, vals):
        """Refuse an end without evidence or a later resolution, whoever asks."""
        state = vals.get("state")
        if state == "done":
            for resolution in self.sudo():
                accepted = vals.get("accepted_by_id", resolution.accepted_by_id.id)
                evidence = vals.get("evidence", resolution.evidence) or ""
                if resolution.state == "done":
                    continue
                if (
                    resolution.state != "reported"
                    or not evidence.strip()
                    or not accepted
                    or accepted in (resolution.owner_id | resolution.reported_by_id).ids
                ):
                    raise UserError(
                        self.env._(
                            "“%(resolution)s” ends with evidence that somebody else "
                            "has accepted, or by a later resolution.",
                            resolution=resolution.name,
                        )
                    )
        elif state in REPLACED:
            later = self.sudo().browse(vals.get("superseded_by_id") or ())
            for resolution in self.sudo():
                if (
                    not later
                    or resolution not in later.replaces_ids
                    or later.state == "draft"
                ):
                    raise UserError(
                        self.env._(
                            "“%(resolution)s” can be ended early only by a later "
                            "resolution of the body.",
                            resolution=resolution.name,
                        )
                    )
