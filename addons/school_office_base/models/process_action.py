from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.client_defaults import take_defaults

CLERK = "school_office_base.group_office_clerk"


class SchoolProcessAction(models.Model):
    """A decision of a process review that somebody carries out by a day (BASE-25)."""

    _name = "school.process.action"
    _description = "Improvement"
    _inherit = [
        "school.clock.mixin",
        "school.record",
        "school.frozen.mixin",
        "mail.thread",
    ]
    _order = "state desc, date_due, id"
    _server_fields = frozenset({"state", "done_at", "done_by_id"})
    _draft_states = ()
    _clock_holder_fields = ("owner_id",)

    review_id = fields.Many2one(
        "school.process.review",
        "Decided In",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    name = fields.Char("What Was Decided", required=True)
    procedure_id = fields.Many2one(
        "school.procedure",
        "Procedure to Revise",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    version_id = fields.Many2one(
        "school.procedure.version",
        "Revision That Followed",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('procedure_id', '=', procedure_id)]",
    )
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        check_company=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    date_due = fields.Date("Due On", required=True, tracking=True)
    state = fields.Selection(
        [("open", "To Do"), ("done", "Done"), ("dropped", "Dropped")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    evidence = fields.Text("What Was Done", help="The evidence that it is done.")
    file_ids = fields.Many2many(
        "ir.attachment",
        "school_process_action_file_rel",
        "action_id",
        "attachment_id",
        "Evidence",
        copy=False,
    )
    done_at = fields.Datetime("Done On", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    can_finish = fields.Boolean(compute="_compute_can_finish")

    _owner_open_idx = models.Index("(owner_id, date_due) WHERE state = 'open'")

    @api.depends_context("uid")
    @api.depends("owner_id", "state")
    def _compute_can_finish(self):
        office = self.env.su or self.env.user.has_group(CLERK)
        for action in self:
            action.can_finish = action.state == "open" and (
                office or action.owner_id == self.env.user
            )

    @api.constrains("owner_id")
    def _check_owner(self):
        for action in self.sudo():
            user = action.owner_id
            if user.share or action.company_id not in user.company_ids:
                raise UserError(
                    self.env._(
                        "%(person)s does not work at %(school)s.",
                        person=user.name,
                        school=action.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        take_defaults(self, vals_list, "review_id")
        for vals in vals_list:
            if vals.get("review_id"):
                review = self.env["school.process.review"].browse(vals["review_id"])
                if not self.env.su:
                    review.check_access("write")
                if review.sudo().state == "closed":
                    raise UserError(
                        self.env._("A closed review takes no further decisions.")
                    )
                vals.setdefault("company_id", review.sudo().company_id.id)
        actions = super().create(vals_list)
        actions._tell_owner()
        return actions

    def write(self, vals):
        if not self.env.su:
            office = self.env.user.has_group(CLERK)
            for action in self:
                if not office and (
                    action.owner_id != self.env.user
                    or vals.keys() - {"evidence", "file_ids", "version_id"}
                ):
                    raise AccessError(
                        self.env._(
                            "The owner reports what was done; the rest is changed by "
                            "the office."
                        )
                    )
                if action.state != "open":
                    raise UserError(
                        self.env._("“%(name)s” is settled.", name=action.name)
                    )
        moved = self.browse()
        if "owner_id" in vals:
            moved = self.filtered(lambda a: a.owner_id.id != vals["owner_id"])
        result = super().write(vals)
        moved._tell_owner()
        return result

    def _tell_owner(self):
        rows = [
            {
                "users": action.owner_id,
                "subject": lambda env, a=action: env._(
                    "To be done by you: %(name)s", name=a.name
                ),
                "body": lambda env, a=action: env._(
                    "Due on %(date)s.", date=a.date_due or ""
                ),
                "record": action,
                "kind": "process",
            }
            for action in self
            if action.owner_id != self.env.user
        ]
        if rows:
            self.env["school.notice"]._queue_rows(rows)

    def action_done(self):
        """Report that it is done, with the evidence; final."""
        for action in self:
            action.check_access("read")
            if not action.can_finish:
                raise AccessError(
                    self.env._("The owner or the office reports an improvement done.")
                )
            if not action.evidence:
                raise UserError(
                    self.env._(
                        "Write what was done about “%(name)s”, so that it can be "
                        "checked.",
                        name=action.name,
                    )
                )
        self._settle("done")
        return True

    def action_drop(self):
        """Drop a decision; the remark says why."""
        for action in self:
            action.check_access("read")
            if action.state != "open" or not (
                self.env.su or self.env.user.has_group(CLERK)
            ):
                raise AccessError(self.env._("The office drops an open improvement."))
            if not action.evidence:
                raise UserError(
                    self.env._(
                        "Write why “%(name)s” is not carried out.", name=action.name
                    )
                )
        self._settle("dropped")
        return True

    def _settle(self, state):
        # Superuser: fields of the server; the caller was checked.
        self.sudo().write(
            {
                "state": state,
                "done_at": fields.Datetime.now(),
                "done_by_id": self.env.uid,
            }
        )
        self._freeze()
