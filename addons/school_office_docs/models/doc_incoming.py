from odoo import api, fields, models

OPEN_STATES = (
    "received",
    "checked",
    "registered",
    "proposed",
    "instructed",
    "distributed",
    "in_hand",
)
BEFORE_REGISTRATION = ("received", "checked")
TITLE_LIMIT = 300


class SchoolDocIncoming(models.Model):
    """A document that came in (收文), from the letter box to the archive.

    It goes the way of the regulation on official documents of 2012 (签收、登记、初审、
    承办、传阅、催办、答复), cut into states a clerk recognises::

        received -> checked -> registered -> proposed -> instructed
                 -> distributed -> in_hand -> finished -> to_file
        and, with a reason, returned (to the sender) or void

    Urgent ones come first in every list (BASE-15, DOC-11). Only ``action_*`` methods
    change the state. The class is split by step over the
    files ``doc_incoming_*.py``; this one holds the register fields of DOC-04.
    """

    _name = "school.doc.incoming"
    _description = "Incoming Document"
    _inherit = [
        "school.clock.mixin",
        "school.record",
        "school.number.mixin",
        "school.approval.mixin",
        "school.receipt.mixin",
        "school.frozen.mixin",
        "school.secrecy.mixin",
        "school.search.mixin",
        "school.tag.mixin",
        "school.mail.intake.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "urgency desc, received_at desc, id desc"
    _rec_names_search = ["number", "receipt_number", "name", "sender_number"]
    _mail_post_access = "read"

    _draft_states = ("received",)
    _secrecy_body_fields = (
        "note",
        "proposed_opinion",
        "instruction",
        "result",
        "reply",
        "file_ids",
    )
    _number_kind = "doc.incoming"
    _search_fields_text = (
        "name",
        "number",
        "receipt_number",
        "sender_name",
        "sender_number",
        "proposed_opinion",
        "instruction",
        "result",
        "note",
    )
    # Somebody may still sign for a copy of what is filed.
    _frozen_exempt_fields = frozenset({"receipt_total", "receipt_done", "receipt_open"})
    _server_fields = frozenset(
        {
            "state",
            "receipt_number",
            "received_by_id",
            "checked_at",
            "checked_by_id",
            "registered_at",
            "registered_by_id",
            "submitted_at",
            "proposed_at",
            "proposed_by_id",
            "instruction",
            "instructed_at",
            "instructed_by_id",
            "distributed_at",
            "distributed_by_id",
            "signer_id",
            "signed_at",
            "handler_id",
            "in_hand_at",
            "finished_at",
            "finished_by_id",
            "filed_at",
            "filed_by_id",
            "closed_reason",
            "closed_by_id",
            "closed_at",
            "chase_count",
            "last_chased_at",
            "first_deadline",
            "reader_department_ids",
            "reader_user_ids",
            "email_message_id",
            "email_from",
            "contacted_at",
            "contacted_by_id",
            "replacement_received_at",
            "damage_state",
            "replied_at",
            "replied_by_id",
            "is_late",
        }
    )

    # what the register holds
    name = fields.Char("Title", required=True, tracking=True)
    state = fields.Selection(
        [
            ("received", "Received"),
            ("checked", "Checked"),
            ("registered", "Registered"),
            ("proposed", "Proposed"),
            ("instructed", "Instructed"),
            ("distributed", "Distributed"),
            ("in_hand", "In Hand"),
            ("finished", "Finished"),
            ("to_file", "Filed"),
            ("returned", "Returned"),
            ("void", "Void"),
        ],
        "Handling Status",
        default="received",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand="_group_expand_state",
    )
    number = fields.Char("Unified Number")
    receipt_number = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Running number of the incoming register in its year.",
    )
    kind = fields.Selection(
        [
            ("superior", "Superior's notice"),
            ("letter", "Outside letter"),
            ("request", "Department request"),
        ],
        default="superior",
        required=True,
        index=True,
    )
    channel = fields.Selection(
        [
            ("paper", "Paper"),
            ("email", "E-mail"),
            ("system", "Document exchange system"),
            ("hand", "Handed in"),
        ],
        "Came by",
        default="paper",
        required=True,
    )
    received_at = fields.Datetime(
        "Receipt Date",
        required=True,
        copy=False,
        default=lambda self: fields.Datetime.now(),
        index=True,
    )
    received_by_id = fields.Many2one(
        "res.users",
        "Received by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    document_date = fields.Date()
    sender_id = fields.Many2one(
        "res.partner",
        "Sending Unit",
        check_company=True,
        index="btree_not_null",
        tracking=True,
    )
    sender_department_id = fields.Many2one(
        "hr.department", "Requesting Department", check_company=True
    )
    sender_name = fields.Char(
        "Sent by", compute="_compute_sender_name", store=True, precompute=True
    )
    sender_number = fields.Char(
        "Sender's Number", index="btree_not_null", help="发文字号 of the sending unit."
    )
    copies = fields.Integer(default=1)
    pages = fields.Integer()
    urgency = fields.Selection(
        [("0", "Normal"), ("1", "Important"), ("2", "Urgent")],
        default="0",
        required=True,
        tracking=True,
    )
    category_id = fields.Many2one(
        "school.doc.category",
        check_company=True,
        index="btree_not_null",
        tracking=True,
    )
    is_important = fields.Boolean(
        "Important",
        compute="_compute_is_important",
        store=True,
        readonly=False,
        precompute=True,
        help="Reviewed by the office director or a supervising leader before it is "
        "distributed.",
    )
    handling = fields.Selection(
        [("action", "To act on"), ("reading", "To read")],
        default="action",
        required=True,
        help="A document to act on has a responsible department; one to read is "
        "finished when everybody has read it.",
    )
    department_id = fields.Many2one(
        "hr.department",
        "Main Recipient",
        check_company=True,
        index="btree_not_null",
        help="Department to which the document is addressed.",
    )
    scope_department_ids = fields.Many2many(
        "hr.department",
        "school_doc_incoming_scope_rel",
        string="Distribution Scope",
        check_company=True,
        help="Departments that receive the document besides the responsible one.",
    )
    distribution_scope = fields.Char(
        "Distributed to",
        compute="_compute_distribution_scope",
        store=True,
    )
    proposed_opinion = fields.Text(
        tracking=True, help="拟办意见: the clerk may draft it, the director gives it."
    )
    instruction = fields.Text("Leader's Instruction", readonly=True, copy=False)
    responsible_department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        compute="_compute_responsible_department_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
    )
    co_department_ids = fields.Many2many(
        "hr.department",
        "school_doc_incoming_co_rel",
        string="Co-handling Departments",
        check_company=True,
    )
    handling_deadline = fields.Date(tracking=True)
    first_deadline = fields.Date("Deadline before Extension", readonly=True, copy=False)
    paper_location = fields.Char(
        "Place of the Paper", help="Where the paper lies; book page or shelf."
    )
    note = fields.Text("Remark")

    # who did what, and when
    checked_at = fields.Datetime(readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    registered_at = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    registered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_at = fields.Datetime("Sent to the Leader", readonly=True, copy=False)
    proposed_at = fields.Datetime(readonly=True, copy=False)
    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    instructed_at = fields.Datetime(readonly=True, copy=False)
    instructed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    distributed_at = fields.Datetime(
        "Distribution Time", readonly=True, copy=False, index="btree_not_null"
    )
    distributed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    signer_id = fields.Many2one("res.users", readonly=True, copy=False)
    signed_at = fields.Datetime("Signing Time", readonly=True, copy=False)
    handler_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        help="Who does the work in the responsible department.",
    )
    in_hand_at = fields.Datetime("In Hand since", readonly=True, copy=False)
    result = fields.Text(copy=False, help="What was done (办理结果).")
    finished_at = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    finished_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reply = fields.Text("Reply to the Sender", copy=False)
    replied_at = fields.Datetime("Replied at", readonly=True, copy=False)
    replied_by_id = fields.Many2one(
        "res.users", "Replied by", readonly=True, copy=False
    )
    filed_at = fields.Datetime(readonly=True, copy=False)
    filed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_reason = fields.Text("Reason", readonly=True, copy=False)
    closed_at = fields.Datetime("Returned or Voided at", readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        "res.users", "Returned or Voided by", readonly=True, copy=False
    )

    # supervision (督办)
    is_supervised = fields.Boolean("Supervised", tracking=True, copy=False)
    chase_ids = fields.One2many("school.doc.chase", "document_id", copy=False)
    chase_count = fields.Integer("Chased", readonly=True, copy=False)
    last_chased_at = fields.Datetime(readonly=True, copy=False)
    extension_ids = fields.One2many("school.doc.extension", "document_id", copy=False)
    circulation_ids = fields.One2many(
        "school.doc.circulation", "document_id", copy=False
    )
    copy_ids = fields.One2many("school.doc.copy", "document_id", copy=False)

    # who reads it because it was distributed or circulated to him; kept by the server
    reader_department_ids = fields.Many2many(
        "hr.department",
        "school_doc_incoming_reader_department_rel",
        string="Departments with Access",
        check_company=True,
        readonly=True,
        copy=False,
    )
    reader_user_ids = fields.Many2many(
        "res.users",
        "school_doc_incoming_reader_user_rel",
        string="People with Access",
        readonly=True,
        copy=False,
    )

    # punctuality (DOC-17): one row of the school's on-time rate
    is_late = fields.Boolean("Late", readonly=True, copy=False)
    on_time = fields.Selection(
        [("yes", "On time"), ("no", "Late")],
        compute="_compute_on_time",
        store=True,
        help="Whether the document was finished by its deadline.",
    )

    # the settings of the school, where its time limits look for them
    to_leader_hours = fields.Float(
        "Time to the Leader (service hours)",
        related="company_id.school_doc_propose_hours",
    )
    damage_days = fields.Integer(
        "Time to Settle Damage (working days)",
        related="company_id.school_doc_damage_days",
    )

    is_registered = fields.Boolean(compute="_compute_is_registered")

    _copies_positive = models.Constraint(
        "CHECK(copies >= 1)", "There is at least one copy of a document."
    )
    _pages_positive = models.Constraint(
        "CHECK(pages >= 0)", "The number of pages cannot be negative."
    )
    _list_idx = models.Index("(urgency DESC, received_at DESC, id DESC)")
    _open_idx = models.Index(
        "(company_id, state) WHERE state NOT IN ('to_file', 'void', 'returned')"
    )
    _deadline_idx = models.Index(
        "(company_id, handling_deadline) WHERE handling_deadline IS NOT NULL"
    )
    _message_uniq = models.UniqueIndex(
        "(company_id, email_message_id) WHERE email_message_id IS NOT NULL",
        "This e-mail is registered already.",
    )

    @api.model
    def _group_expand_state(self, states, domain):
        return [key for key, __ in self._fields["state"].selection][:8]

    @api.depends("sender_id", "sender_department_id", "kind")
    def _compute_sender_name(self):
        for document in self:
            if document.kind == "request" and document.sender_department_id:
                document.sender_name = document.sender_department_id.sudo().name
            else:
                document.sender_name = document.sender_id.sudo().display_name

    @api.depends("category_id", "urgency")
    def _compute_is_important(self):
        for document in self:
            document.is_important = (
                document.category_id.is_important or document.urgency == "1"
            )

    @api.depends("category_id", "department_id")
    def _compute_responsible_department_id(self):
        for document in self:
            if not document.responsible_department_id:
                document.responsible_department_id = (
                    document.department_id or document.category_id.department_id
                )

    @api.depends(
        "responsible_department_id",
        "co_department_ids",
        "scope_department_ids",
        "reader_user_ids",
    )
    def _compute_distribution_scope(self):
        for document in self.sudo():
            departments = (
                document.responsible_department_id
                | document.co_department_ids
                | document.scope_department_ids
            )
            # Kept in the words of the school, whoever or whatever moves the document.
            lang = document.company_id.partner_id.lang or self.env.lang
            names = departments.with_context(lang=lang).mapped("name")
            names += document.reader_user_ids.mapped("name")
            document.distribution_scope = "、".join(dict.fromkeys(names)) or False

    @api.depends("finished_at", "handling_deadline")
    def _compute_on_time(self):
        for document in self:
            if not (document.finished_at and document.handling_deadline):
                document.on_time = False
                continue
            done = document.company_id._school_date(document.finished_at)
            document.on_time = "yes" if done <= document.handling_deadline else "no"

    @api.depends("state")
    def _compute_is_registered(self):
        for document in self:
            document.is_registered = document.state not in BEFORE_REGISTRATION

    @api.depends("name", "number", "is_marked")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        user = self.env.user
        nobody = self.env.uid == api.SUPERUSER_ID
        for document in self:
            number = document.number or self.env._("(not registered)")
            title = document.name
            # The label travels into lists, mails, pickers: a marked title is for its
            # readers, and for no message that the system writes by itself.
            if document.is_marked and (nobody or not document._secrecy_may_read(user)):
                title = document.secrecy_level_id.sudo().display_name
            document.display_name = " ".join(filter(None, (number, title)))

    def _secrecy_handlers(self):
        """Who works on it whatever its level: the clerk, and those who decide."""
        tasks = (
            self.env["school.approval.task"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        )
        return (
            super()._secrecy_handlers()
            | self.registered_by_id
            | tasks.user_id
            | tasks.acting_user_id
        )
