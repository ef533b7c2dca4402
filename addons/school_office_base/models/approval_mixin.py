from contextlib import contextmanager, nullcontext

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.canonical import canonical_json, sha256_hex
from ..tools.locking import fetch_where
from .record import STEP_FIELDS

BINDING = ("running", "approved")


class SchoolApprovalMixin(models.AbstractModel):
    """Makes records of a model subject to approval.

    A model says *what* is approved (``_approval_purposes``), *what depends on it*
    (``_approval_gates``) and *what may not change unnoticed*
    (``_approval_protected_fields``); the school says *who decides* in its flows.

    ``_approval_gates = {"instruction": {"state": {"instructed", "finished"}}}`` means:
    no record gets one of these values, on any path and also in superuser mode, without
    an approved case of that purpose for its present content. The gate stands in
    ``create`` and ``write``; a gated field must be a plain stored one.

    While a case runs, protected fields and files are fixed: the applicant withdraws
    first, or the approver returns the case. After approval, a change voids the case in
    the same transaction; once a gate has been passed, it is refused.

    ``_approval_protected_fields`` may contain paths over a one2many
    (``"line_ids.quantity"``); the model of the lines then inherits
    ``school.approval.line.mixin``.
    """

    _name = "school.approval.mixin"
    _description = "Record That Needs Approval"

    # key: label; a label is translated when it is given by LazyTranslate
    _approval_purposes = {}
    _approval_gates = {}
    _approval_protected_fields = frozenset()
    _approval_amount_field = None

    approval_case_id = fields.Many2one(
        "school.approval.case",
        "Approval",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    approval_state = fields.Selection(
        related="approval_case_id.state",
        # Of the state itself the case tells, see its ``_show_state``.
        depends=["approval_case_id"],
        string="Approval Status",
        store=True,
        index=True,
        copy=False,
        compute_sudo=True,
    )
    approval_trace = fields.Json(
        compute="_compute_approval_trace",
        compute_sudo=True,
        help="All cases of the record, with their steps: done, current and coming.",
    )
    approval_my_turn = fields.Boolean(
        "Waiting for Me",
        compute="_compute_approval_my_turn",
        search="_search_approval_my_turn",
    )
    approval_concerns_me = fields.Boolean(
        compute="_compute_approval_concerns_me",
        search="_search_approval_concerns_me",
        help="The current user decides, decided or is told about a case of the record. "
        "For record rules of the models that need approval.",
    )

    # what a model says about its approvals

    @api.model
    def _get_approval_purposes(self):
        """Return (key, label) of what is approved on this model."""
        return [
            (key, label if isinstance(label, str) else self.env._(label))
            for key, label in self._approval_purposes.items()
        ]

    def _approval_dialog(self, task):
        """Return the action in which ``task`` is approved, None for the usual dialog.

        For records that ask the approver for more than his opinion; the dialog ends
        with ``task.action_approve(opinion)``.
        """
        return None

    def _approval_department(self):
        """The department whose head or supervising leader a step may ask."""
        self.ensure_one()
        return (
            self["department_id"]
            if "department_id" in self._fields
            else self.env["hr.department"]
        )

    def _approval_applicant(self):
        """Who asks; never decides on the case."""
        self.ensure_one()
        return self.env.user

    def _approval_beneficiaries(self):
        """Users barred from deciding besides applicant and author."""
        self.ensure_one()
        return self.env["res.users"]

    def _approval_facts(self):
        """(label, value) pairs an approver needs to decide, kept as they were."""
        self.ensure_one()
        return []

    def _approval_is_restricted(self):
        """Whether only people concerned may see the case (secrecy, complaints)."""
        self.ensure_one()
        return bool("is_marked" in self._fields and self["is_marked"])

    def _approval_check_submit(self, purpose):
        """Raise if a record is not ready to be submitted, whoever asks for it."""

    # hooks, called in superuser mode inside the transaction of the decision

    def _approval_node_done(self, case, node, opinion):
        """A step was passed; ``node.key`` says which."""

    def _approval_granted(self, case):
        """The last step was passed."""

    def _approval_granted_batch(self, cases):
        """The last step was passed for several records, ``{record: case}``.

        Override where many are approved at once, so that they are written together.
        """
        for record in self:
            record._approval_granted(cases[record])

    def _approval_refused(self, case):
        """Somebody refused."""

    def _approval_returned(self, case, opinion):
        """The case came back to the applicant."""

    def _approval_withdrawn(self, case):
        """The applicant withdrew the case."""

    def _approval_voided(self, case):
        """The approval no longer counts."""

    # content

    def _approval_content(self):
        """Return ``{id: canonical text}`` of what is approved, for all of ``self``."""
        contents = {}
        files = self._approval_file_fingerprints()
        paths = {}
        for path in sorted(self._approval_protected_fields):
            name, _sep, rest = path.partition(".")
            paths.setdefault(name, []).append(rest)
        for record in self:
            values = {}
            for name, rests in paths.items():
                if rests == [""]:
                    values[name] = self._approval_canonical(record, name)
                else:
                    values[name] = [
                        [
                            line.id,
                            *(self._approval_canonical(line, sub) for sub in rests),
                        ]
                        for line in record[name].sorted("id")
                    ]
            contents[record.id] = canonical_json(
                {
                    "model": record._name,
                    "id": record.id,
                    "fields": values,
                    "files": files.get(record.id, []),
                }
            )
        return contents

    @api.model
    def _approval_canonical(self, record, name):
        field, value = record._fields[name], record[name]
        if field.relational:
            return sorted(value.ids)
        if field.type in ("date", "datetime"):
            return value or None
        if field.type == "binary":
            return sha256_hex(value) if value else None
        if field.type in ("float", "monetary"):
            return f"{value or 0:.6f}"
        if field.type in ("boolean", "integer"):
            return value
        return str(value) if value else None

    def _approval_file_fingerprints(self):
        """Return ``{id: canonical list of files}``, with one query for all."""
        Attachment = self.env["ir.attachment"].sudo()
        # To which record a file belongs may be changed, so that is flushed.
        Attachment.flush_model(["res_model", "res_id", "res_field"])
        attachments, _rows = fetch_where(
            Attachment,
            SQL(
                "res_model = %s AND res_id IN %s AND COALESCE(res_field, '') = ''",
                self._name,
                tuple(self.ids) or (0,),
            ),
            ["res_id", "name", "file_size", "type", "url", "res_model"],
            order="id",
        )
        files = {}
        for attachment, row in attachments._approval_fingerprints().items():
            files.setdefault(attachment.res_id, []).append(row)
        return {res_id: sorted(rows) for res_id, rows in files.items()}

    def _approval_hashes(self):
        return {
            record_id: sha256_hex(content)
            for record_id, content in self._approval_content().items()
        }

    @contextmanager
    def _approval_content_guard(self):
        """Run a change of content; void or refuse where a case depends on it.

        The change itself runs in a savepoint, so that a caller who swallows the refusal
        does not keep the change.
        """
        cases = self._approval_binding_cases()
        if not cases:
            yield
            return
        with self.env.cr.savepoint():
            yield
            self.env.flush_all()
            cases._check_content_changed(self)

    def _approval_binding_cases(self):
        ids = [record_id for record_id in self._ids if isinstance(record_id, int)]
        if not ids:
            return self.env["school.approval.case"].sudo()
        return (
            self.env["school.approval.case"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", ids),
                    ("state", "in", BINDING),
                ]
            )
        )

    # gates

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("approval_case_id") for vals in vals_list):
            self._approval_raise_forged()
        # Named here, so that no default_ key of the context can name it.
        records = super().create(
            [{**vals, "approval_case_id": False} for vals in vals_list]
        )
        for purpose, gates in self._approval_gates.items():
            for name, values in gates.items():
                passed = records.filtered(lambda r, n=name, v=values: r[n] in v)
                if passed:
                    passed._approval_raise_gate(purpose)
        return records

    def write(self, vals):
        self._approval_check_case_vals(vals)
        for purpose, records in self._approval_gated_by(vals).items():
            records._approval_check_gate(purpose)
        protected = {path.partition(".")[0] for path in self._approval_protected_fields}
        guard = (
            nullcontext()
            if protected.isdisjoint(vals)
            else self._approval_content_guard()
        )
        with guard:
            result = super().write(vals)
        if "secrecy_level_id" in vals:
            self._approval_follow_secrecy()
        return result

    def _approval_cases(self, *conditions):
        """Return the cases of these records that meet the conditions (superuser)."""
        return (
            self.env["school.approval.case"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    *conditions,
                ]
            )
        )

    def _approval_cases_under_way(self):
        """Return the cases in which somebody still has to do something (superuser)."""
        return self._approval_cases(("state", "in", ("running", "returned")))

    def _approval_follow_secrecy(self):
        """Cases of a record that was marked later: for people concerned only."""
        for case in self._approval_cases(("is_restricted", "=", False)):
            record = self.browse(case.res_id).sudo()
            if record._approval_is_restricted():
                hidden = {"is_restricted": True, "name": record.display_name}
                case.write(hidden)
                case.task_ids.write(hidden)

    def _approval_check_case_vals(self, vals):
        """The link to the case is the engine's: one record, one case, its own."""
        if "approval_case_id" not in vals:
            return
        case = self.env["school.approval.case"].sudo().browse(vals["approval_case_id"])
        if (
            not self.env.su
            or not case
            or case.res_model != self._name
            or any(case.res_id != record.id for record in self)
        ):
            self._approval_raise_forged()

    def _approval_raise_forged(self):
        raise AccessError(
            self.env._("An approval is set by its own steps, never by hand.")
        )

    def _approval_gated_by(self, vals):
        """Return ``{purpose: records}`` that would pass a gate by writing ``vals``."""
        gated = {}
        for purpose, gates in self._approval_gates.items():
            for name, values in gates.items():
                if name in vals and vals[name] in values:
                    records = self.filtered(lambda r, n=name: r[n] != vals[n])
                    if records:
                        gated[purpose] = gated.get(purpose, self.browse()) | records
        return gated

    def _approval_gate_passed(self, purpose):
        """Whether the record has got a value that needed the approval."""
        self.ensure_one()
        gates = self._approval_gates.get(purpose, {})
        return any(self[name] in values for name, values in gates.items())

    def _approval_check_gate(self, purpose):
        """Refuse records without an approved case for their present content."""
        by_id = {}
        for record in self.sudo():
            case = record.approval_case_id
            if case.purpose == purpose and case.state == "approved":
                by_id[record.id] = case
        if len(by_id) < len(self):
            # The record shows the case submitted last, which may have another purpose.
            cases = self._approval_cases(
                ("purpose", "=", purpose), ("state", "=", "approved")
            )
            by_id.update((case.res_id, case) for case in cases)
        missing = self.filtered(lambda record: record.id not in by_id)
        if missing:
            missing._approval_raise_gate(purpose)
        entering = self.filtered(
            lambda record: not record._approval_gate_passed(purpose)
        )
        for record_id, digest in entering.sudo()._approval_hashes().items():
            if by_id[record_id].content_hash != digest:
                raise UserError(
                    self.env._(
                        "“%(record)s” is no longer what was approved. Submit it again.",
                        record=self.browse(record_id).display_name,
                    )
                )

    def _approval_raise_gate(self, purpose):
        raise UserError(
            self.env._(
                "“%(record)s” needs an approval first: %(purpose)s.",
                record=self[0].sudo().display_name,
                purpose=dict(self._get_approval_purposes())[purpose],
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        submitted = (
            self.env["school.approval.case"]
            .sudo()
            .search_count(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)], limit=1
            )
        )
        if submitted:
            raise UserError(
                self.env._("What has been submitted for approval stays on record.")
            )

    # asking

    def _approval_submit(self, purpose, choices=None):
        """Submit the records; return their cases.

        :param choices: ``{step key: user ids}`` for steps whose people the applicant
            chooses.
        """
        self.check_access("write")
        if purpose not in self._approval_purposes:
            raise ValueError(f"{self._name} knows no approval {purpose!r}")
        self._approval_check_submit(purpose)
        return self.env["school.approval.case"]._submit(self, purpose, choices or {})

    def _approval_read_school(self):
        """Read the records with what each step asks of their school, in one query."""
        unread = self.browse(self._fields["company_id"]._cache_missing_ids(self))
        if unread:
            fetch_where(
                unread,
                SQL("%s IN %s", SQL.identifier(self._table, "id"), tuple(unread.ids)),
                along={"company_id": STEP_FIELDS},
            )

    def _approval_preview(self, purpose):
        """Who will sign this? One dict per record; nothing is stored."""
        self.check_access("read")
        return self.env["school.approval.case"]._preview(self, purpose)

    def action_approval_preview(self, purpose=None):
        """Open "Who will sign this?" for the record."""
        self.ensure_one()
        self.check_access("read")
        return self._approval_open_submit(purpose, preview=True)

    def action_approval_submit(self, purpose=None):
        """Submit; ask first where the applicant has to choose who decides."""
        self.check_access("write")
        purpose = purpose or next(iter(self._approval_purposes))
        if len(self) == 1 and any(
            step["choose"] for step in self._approval_preview(purpose)[0]["steps"]
        ):
            return self._approval_open_submit(purpose, preview=False)
        self._approval_submit(purpose)
        return True

    def _approval_open_submit(self, purpose, preview):
        purpose = purpose or next(iter(self._approval_purposes))
        wizard = self.env["school.approval.submit"]._open_for(self, purpose, preview)
        return self._form_of(
            wizard, name=self.env._("Who will sign this?"), target="new"
        )

    # what is shown

    @api.depends_context("uid", "lang", "allowed_company_ids")
    @api.depends("approval_case_id", "approval_state")
    def _compute_approval_trace(self):
        traces = self.env["school.approval.case"]._traces(self)
        for record in self:
            record.approval_trace = traces.get(record.id, {"cases": []})

    @api.depends_context("uid")
    def _compute_approval_my_turn(self):
        tasks = self.env["school.approval.task"]._my_open_tasks(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        mine = set(tasks.mapped("res_id"))
        for record in self:
            record.approval_my_turn = record.id in mine

    def _search_approval_my_turn(self, operator, value):
        if operator != "in":
            return NotImplemented
        tasks = self.env["school.approval.task"]._my_open_tasks(
            [("res_model", "=", self._name)]
        )
        return Domain("id", "in", tasks.mapped("res_id"))

    @api.depends_context("uid")
    def _compute_approval_concerns_me(self):
        cases = (
            self.env["school.approval.case"]
            .sudo()
            .search(
                Domain("res_model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & self.env["school.approval.case"]._concerns_me_domain()
            )
        )
        mine = set(cases.mapped("res_id"))
        for record in self:
            record.approval_concerns_me = record.id in mine

    def _search_approval_concerns_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        Case = self.env["school.approval.case"].sudo()
        cases = Case._search(
            Domain("res_model", "=", self._name) & Case._concerns_me_domain()
        )
        return Domain("id", "in", cases.subselect("res_id"))
