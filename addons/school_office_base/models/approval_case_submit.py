from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.approval_people import Finder
from ..tools.canonical import sha256_hex

CURRENT = ("running", "returned", "approved")


class SchoolApprovalCase(models.Model):
    """Submitting records, for the first time and again after a return."""

    _inherit = "school.approval.case"

    @api.model
    def _submit(self, records, purpose, choices):
        """Submit records of one model; called by the mixin only."""
        Case = self.sudo()
        records = records.sudo()
        records._approval_read_school()
        if len(records.company_id) > 1:
            return Case.concat(
                *(
                    Case._submit(
                        records.filtered(lambda r, c=company: r.company_id == c),
                        purpose,
                        choices,
                    )
                    for company in records.company_id
                )
            ).with_env(self.env)
        current = Case.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("purpose", "=", purpose),
                ("state", "in", CURRENT),
            ]
        )
        blocked = current.filtered(lambda case: case.state != "returned")
        if blocked:
            raise UserError(
                self.env._(
                    "“%(record)s” is already submitted: %(state)s.",
                    record=blocked[0].name,
                    state=blocked[0]._label("state"),
                )
            )
        current._lock()
        again = {case.res_id for case in current}
        fresh = records.filtered(lambda record: record.id not in again)
        finder = Finder(self.env)
        with Case._journal(locked=True) as journal:
            cases = Case._open_cases(fresh, purpose, choices, finder)
            for case in current:
                case._open_next_round(choices)
            opinions = (
                self.env["school.approval.opinion"]
                .sudo()
                ._add_facts(
                    [case._opinion_vals("submit") for case in cases]
                    + [case._opinion_vals("resubmit") for case in current]
                )
            )
            journal.note(opinions)
            every = cases | current
            every._advance({case: case._first_node() for case in every}, finder)
        return every.with_env(self.env)

    def _open_cases(self, records, purpose, choices, finder):
        if not records:
            return self
        versions = self.env["school.approval.flow"]._choose(records, purpose)
        missing = records.filtered(lambda record: record not in versions)
        if missing:
            raise UserError(
                self.env._(
                    "No approval flow of %(school)s fits “%(record)s” (%(purpose)s). "
                    "The "
                    "school administrator can make one under Configuration, Approvals.",
                    school=records.company_id.name,
                    record=missing[0].display_name,
                    purpose=dict(records._get_approval_purposes())[purpose],
                )
            )
        contents = records._approval_content()
        now = fields.Datetime.now()
        vals_list = []
        for record in records:
            version = versions[record]
            plan = self._plan(record, version, choices, finder)
            problems = [step["problem"] for step in plan if step["problem"]]
            if problems:
                raise UserError("\n".join(problems))
            barred = self._barred(record)
            nodes = self._nodes_of(version)
            first = nodes.filtered(lambda n, r=record: self._applies(r, n))[:1]
            vals_list.append(
                {
                    "node_id": first.id,
                    "name": record.display_name,
                    "company_id": record.company_id.id,
                    "flow_id": version.flow_id.id,
                    "version_id": version.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "purpose": purpose,
                    "applicant_id": record._approval_applicant().id,
                    "author_id": record.create_uid.id,
                    "barred_ids": [fields.Command.set(barred.ids)],
                    "content_hash": sha256_hex(contents[record.id]),
                    "content": contents[record.id],
                    "facts": [list(fact) for fact in record._approval_facts()],
                    "choices": {key: list(ids) for key, ids in choices.items()},
                    "amount": self._amount(record),
                    "is_restricted": record._approval_is_restricted(),
                    "submitted_at": now,
                }
            )
        cases = self.create(vals_list)
        for record, case in zip(records, cases, strict=True):
            record.approval_case_id = case
        return cases

    @api.model
    def _amount(self, record):
        name = record._approval_amount_field
        return record[name] if name else 0.0

    @api.model
    def _barred(self, record):
        """Applicant, author and beneficiaries: none of them decides."""
        return (
            record._approval_applicant()
            | record.create_uid
            | record._approval_beneficiaries()
        ).sudo()

    def _now_barred(self, record):
        """Whom the case bars now: as submitted, and whoever benefits since."""
        # By id: who has left is barred as well, and need not be read for that.
        barred = self.env["res.users"].browse(
            self.with_context(active_test=False).barred_ids._ids
        )
        barred |= self.applicant_id | self.author_id
        return barred | record._approval_beneficiaries().sudo() if record else barred

    def _open_next_round(self, choices):
        """Submit a returned case again, as it is now."""
        self.ensure_one()
        record = self._record()
        if self.env.user not in (self.applicant_id | self.author_id) and not (
            record.with_user(self.env.user).has_access("write")
        ):
            raise AccessError(
                self.env._(
                    "Only the applicant can submit “%(case)s” again.", case=self.name
                )
            )
        content = record._approval_content()[record.id]
        digest = sha256_hex(content)
        values = {
            "state": "running",
            "round": self.round + 1,
            "stuck_reason": False,
            "facts": [list(fact) for fact in record._approval_facts()],
            "amount": self._amount(record),
            "barred_ids": [
                fields.Command.set((self.barred_ids | self._barred(record)).ids)
            ],
            "move_count": self.move_count + 1,
        }
        if choices:
            values["choices"] = {
                **(self.choices or {}),
                **{key: list(ids) for key, ids in choices.items()},
            }
        if digest != self.content_hash:
            values["content_hash"] = digest
            values["content"] = content
            skipped = self._nodes().filtered(
                lambda node: node.sequence < self.resume_node_id.sequence
            )
            if self.resume_node_id and any(skipped.mapped("four_eyes")):
                # Two pairs of eyes saw another content: they must see this one.
                values.update(resume_node_id=False, resume_user_id=False)
        self.write(values)
        record.approval_case_id = self
