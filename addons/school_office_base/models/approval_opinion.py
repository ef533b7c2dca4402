from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.approval_guard import APPEND_ONLY, install_trigger


class SchoolApprovalOpinion(models.Model):
    """What somebody said or did in a case. Rows are only ever added (BASE-08)."""

    _name = "school.approval.opinion"
    _description = "Approval Opinion"
    _inherit = ["school.fact.mixin"]
    _order = "id"
    _rec_name = "event"

    case_id = fields.Many2one(
        "school.approval.case",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    task_id = fields.Many2one(
        "school.approval.task",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    node_id = fields.Many2one(
        "school.approval.node",
        "Step",
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    round = fields.Integer(readonly=True)
    event = fields.Selection(
        [
            ("submit", "Submitted"),
            ("resubmit", "Submitted Again"),
            ("approve", "Agreed"),
            ("refuse", "Refused"),
            ("return", "Returned"),
            ("transfer", "Passed On"),
            ("add_signer", "Signer Added"),
            ("copy", "Copied To"),
            ("remind", "Reminded"),
            ("escalate", "Next Level Told"),
            ("withdraw", "Withdrawn"),
            ("oral", "Oral Consent"),
            ("confirm", "Oral Consent Confirmed"),
            ("deny", "Oral Consent Denied"),
            ("void", "Voided"),
            ("reassign", "Assigned Again"),
            ("handed", "Handed to the Deputy"),
        ],
        required=True,
        readonly=True,
    )
    text = fields.Text("Opinion", readonly=True)
    detail = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True)
    on_behalf_of_id = fields.Many2one("res.users", readonly=True)
    at = fields.Datetime("Time", required=True, readonly=True)

    def init(self):
        install_trigger(self.env.cr, self._table, "append_only", APPEND_ONLY)

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("An opinion is on record. Nobody can rewrite it."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("An opinion is on record. Nobody can remove it."))

    def _chatter_body(self):
        """One line for the chatter of the record; what people wrote stays text."""
        self.ensure_one()
        event = dict(self._fields["event"]._description_selection(self.env))[self.event]
        parts = [self.node_id.name] if self.node_id else []
        parts.append(event)
        if self.on_behalf_of_id:
            parts.append(
                self.env._("on behalf of %(person)s", person=self.on_behalf_of_id.name)
            )
        if self.detail:
            parts.append(self.detail)
        line = Markup("<b>%s</b>") % " · ".join(parts)
        if self.text:
            line += Markup("<br/>%s") % self.text
        return line
