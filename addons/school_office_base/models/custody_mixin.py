from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolCustodyMixin(models.AbstractModel):
    """A record that stands for a physical thing which somebody holds.

    ``_custody_start()`` puts it into somebody's hands the first time; after that it
    moves by handovers only. Set ``_custody_lendable = False`` for what must never be
    lent, such as seals: it then changes its custodian, or goes out with him.
    """

    _name = "school.custody.mixin"
    _description = "Physical Thing in Custody"

    _custody_lendable = True
    _server_fields = frozenset({"custody_id"})
    # A frozen thing still changes hands.
    _frozen_exempt_fields = frozenset({"custody_id", "custody_holder_id"})

    custody_id = fields.Many2one(
        "school.custody",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
    )
    custody_holder_id = fields.Many2one(
        related="custody_id.holder_id", string="Held by", store=True, index=True
    )

    def _custody_start(self, holder, place=None):
        """Put each thing into the hands of ``holder``, who answers for it.

        Called by the office's own methods, which check their caller.
        """
        again = self.filtered(
            lambda r: r.custody_id.state in ("kept", "offered", "out")
        )
        if again:
            raise UserError(
                self.env._(
                    "%(thing)s is held by %(person)s: it moves by a handover.",
                    thing=again[0].display_name,
                    person=again[0].sudo().custody_holder_id.name,
                )
            )
        # sudo: custody has no write access for anybody
        custodies = (
            self.env["school.custody"]
            .sudo()
            .create(
                [
                    {
                        "company_id": record.company_id.id,
                        "res_model": record._name,
                        "res_id": record.id,
                        "title": record._custody_title(),
                        "custodian_id": holder.id,
                        "holder_id": holder.id,
                        "held_since": fields.Datetime.now(),
                        "place_id": place.id if place else False,
                        "is_lendable": record._custody_lendable,
                    }
                    for record in self
                ]
            )
        )
        for record, custody in zip(self.sudo(), custodies, strict=True):
            record.custody_id = custody
        return custodies.sudo(self.env.su)

    def _custody_hand_over(
        self, to_user, due=None, kind=None, reason=None, outing=None
    ):
        """Offer each thing to ``to_user``: he has it when he has accepted.

        :param kind: by default a loan if it may be lent and ``due`` is given, a return
            if ``to_user`` is the custodian, else a change of custodian
        """
        handovers = self.env["school.custody.handover"]
        for record in self:
            custody = record.custody_id
            if not custody:
                raise UserError(
                    self.env._(
                        "Nobody holds %(thing)s yet: name its custodian first.",
                        thing=record.display_name,
                    )
                )
            chosen = kind or (
                "return"
                if to_user == custody.custodian_id != custody.holder_id
                else "loan"
                if due
                else "custodian"
            )
            handovers |= custody._offer(to_user, chosen, due, reason, outing)
        return handovers

    def _custody_end(self, reason):
        """Take the thing out of custody (destroyed, archived, handed in for good)."""
        custodies = self.custody_id
        if any(custody.pending_handover_id for custody in custodies):
            raise UserError(self.env._("A handover is still open: settle it first."))
        # sudo: custody has no write access; the caller checks
        custodies.sudo().write(
            {"state": "ended", "is_out": False, "due_at": False, "end_reason": reason}
        )

    def write(self, vals):
        result = super().write(vals)
        if self._rec_name in vals:
            # sudo: custody has no write access, and its title must follow
            for record in self.sudo().filtered("custody_id"):
                record.custody_id.title = record._custody_title()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_custody(self):
        # sudo: a custody the caller may not see counts as well
        if self.sudo().custody_id:
            raise UserError(
                self.env._("Somebody holds it or held it: it stays on record.")
            )

    # Hooks, called as superuser

    def _custody_title(self):
        """Return what holders and the office see as its name."""
        self.ensure_one()
        return self.display_name

    def _custody_check_handover(self, custody, receiver, kind, outing):
        """Refuse a handover by raising.

        An outing is refused here unless the addon says it was approved: override and
        check the approval; do not call ``super()`` for an approved one.
        """
        if kind == "outing":
            raise UserError(
                self.env._(
                    "%(thing)s leaves the house only after approval.",
                    thing=custody.title,
                )
            )

    def _custody_moved(self, custody, handover):
        """Called after ``handover`` has put the thing into other hands."""
