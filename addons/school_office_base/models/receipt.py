from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .receipt_log import CHANNELS
from .time_policy_version import UNIT_SELECTION

GROUP_CLERK = "school_office_base.group_office_clerk"


class SchoolReceipt(models.Model):
    """One recipient of something that was sent to be read or signed for (签收, 传阅).

    The recipient is a department, a person, or a body outside the school. A department
    signs through its head, its named receivers, or the deputy of one of them, and the
    row names who stood in for whom. No access right lets anybody write these rows:
    each step is a method that checks its caller, and each leaves a line in the delivery
    log (BASE-11, BASE-30, DOC-09 to DOC-12, DOC-26).
    """

    _name = "school.receipt"
    _description = "Receipt"
    _inherit = ["school.clock.mixin", "school.pointer.mixin"]
    _order = "sequence, id"
    _rec_name = "title"

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)
    res_model = fields.Char("Model of the Record", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    title = fields.Char(
        "What Was Sent",
        required=True,
        readonly=True,
        help="A marked document is named only as confidential.",
    )
    is_marked = fields.Boolean(
        "Marked", readonly=True, help="Only the approved readers see this receipt."
    )
    watcher_ids = fields.Many2many(
        "res.users",
        "school_receipt_watcher_rel",
        "receipt_id",
        "user_id",
        "Handlers",
        readonly=True,
        help="Who follows the receipts of a marked document.",
    )
    kind = fields.Selection(
        [("sign", "To Sign for"), ("read", "To Read")],
        required=True,
        readonly=True,
        default="sign",
    )
    purpose = fields.Char(
        readonly=True, help="Why the recipient gets this and what is expected of him."
    )
    is_urgent = fields.Boolean("Urgent", readonly=True)
    department_id = fields.Many2one(
        "hr.department",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Outside Body",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    recipient_name = fields.Char(
        "Recipient", compute="_compute_recipient_name", store=True
    )
    sequence = fields.Integer(default=10, readonly=True)
    in_order = fields.Boolean(
        "One after Another",
        readonly=True,
        help="The next recipient gets it when this one has signed or read.",
    )
    copies = fields.Integer(default=1, readonly=True)
    copy_numbers = fields.Char(
        readonly=True, help="Numbers of the copies handed out (份号)."
    )
    channel = fields.Selection(
        CHANNELS, required=True, readonly=True, default="internal"
    )
    state = fields.Selection(
        [
            ("waiting", "Next in Turn"),
            ("pending", "Sent"),
            ("read", "Read"),
            ("signed", "Signed for"),
            ("recalled", "Recalled"),
            ("closed", "Closed Unsigned"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="pending",
        index=True,
        group_expand=True,
    )
    is_done = fields.Boolean("Done", compute="_compute_progress", store=True)
    is_open = fields.Boolean("Still Open", compute="_compute_progress", store=True)
    paper_only = fields.Boolean(
        readonly=True,
        help="State secrets are signed for on paper only (BASE-11).",
    )
    sent_at = fields.Datetime("Sent on", readonly=True)
    sent_by_id = fields.Many2one("res.users", "Sent Out by", readonly=True, index=True)
    opened_at = fields.Datetime(
        "Handed out on", readonly=True, help="When it reached this recipient."
    )
    due_at = fields.Datetime("Asked for by", readonly=True)
    limit_amount = fields.Float("Time to Answer", readonly=True)
    limit_unit = fields.Selection(UNIT_SELECTION, "Unit of Time", readonly=True)
    read_at = fields.Datetime("Read on", readonly=True)
    read_by_id = fields.Many2one("res.users", "Read by", readonly=True)
    mode = fields.Selection(
        [("electronic", "Electronic"), ("paper", "Paper")], "Signature", readonly=True
    )
    signed_at = fields.Datetime("Signed on", readonly=True)
    signed_by_id = fields.Many2one("res.users", "Signed by", readonly=True)
    answered_at = fields.Datetime(
        "Answered on",
        compute="_compute_progress",
        store=True,
        help="By which time the answer is judged: of a paper signature the time on the "
        "paper, however late it is entered.",
    )
    signer_name = fields.Char(
        readonly=True, help="The name on the paper when the signer has no login."
    )
    on_behalf_of_id = fields.Many2one("res.users", "On Behalf of", readonly=True)
    remark = fields.Char(readonly=True)
    recorded_by_id = fields.Many2one("res.users", "Recorded by", readonly=True)
    scan = fields.Binary(
        "Scan of the Signature", attachment=True, readonly=True, copy=False
    )
    scan_name = fields.Char(readonly=True)
    page_reference = fields.Char(
        "Page in the Paper Book",
        readonly=True,
        help="Where the paper signature is found (BASE-13).",
    )
    phone_required = fields.Boolean(
        "To Be Phoned",
        readonly=True,
        help="A key post that must be phoned about important matters (BASE-20).",
    )
    phoned_at = fields.Datetime("Phoned on", readonly=True)
    phoned_by_id = fields.Many2one("res.users", "Phoned by", readonly=True)
    phone_reached = fields.Boolean("Reached", readonly=True)
    phone_note = fields.Char(readonly=True)
    urge_count = fields.Integer("Urged", readonly=True)
    urged_at = fields.Datetime("Urged on", readonly=True)
    urged_by_id = fields.Many2one("res.users", "Urged by", readonly=True)
    recalled_at = fields.Datetime("Recalled on", readonly=True)
    recalled_by_id = fields.Many2one("res.users", "Recalled by", readonly=True)
    end_reason = fields.Char("Reason", readonly=True)
    unsettled = fields.Boolean(readonly=True)
    log_ids = fields.One2many(
        "school.receipt.log", "receipt_id", "Delivery Log", readonly=True
    )
    is_mine = fields.Boolean(
        "Addressed to Me",
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="Addressed to you, to a department you sign for, or to someone whose "
        "deputy you are today.",
    )
    can_manage = fields.Boolean(compute="_compute_can_manage")

    _one_recipient = models.Constraint(
        "CHECK(num_nonnulls(department_id, user_id, partner_id) = 1)",
        "A receipt has exactly one recipient.",
    )
    _signed_by_someone = models.Constraint(
        "CHECK(state != 'signed' OR (signed_at IS NOT NULL AND mode IS NOT NULL AND "
        "(signed_by_id IS NOT NULL OR signer_name IS NOT NULL)))",
        "A signature needs a signer and a time.",
    )
    _copies_positive = models.Constraint(
        "CHECK(copies >= 0)", "The number of copies cannot be negative."
    )
    _open_department_uniq = models.UniqueIndex(
        "(res_model, res_id, kind, department_id) "
        "WHERE department_id IS NOT NULL AND (is_open OR state = 'waiting')",
        "This department has it already and has not answered yet.",
    )
    _open_user_uniq = models.UniqueIndex(
        "(res_model, res_id, kind, user_id) "
        "WHERE user_id IS NOT NULL AND (is_open OR state = 'waiting')",
        "This person has it already and has not answered yet.",
    )
    _record_idx = models.Index("(res_model, res_id, sequence, id)")
    _res_id_idx = models.Index("(res_id)")
    _user_open_idx = models.Index("(user_id, opened_at) WHERE is_open IS TRUE")
    _department_open_idx = models.Index(
        "(department_id, opened_at) WHERE is_open IS TRUE"
    )
    _list_idx = models.Index("(company_id, sent_at DESC, id DESC)")
    _unsettled_idx = models.Index("(id) WHERE unsettled IS TRUE")

    def _all_server_fields(self):
        """Everything: a receipt is made and changed by its steps alone."""
        return frozenset(self._fields) - {"company_id"}

    @api.depends("department_id.name", "user_id.name", "partner_id.name")
    def _compute_recipient_name(self):
        for receipt in self:
            recipient = receipt.department_id or receipt.user_id or receipt.partner_id
            receipt.recipient_name = recipient.name

    @api.depends("state", "kind", "signed_at", "read_at")
    def _compute_progress(self):
        for receipt in self:
            receipt.is_done = receipt.state == "signed" or (
                receipt.state == "read" and receipt.kind == "read"
            )
            receipt.is_open = receipt.state in ("pending", "read") and not (
                receipt.is_done
            )
            receipt.answered_at = receipt.is_done and (
                receipt.signed_at or receipt.read_at
            )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("user_id", "department_id", "state")
    def _compute_is_mine(self):
        allowed = self._signable(self.env.user)
        for receipt in self:
            receipt.is_mine = receipt.state != "waiting" and receipt.id in allowed

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        addressed = Domain.FALSE
        for company, people in self._stood_in_for(self.env.user).items():
            departments = self._departments_signed_for(people)
            here = Domain("user_id", "in", people.ids)
            if departments:
                here |= Domain("department_id", "in", departments.ids)
            if company:
                here &= Domain("company_id", "=", company.id)
            addressed |= here
        return Domain("state", "!=", "waiting") & addressed

    @api.depends_context("uid")
    @api.depends("sent_by_id", "res_model", "res_id")
    def _compute_can_manage(self):
        manageable = self._filter_manageable()
        for receipt in self:
            receipt.can_manage = receipt in manageable

    @api.constrains("signed_at", "sent_at")
    def _check_times(self):
        for receipt in self:
            if receipt.signed_at and receipt.signed_at < receipt.sent_at:
                raise ValidationError(
                    self.env._(
                        "%(recipient)s cannot have signed before it was sent.",
                        recipient=receipt.recipient_name,
                    )
                )

    def _is_deletable(self):
        return False

    # Time limits (DOC-10 to DOC-12)

    @api.model
    def _limit(self, company, kind, in_order, is_urgent, outside):
        """Return how long a recipient has, from the settings of the school.

        What circulates, or is only read, may lie one working day; what is sent to be
        signed for two service hours, one if urgent. Outside bodies have no limit.
        """
        # sudo: settings of the school are not readable by everyone
        company_sudo = company.sudo()
        if outside:
            return {"limit_amount": 0, "limit_unit": False}
        if in_order or kind == "read":
            days = company_sudo.school_doc_circulation_days
            return {"limit_amount": days, "limit_unit": "working_day"}
        hours = (
            company_sudo.school_doc_sign_urgent_hours
            if is_urgent
            else company_sudo.school_doc_sign_hours
        )
        return {"limit_amount": hours, "limit_unit": "service_hour"}

    def _clock_responsible_users(self):
        if self.user_id:
            return self.user_id
        if not self.department_id:
            return self.sent_by_id
        # sudo: whose account belongs to a head is not readable by everyone
        department_sudo = self.department_id.sudo()
        return (
            department_sudo.receiver_ids.filtered("active")
            or department_sudo._head_users()
        )

    # Who may do what

    @api.model
    def _stood_in_for(self, user):
        """Return ``{school: users}`` for whom ``user`` may sign.

        The key ``None``, always first, holds himself; the others are those whose deputy
        he is today in that school.
        """
        people = {None: user}
        delegation = self.env["school.delegation"]
        for company in self.env.companies.filtered("is_school"):
            represented = delegation._represented(user, company)
            if represented:
                people[company] = represented
        return people

    @api.model
    def _departments_signed_for(self, users):
        """Return the departments one of ``users`` receives for, as head or receiver."""
        departments = self.env["hr.department"]
        # sudo: employees may not read one another's posts; only ids are compared
        received = departments.sudo().search([("receiver_ids", "in", users.ids)])
        return departments._led_by(users) | received.filtered(
            lambda department: department.receiver_ids & users.filtered("active")
        )

    def _signable(self, user):
        """Return ``{receipt id: person stood in for, or an empty user}``.

        Holds only the receipts of ``self`` which ``user`` may sign or read. Who may do
        so in his own name never does it on behalf of somebody.
        """
        nobody = self.env["res.users"]
        # sudo: who receives for a department is not readable by everyone
        receipts_sudo = self.sudo()
        receivers = receipts_sudo.department_id._receivers()
        heads = receipts_sudo.department_id._heads()
        found = {}
        for company, principals in self._stood_in_for(user).items():
            principals = principals.sudo()
            for receipt in receipts_sudo:
                if receipt.id in found or (company and receipt.company_id != company):
                    continue
                department = receipt.department_id
                person = receipt.user_id & principals or (
                    department
                    and (
                        heads[department] & principals
                        or receivers[department] & principals
                    )
                )
                if person:
                    found[receipt.id] = (
                        person[0].sudo(self.env.su) if company else nobody
                    )
        return found

    def _recipient_users(self):
        """Return ``{receipt: users to be told}``.

        The person; or the named receivers of the department, or its head if it named
        none.
        """
        # sudo: whose account belongs to a head is not readable by everyone
        receipts_sudo = self.sudo()
        heads = receipts_sudo.department_id._heads()
        return {
            receipt: receipt.user_id
            or receipt.department_id.receiver_ids.filtered("active")
            or heads.get(receipt.department_id, self.env["res.users"])
            for receipt in receipts_sudo
        }

    def _filter_manageable(self):
        """Return those the caller may urge, recall, phone about, record on paper."""
        user = self.env.user
        if self.env.su or user.has_group(GROUP_CLERK):
            return self._filtered_access("read")
        mine = self.filtered(lambda receipt: receipt.sent_by_id == user)
        for model, receipts in (self - mine).grouped("res_model").items():
            if model not in self.env:
                continue
            records = self.env[model].browse(set(receipts.mapped("res_id")))
            allowed = set(records._filtered_access("write")._ids)
            mine |= receipts.filtered(lambda r, allowed=allowed: r.res_id in allowed)
        return mine

    def _check_may_manage(self):
        self.check_access("read")
        if self - self._filter_manageable():
            raise AccessError(
                self.env._(
                    "Only the sender, the office, or whoever keeps the record may do "
                    "this."
                )
            )

    def _lock_for_step(self):
        """Wait for whoever handles one of these right now, then see what he did.

        If he changed one, PostgreSQL refuses the lock, the request runs again and
        ends with "already signed" instead of a second signature.
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM school_receipt WHERE id IN %s ORDER BY id FOR UPDATE",
                tuple(self.ids) or (0,),
            )
        )
        self.invalidate_recordset(["state"])
