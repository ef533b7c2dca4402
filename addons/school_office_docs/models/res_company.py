import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

DEFAULT_FILE_TYPES = (
    "pdf, ofd, doc, docx, wps, xls, xlsx, et, ppt, pptx, dps, txt, rtf, csv, "
    "jpg, jpeg, png, tif, tiff, bmp, heic, zip, rar, 7z, eml"
)

CLERKS = "school_office_base.group_office_clerk"
INCOMING_NUMBER = _lt("Incoming documents: unified number")
RECEIPT_NUMBER = _lt("Incoming documents: receipt number")
# (code, name, important): DOC-04, and the important kinds of DOC-08
CATEGORIES = (
    ("decision", _lt("School decisions"), True),
    ("notice", _lt("Important notices"), True),
    ("minutes", _lt("Meeting minutes"), True),
    ("administration", _lt("Administration"), False),
    ("teaching", _lt("Teaching"), False),
    ("pupils", _lt("Pupils and moral education"), False),
    ("personnel", _lt("Personnel"), False),
    ("finance", _lt("Finance"), False),
    ("safety", _lt("Safety"), False),
    ("logistics", _lt("Logistics and assets"), False),
    ("other", _lt("Other matters"), False),
)


class ResCompany(models.Model):
    _inherit = "res.company"

    school_doc_receiver_id = fields.Many2one(
        "res.users",
        "Document Receiver",
        domain="[('company_ids', 'in', [id]), ('share', '=', False)]",
        help="Takes in paper and electronic documents every day. Empty: whoever holds "
        "the post of document clerk. Source: DOC-01.",
    )
    school_doc_file_types = fields.Char(
        "Accepted File Types",
        default=DEFAULT_FILE_TYPES,
        help="Endings of files that may be added to an incoming document, separated by "
        "commas; our own proposal.",
    )
    school_doc_alias_id = fields.Many2one(
        "mail.alias",
        "Document Mailbox",
        copy=False,
        readonly=True,
        ondelete="set null",
        help="What is sent to this address is entered as a received document. "
        "Source: DOC-16.",
    )
    school_doc_mailbox = fields.Char(
        "Document Mailbox Address", compute="_compute_school_doc_mailbox"
    )

    @api.depends("school_doc_alias_id.alias_full_name")
    def _compute_school_doc_mailbox(self):
        for company in self:
            company.school_doc_mailbox = (
                company.sudo().school_doc_alias_id.alias_full_name
            )

    @api.constrains("school_doc_receiver_id")
    def _check_school_doc_receiver(self):
        for company in self:
            receiver = company.school_doc_receiver_id.sudo()
            if receiver and (receiver.share or company not in receiver.company_ids):
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work at %(school)s and cannot take in its "
                        "documents.",
                        person=receiver.name,
                        school=company.name,
                    )
                )
            if receiver and not receiver.has_group(CLERKS):
                raise ValidationError(
                    self.env._(
                        "%(person)s may not register documents yet: give the role "
                        "“Office Clerk” first, under Configuration › School › People.",
                        person=receiver.name,
                    )
                )

    @api.constrains("school_doc_file_types")
    def _check_school_doc_file_types(self):
        for company in self:
            for ending in company._school_doc_file_endings():
                if not re.fullmatch(r"[a-z0-9]{1,10}", ending):
                    raise ValidationError(
                        self.env._(
                            "“%(ending)s” is not a file ending. Write endings without "
                            "dots, separated by commas: pdf, docx, jpg.",
                            ending=ending,
                        )
                    )

    def _school_doc_file_endings(self):
        """The accepted file endings as a set of lower-case strings without dots."""
        self.ensure_one()
        return {
            ending.strip().lstrip(".").lower()
            for ending in (self.school_doc_file_types or "").split(",")
            if ending.strip()
        }

    def _school_doc_receivers(self):
        """Who takes documents in: the named receiver, else the document clerks."""
        self.ensure_one()
        return (
            self.school_doc_receiver_id
            or self.env["school.post"]._find(self, "document_clerk")._users()
        )

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        self._school_doc_set_up_categories()
        self._school_doc_set_up_engines()
        self._school_set_up_mailbox("school.doc.incoming", "school_doc_alias_id", "doc")

    def _school_doc_set_up_categories(self):
        """Categories every school begins with; its own changes are never undone."""
        Category = (
            self.env["school.doc.category"].sudo().with_context(active_test=False)
        )
        existing = {
            (category.company_id.id, category.code)
            for category in Category.search([("company_id", "in", self.ids)])
        }
        vals_list, names = [], []
        for company in self:
            for sequence, (code, name, important) in enumerate(CATEGORIES, 1):
                if (company.id, code) in existing:
                    continue
                names.append(name)
                vals_list.append(
                    {
                        "company_id": company.id,
                        "code": code,
                        "name": name._translate("en_US"),
                        "sequence": sequence * 10,
                        "is_important": important,
                    }
                )
        categories = Category.with_context(lang="en_US").create(vals_list)
        for category, name in zip(categories, names, strict=True):
            self._seed_translations(category, "name", name)

    def _school_doc_set_up_engines(self):
        """Numbers, books, approval flows and time limits of incoming documents."""
        Series = self.env["school.number.series"]
        Register = self.env["school.register"]
        for company in self:
            Series._ensure(
                company,
                "doc.incoming",
                name=INCOMING_NUMBER,
                pattern="{code}收-{date:%Y%m%d}-{seq:03d}",
                reset="day",
            )
            Series._ensure(
                company,
                "doc.incoming.receipt",
                name=RECEIPT_NUMBER,
                pattern="收文〔{year}〕{seq}号",
                reset="year",
            )
            Register._ensure(company, "doc_incoming", _lt("Incoming Register"))
            Register._ensure(company, "doc_secret", _lt("Register of Marked Documents"))
            company._school_doc_set_up_flows()
            company._school_doc_set_up_limits()

    def _school_doc_set_up_flows(self):
        """Who decides on incoming documents out of the box (BASE-09, DOC-06 to 13)."""
        Flow = self.env["school.approval.flow"]
        Flow._ensure(
            self,
            "school.doc.incoming",
            "instruction",
            _lt("Incoming document"),
            # Who instructed may also be the one who reviews: either one may (DOC-08).
            ask_once=False,
            nodes=[
                {
                    "key": "propose",
                    "name": _lt("Proposal"),
                    "who": "post",
                    "post": "director",
                    "limit": 2,
                    "unit": "service_hour",
                },
                {
                    "key": "instruct",
                    "name": _lt("Instruction"),
                    "who": "supervisor",
                    "fallback": "top_management",
                    "limit": 1,
                    "unit": "working_day",
                },
                {
                    "key": "review",
                    "name": _lt("Review of an important document"),
                    "who": "record_field",
                    "user_field": "reviewer_ids",
                    "domain": [("is_important", "=", True)],
                    "limit": 2,
                    "unit": "service_hour",
                },
            ],
        )
        Flow._ensure(
            self,
            "school.doc.circulation",
            "circulation_scope",
            _lt("Readers of a marked document"),
            nodes=[
                {
                    "key": "scope",
                    "name": _lt("Approval of the readers"),
                    "who": "supervisor",
                    "fallback": "top_management",
                    "limit": 4,
                    "unit": "service_hour",
                    "four_eyes": True,
                },
            ],
        )
        Flow._ensure(
            self,
            "school.doc.extension",
            "extension",
            _lt("Later deadline of a document"),
            nodes=[
                {
                    "key": "grant",
                    "name": _lt("Decision on the deadline"),
                    "who": "post",
                    "post": "director",
                    "limit": 4,
                    "unit": "service_hour",
                },
            ],
        )

    def _school_doc_set_up_limits(self):
        """Time limits of incoming documents (DOC-03, DOC-06, DOC-15)."""
        Policy = self.env["school.time.policy"]
        model = "school.doc.incoming"
        gone = [("state", "in", ("void", "returned"))]
        Policy._ensure(
            self,
            "doc_to_leader",
            model,
            _lt("Registered document to the leader"),
            start_domain=[("state", "=", "registered"), ("submitted_at", "=", False)],
            stop_domain=[("submitted_at", "!=", False)],
            cancel_domain=gone,
            amount=self.school_doc_propose_hours,
            amount_field="to_leader_hours",
            unit="service_hour",
            start_text=_lt("registration"),
        )
        Policy._ensure(
            self,
            "doc_handling",
            model,
            _lt("Handling of a document"),
            start_domain=[
                ("state", "in", ("instructed", "distributed", "in_hand")),
                ("handling_deadline", "!=", False),
            ],
            stop_domain=[("finished_at", "!=", False)],
            cancel_domain=gone,
            date_field="handling_deadline",
            unit="working_day",
            start_text=_lt("instruction"),
        )
        Policy._ensure(
            self,
            "doc_damage",
            model,
            _lt("Damaged or missing document"),
            start_domain=[("condition", "!=", "intact")],
            stop_domain=[("replacement_received_at", "!=", False)],
            cancel_domain=["|", ("condition", "=", "intact"), *gone],
            amount=self.school_doc_damage_days,
            amount_field="damage_days",
            unit="working_day",
            start_text=_lt("receipt"),
        )
