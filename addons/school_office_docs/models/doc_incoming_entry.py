from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .doc_incoming import TITLE_LIMIT

# What has been decided by then, and is not the office's to rewrite.
_INSTRUCTED = frozenset({"proposed_opinion", "handling", "handling_deadline"})
_DISTRIBUTED = _INSTRUCTED | {"responsible_department_id"}
DECIDED = {
    "proposed": frozenset({"proposed_opinion"}),
    "instructed": _INSTRUCTED,
    "distributed": _DISTRIBUTED,
    "in_hand": _DISTRIBUTED,
    "finished": _DISTRIBUTED | {"result"},
}


class SchoolDocIncoming(models.Model):
    """What may be entered and, once decided, not rewritten (DOC-04, 06, 07, 15)."""

    _inherit = "school.doc.incoming"

    @api.constrains("name")
    def _check_name(self):
        for document in self:
            if len(document.name or "") > TITLE_LIMIT:
                raise ValidationError(
                    self.env._(
                        "The title has %(length)s characters; the register takes "
                        "%(limit)s. Put the rest into the remark.",
                        length=len(document.name),
                        limit=TITLE_LIMIT,
                    )
                )

    @api.constrains("received_at", "document_date", "handling_deadline")
    def _check_dates(self):
        now = fields.Datetime.now()
        for document in self:
            received = document.company_id._school_date(document.received_at)
            if document.received_at > now + timedelta(hours=1):
                raise ValidationError(
                    self.env._("A document cannot be received in the future.")
                )
            if document.document_date and document.document_date > received:
                raise ValidationError(
                    self.env._(
                        "The document is dated %(dated)s, after it was received on "
                        "%(received)s. Correct one of the two dates.",
                        dated=document.document_date,
                        received=received,
                    )
                )
            if document.handling_deadline and document.handling_deadline < received:
                raise ValidationError(
                    self.env._(
                        "The handling deadline %(deadline)s lies before the receipt "
                        "date %(received)s.",
                        deadline=document.handling_deadline,
                        received=received,
                    )
                )

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind == "request":
            self.channel = "hand"
            self.sender_id = False
            if not self.sender_department_id:
                self.sender_department_id = self.env.user.employee_id.department_id
        else:
            self.sender_department_id = False

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name"):
                # Blanks alone stay what they are, for the kernel to refuse.
                vals["name"] = " ".join(vals["name"].split()) or vals["name"]
        documents = super().create(vals_list)
        documents._append_secret_log("received")
        return documents

    def write(self, vals):
        if vals.get("name"):
            vals = {**vals, "name": " ".join(vals["name"].split()) or vals["name"]}
        if "reader_ids" in vals and not self.env.su:
            self._check_readers_open()
        if not self.env.su:
            self._check_not_decided(vals)
            self._check_damage_kept(vals)
        corrected = self._register_fields_changed(vals)
        res = super().write(vals)
        corrected._append_register("corrected")
        return res

    def _check_not_decided(self, vals):
        """What the director proposed and the leader decided is not rewritten by the
        office (DOC-06, 07); a later deadline is asked for (DOC-15)."""
        for document in self:
            fixed = DECIDED.get(document.state, ())
            for name in fixed & vals.keys() if fixed else ():
                field = self._fields[name]
                old = field.convert_to_write(document[name], document)
                new = field.convert_to_cache(vals[name], document, validate=False)
                new = field.convert_to_write(
                    field.convert_to_record(new, document), document
                )
                if (old or False) != (new or False):
                    raise UserError(
                        self.env._(
                            "“%(document)s”: %(field)s has been decided and stays. Ask "
                            "for a later deadline, or have the document returned.",
                            document=document.display_name,
                            field=field._description_string(self.env),
                        )
                    )

    def _check_readers_open(self):
        """The leader's instruction covers the readers named before it; then it takes a
        circulation, whose list the supervising leader approves (DOC-13)."""
        for document in self:
            if document.is_registered and document.submitted_at:
                raise UserError(
                    self.env._(
                        "The readers of “%(document)s” have been submitted. Start a "
                        "circulation to have more of them approved.",
                        document=document.display_name,
                    )
                )
