from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

INSTRUCTION = "instruction"
AFTER_INSTRUCTION = frozenset(
    {"instructed", "distributed", "in_hand", "finished", "to_file"}
)


class SchoolDocIncoming(models.Model):
    """Proposal (拟办) and instruction (批办) as the nodes of one approval.

    The approval engine decides who is asked and keeps the opinions; this class only
    says what a decision means for the document.
    """

    _inherit = "school.doc.incoming"

    _approval_purposes = {INSTRUCTION: _lt("Instruction of an incoming document")}
    _approval_gates = {INSTRUCTION: {"state": AFTER_INSTRUCTION}}
    _approval_protected_fields = frozenset(
        {
            "name",
            "kind",
            "sender_id",
            "sender_department_id",
            "sender_number",
            "document_date",
            "secrecy_level_id",
            "copies",
            "pages",
            "file_ids",
        }
    )

    my_step = fields.Char(
        compute="_compute_my_step",
        help="Key of the approval node that waits for the current user.",
    )
    reviewer_ids = fields.Many2many(
        "res.users",
        string="Reviewers",
        compute="_compute_reviewer_ids",
        help="Office director or supervising leader: either may review an important "
        "document before it is distributed (DOC-08).",
    )

    @api.depends_context("uid")
    @api.depends("approval_case_id", "approval_state")
    def _compute_my_step(self):
        tasks = self._my_open_tasks()
        for document in self:
            task = tasks.get(document)
            document.my_step = task.node_id.key if task else False

    @api.depends("responsible_department_id", "department_id", "company_id")
    def _compute_reviewer_ids(self):
        Post = self.env["school.post"]
        directors = {
            company: Post._find(company, "director")._users()
            for company in self.company_id
        }
        nobody = self.env["res.users"]
        departments = {d: d._approval_department() for d in self}
        supervisors = (
            self.env["hr.department"].union(*departments.values())._supervisors()
        )
        for document in self:
            document.reviewer_ids = directors.get(
                document.company_id, nobody
            ) | supervisors.get(departments[document], nobody)

    def _approval_department(self):
        """The department whose supervising leader instructs."""
        self.ensure_one()
        return self.responsible_department_id or self.department_id

    def _approval_file_fingerprints(self):
        """Only the document's own files are approved; notes and photos may follow."""
        documents = self.sudo()
        prints = documents.file_ids._approval_fingerprints()
        return {
            document.id: sorted(prints[file] for file in document.file_ids)
            for document in documents
            if document.file_ids
        }

    def _approval_check_submit(self, purpose):  # pylint: disable=missing-return
        super()._approval_check_submit(purpose)
        if purpose == INSTRUCTION:
            self._check_state_in("registered")

    def action_submit(self):
        """Send registered documents to the leader, straight after registration."""
        self.check_access("write")
        self._check_state_in("registered")
        self._approval_submit(INSTRUCTION)
        self.sudo().write({"submitted_at": fields.Datetime.now()})
        return True

    def action_decide(self):
        """Open the dialog of the leader: opinion, department, deadline."""
        self.ensure_one()
        self.check_access("read")
        self._my_task()
        return self._dialog(
            "school.doc.decide",
            self.env._("Propose")
            if self.my_step == "propose"
            else self.env._("Instruct"),
            document_id=self.id,
        )

    def _approval_dialog(self, task):
        if task.case_id.purpose != INSTRUCTION:
            return super()._approval_dialog(task)
        return self.action_decide()

    def _decide(self, vals, opinion):
        """The approver's decision: department and deadline first, then his approval.

        He has no right to write documents. What he may write here, and that the open
        task is his own, is checked by the approval engine when it takes the decision in
        the same transaction.
        """
        self.ensure_one()
        task = self._my_task()
        allowed = {
            "handling",
            "responsible_department_id",
            "co_department_ids",
            "handling_deadline",
        }
        self.sudo().write({key: vals[key] for key in allowed & vals.keys()})
        task.action_approve(opinion)

    def _decide_return(self, opinion):
        self.ensure_one()
        self._my_task().action_return(opinion)

    def _my_task(self):
        """The current user's open task on this document, or a sentence."""
        self.ensure_one()
        task = self._my_open_tasks().get(self)
        if not task:
            raise UserError(
                self.env._(
                    "“%(document)s” does not wait for your decision.",
                    document=self.display_name,
                )
            )
        return task

    def _approval_facts(self):
        """What a leader needs to decide from his inbox without opening the document."""
        self.ensure_one()
        selection = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("kind", "urgency", "handling")
        }
        facts = [
            (self.env._("Sent by"), self.sender_name or ""),
            (self.env._("Sender's Number"), self.sender_number or ""),
            (self.env._("Kind"), selection["kind"][self.kind]),
            (self.env._("Urgency"), selection["urgency"][self.urgency]),
            (self.env._("Category"), self.category_id.name or ""),
            (self.env._("Proposed Opinion"), self.proposed_opinion or ""),
            (
                self.env._("Responsible Department"),
                self.responsible_department_id.name or "",
            ),
            (self.env._("Handling Deadline"), str(self.handling_deadline or "")),
        ]
        return [(label, value) for label, value in facts if value]

    def _approval_node_done(self, case, node, opinion):
        """Enter the proposal or the instruction into the document's own fields."""
        super()._approval_node_done(case, node, opinion)
        if case.purpose != INSTRUCTION:
            return
        text = (opinion.text or "").strip()
        if node.key == "propose":
            self.sudo().write(
                {
                    "proposed_opinion": self._kept_text(text) or self.proposed_opinion,
                    "proposed_by_id": opinion.user_id.id,
                    "proposed_at": opinion.at,
                    "state": "proposed",
                }
            )
            self._append_register("proposed")
        elif node.key == "instruct":
            self._check_ready_to_instruct()
            self.sudo().write(
                {
                    "instruction": self._kept_text(text or self.env._("Agreed.")),
                    "instructed_by_id": opinion.user_id.id,
                    "instructed_at": opinion.at,
                }
            )

    def _kept_text(self, text):
        """The text as the document may hold it: a stub of a state secret holds none."""
        return False if self.is_state_secret else text

    def _check_ready_to_instruct(self):
        """The instruction decides the responsible department (DOC-07)."""
        for document in self:
            if document.handling == "action" and not document.responsible_department_id:
                raise UserError(
                    self.env._(
                        "“%(document)s” has no responsible department yet. Open it "
                        "and choose one with your instruction.",
                        document=document.display_name,
                    )
                )

    def _approval_granted(self, case):
        super()._approval_granted(case)
        if case.purpose != INSTRUCTION:
            return
        for document in self.sudo():
            vals = {"state": "instructed"}
            if not document.handling_deadline and document.handling == "action":
                vals["handling_deadline"] = document._default_deadline()
            if not document.instructed_at:
                vals["instructed_at"] = fields.Datetime.now()
            document.write(vals)
        self._append_register("instructed")
        self._append_secret_log("instructed")

    def _approval_refused(self, case):
        result = super()._approval_refused(case)
        self._back_to_clerk(case)
        return result

    def _approval_returned(self, case, opinion):
        result = super()._approval_returned(case, opinion)
        self._back_to_clerk(case)
        return result

    def _approval_withdrawn(self, case):
        result = super()._approval_withdrawn(case)
        self._back_to_clerk(case)
        return result

    def _approval_voided(self, case):
        result = super()._approval_voided(case)
        self._back_to_clerk(case)
        return result

    def _back_to_clerk(self, case):
        """The clerk corrects the document and sends it again; nothing is lost."""
        if case.purpose != INSTRUCTION:
            return
        back = self.filtered(
            lambda d: d.state in ("registered", "proposed", "instructed")
        )
        back.sudo().write(
            {
                "state": "registered",
                "submitted_at": False,
                "proposed_at": False,
                "instructed_at": False,
            }
        )
        back._append_register("sent_back")

    def _default_deadline(self):
        """Handling deadline of a document that names none (DOC-15), as a day."""
        self.ensure_one()
        company = self.company_id.sudo()
        days = self.category_id.handling_days or company.school_doc_handling_days
        deadline = company._worktime().add(fields.Datetime.now(), days, "working_day")
        return company._school_date(deadline)

    def _withdraw_approvals(self, reason):
        """Running decisions end when a document goes back to its sender or is void.

        Whoever of the office may return or void it ends what a colleague submitted.
        """
        self._approval_cases_under_way()._end(reason)
        self._drop_extensions(reason)

    def _drop_extensions(self, reason):
        """Nobody decides any more on a later deadline of work that has ended: it
        would make late work timely."""
        asked = self.sudo().extension_ids.filtered(lambda e: e.state == "asked")
        asked._approval_cases_under_way()._end(reason)

    def _my_open_tasks(self):
        """Return {document: the current user's open approval task}."""
        tasks = self.env["school.approval.task"]._my_open_tasks(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        by_id = {task.res_id: task for task in tasks.with_env(self.env)}
        return {
            document: by_id[document.id] for document in self if document.id in by_id
        }
