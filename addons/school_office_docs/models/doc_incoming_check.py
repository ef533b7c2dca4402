from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Damage that still has to be followed up.
OPEN_DAMAGE = ("open", "contacted")
CHECKS = (
    "check_title",
    "check_sender",
    "check_date",
    "check_copies",
    "check_pages",
    "check_number",
    "check_secrecy",
    "check_attachments",
    "check_intact",
)


class SchoolDocIncoming(models.Model):
    """The check on receipt (验视, DOC-02) and the follow-up of damage (DOC-03)."""

    _inherit = "school.doc.incoming"

    check_title = fields.Boolean("Title agrees", copy=False)
    check_sender = fields.Boolean("Sending unit agrees", copy=False)
    check_date = fields.Boolean("Date agrees", copy=False)
    check_copies = fields.Boolean("Copies counted", copy=False)
    check_pages = fields.Boolean("Pages counted", copy=False)
    check_number = fields.Boolean("Sender's number agrees", copy=False)
    check_secrecy = fields.Boolean("Secrecy mark looked for", copy=False)
    check_attachments = fields.Boolean("Attachments complete", copy=False)
    check_intact = fields.Boolean("Condition looked at", copy=False)
    checks_open = fields.Integer(
        "Checks to Do", compute="_compute_checks_open", store=True, precompute=True
    )
    condition = fields.Selection(
        [("intact", "Intact"), ("damaged", "Damaged"), ("missing", "Parts missing")],
        default="intact",
        required=True,
        copy=False,
        tracking=True,
    )
    damage_state = fields.Selection(
        [
            ("none", "None"),
            ("open", "Sender to be contacted"),
            ("contacted", "Waiting for the replacement"),
            ("settled", "Settled"),
        ],
        "Damage Follow-up",
        compute="_compute_damage_state",
        store=True,
        precompute=True,
        copy=False,
        index=True,
    )
    damage_note = fields.Text(copy=False, help="What is damaged or missing.")
    damage_photo_ids = fields.Many2many(
        "ir.attachment",
        "school_doc_incoming_photo_rel",
        string="Photographs",
        copy=False,
        bypass_search_access=True,
    )
    contacted_at = fields.Datetime("Sender Contacted at", readonly=True, copy=False)
    contacted_by_id = fields.Many2one(
        "res.users", "Contacted by", readonly=True, copy=False
    )
    contact_note = fields.Text(
        "What the Sender Said", copy=False, help="Whom you spoke to, what was agreed."
    )
    replacement_due = fields.Date(copy=False)
    replacement_received_at = fields.Datetime(
        "Replacement Received at", readonly=True, copy=False
    )

    @api.depends(*CHECKS)
    def _compute_checks_open(self):
        for document in self:
            document.checks_open = sum(not document[check] for check in CHECKS)

    @api.depends("condition", "contacted_at", "replacement_received_at")
    def _compute_damage_state(self):
        for document in self:
            if document.condition == "intact":
                document.damage_state = "none"
            elif document.replacement_received_at:
                document.damage_state = "settled"
            elif document.contacted_at:
                document.damage_state = "contacted"
            else:
                document.damage_state = "open"

    def _check_damage_kept(self, vals):
        """Damage that is on record is not written away: it is settled, or withdrawn
        with a reason (DOC-03)."""
        if vals.get("condition") != "intact" or self.env.su:
            return
        for document in self:
            if document.condition != "intact":
                raise UserError(
                    self.env._(
                        "The damage of “%(title)s” is on record. Settle it, or use "
                        "“Not Damaged” and give the reason.",
                        title=document.display_name,
                    )
                )

    def action_undo_damage(self):
        """Ask why the note of a damage was wrong; see ``_undo_damage``."""
        self.check_access("write")
        return self._step_action("undo_damage")

    def _undo_damage(self, reason):
        """The damage was entered by mistake: the reason stays on record."""
        self.check_access("write")
        self._check_reason(reason)
        if self.filtered(lambda document: document.damage_state not in OPEN_DAMAGE):
            raise UserError(self.env._("There is no open damage to withdraw."))
        notes = {document: document.damage_note or "" for document in self}
        self.sudo().write({"condition": "intact"})
        self._append_register("undamaged", reason=reason.strip())
        for document in self:
            document._log_reason(
                self.env._("Not damaged"),
                f"{reason.strip()} ({notes[document]})" if notes[document] else reason,
            )

    def action_check_all(self):
        """Tick the whole check list: the clerk has the document in front of him."""
        self.check_access("write")
        self._check_state_in("received")
        self.write(dict.fromkeys(CHECKS, True))

    def _check_office(self):
        """The office checks and registers; whoever hands in a request does not."""
        self.check_access("write")
        if not (
            self.env.su
            or self.env.user.has_group("school_office_base.group_office_clerk")
        ):
            raise AccessError(
                self.env._("The office checks and registers what was handed in.")
            )

    def action_check(self):
        """Finish the check on receipt; refuses while a point of the list is open."""
        self._check_office()
        self._check_state_in("received")
        for document in self:
            missing = document._missing_for_registration()
            if missing:
                raise UserError(
                    self.env._(
                        "“%(title)s” cannot be passed on yet. Still missing: "
                        "%(missing)s.",
                        title=document.name,
                        missing="、".join(missing),
                    )
                )
        self.sudo().write(
            {
                "state": "checked",
                "checked_at": fields.Datetime.now(),
                "checked_by_id": self.env.uid,
            }
        )
        return True

    def action_sender_contacted(self):
        """Note that the sender was told of the damage (DOC-03)."""
        self.check_access("write")
        for document in self:
            if document.damage_state != "open":
                raise UserError(
                    self.env._(
                        "“%(title)s” has no damage that waits for a call.",
                        title=document.name,
                    )
                )
            if not document.contact_note:
                raise UserError(
                    self.env._(
                        "Write down whom you spoke to and what was agreed before you "
                        "note that the sender was contacted."
                    )
                )
        self.sudo().write(
            {
                "contacted_at": fields.Datetime.now(),
                "contacted_by_id": self.env.uid,
            }
        )
        self._append_register("sender_contacted")

    def action_replacement_received(self):
        """The replacement came: the follow-up of the damage is settled."""
        self.check_access("write")
        for document in self:
            if document.damage_state not in ("open", "contacted"):
                raise UserError(
                    self.env._(
                        "“%(title)s” waits for no replacement.", title=document.name
                    )
                )
        self.sudo().write({"replacement_received_at": fields.Datetime.now()})
        self._append_register("replaced")

    def _missing_for_registration(self):
        """Names of what keeps this document from being registered."""
        self.ensure_one()
        missing = [
            self._fields[check]._description_string(self.env)
            for check in CHECKS
            if not self[check]
        ]
        if self.kind == "request":
            if not self.sender_department_id:
                missing.append(self.env._("the requesting department"))
        elif not self.sender_id:
            missing.append(self.env._("the sending unit"))
        if self.condition != "intact" and not (self.damage_note or "").strip():
            missing.append(self.env._("what is damaged or missing"))
        return missing

    def _check_state_in(self, *states):
        """Refuse a step taken too early or too late, in a sentence."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for document in self:
            if document.state not in states:
                raise UserError(
                    self.env._(
                        "“%(document)s” is “%(state)s”; this step is for documents "
                        "that are “%(expected)s”.",
                        document=document.display_name,
                        state=labels[document.state],
                        expected="、".join(labels[state] for state in states),
                    )
                )
