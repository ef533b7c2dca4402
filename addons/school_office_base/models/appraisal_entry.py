from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

DIRECTOR = "school_office_base.group_office_director"
# How far back the nightly job looks; a clock is proposed once, whenever it is found.
LOOK_BACK_DAYS = 45


class SchoolAppraisalEntry(models.Model):
    """The appraisal ledger (考核台账, BASE-27).

    Breaches of the service rules go into the yearly appraisal of a post or person,
    survey items below target into that of a department. Entries are proposed, by the
    nightly job, an addon or the office director; the director confirms or drops them.
    From then on they are final and stand in the register; a mistake is corrected by an
    entry that says so.

    Whom it concerns, his head, the office director and the auditor see it; nobody else,
    the office's clerks neither.
    """

    _name = "school.appraisal.entry"
    _description = "Appraisal Entry"
    _inherit = ["school.record", "school.frozen.mixin"]
    _order = "date desc, id desc"
    _rec_name = "remark"
    _server_fields = frozenset(
        {"state", "source_key", "res_model", "res_id", "source", "decided_at",
         "decided_by_id", "drop_reason", "is_marked", "corrects_id", "head_id"}
    )  # fmt: skip
    _draft_states = ()

    kind = fields.Selection(
        [
            ("breach", "Breach of a Service Rule"),
            ("below_target", "Survey Item Below Target"),
            ("merit", "Merit"),
            ("correction", "Correction"),
        ],
        required=True,
        default="breach",
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    post_id = fields.Many2one(
        "school.post", check_company=True, index="btree_not_null", ondelete="restrict"
    )
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose appraisal it is, or the department of the person at that time.",
    )
    head_id = fields.Many2one(
        "res.users",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The head at that time; he sees the entry, too.",
    )
    whom = fields.Char("Concerns", compute="_compute_whom")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._school_date()
    )
    period = fields.Char(
        compute="_compute_period",
        store=True,
        index=True,
        help="The year of the appraisal.",
    )
    remark = fields.Text(required=True)
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("confirmed", "Confirmed"),
            ("dropped", "Not Adopted"),
        ],
        required=True,
        default="proposed",
        readonly=True,
        copy=False,
        index=True,
    )
    source = fields.Char("Because Of", readonly=True, copy=False)
    source_key = fields.Char(readonly=True, copy=False)
    res_model = fields.Char("Model of the Source", readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        "Source", model_field="res_model", readonly=True, copy=False
    )
    corrects_id = fields.Many2one(
        "school.appraisal.entry",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    decided_at = fields.Datetime("Decided On", readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    drop_reason = fields.Char("Why Dropped", readonly=True, copy=False)
    # The register shows what is marked to the director and the auditor alone.
    is_marked = fields.Boolean("Personal", default=True, readonly=True)

    _concerns_someone = models.Constraint(
        "CHECK (num_nonnulls(user_id, post_id, department_id) > 0)",
        "Say whom the entry concerns: a person, a post or a department.",
    )
    _source_uniq = models.UniqueIndex(
        "(company_id, source_key) WHERE source_key IS NOT NULL",
        "This was entered already.",
    )
    _proposed_idx = models.Index("(company_id, date) WHERE state = 'proposed'")
    _order_idx = models.Index("(company_id, date DESC, id DESC)")
    _record_idx = models.Index("(res_model, res_id) WHERE res_model IS NOT NULL")

    @api.depends("user_id", "post_id", "department_id")
    def _compute_whom(self):
        for entry in self:
            entry.whom = " · ".join(
                filter(
                    None,
                    (
                        entry.user_id.sudo().name,
                        entry.post_id.sudo().name,
                        entry.department_id.sudo().name,
                    ),
                )
            )

    @api.depends("date", "company_id")
    def _compute_period(self):
        for entry in self:
            company = (entry.company_id or self.env.company).sudo()
            if not entry.date:
                entry.period = False
            elif company.school_appraisal_period == "school":
                entry.period = company._school_year(entry.date)
            else:
                entry.period = str(entry.date.year)

    @api.depends("whom", "period")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = " ".join(filter(None, (entry.period, entry.whom)))

    @api.constrains("user_id")
    def _check_user(self):
        for entry in self.sudo():
            user = entry.user_id
            if user and (user.share or entry.company_id not in user.company_ids):
                raise UserError(
                    self.env._(
                        "%(person)s does not work at %(school)s.",
                        person=user.name,
                        school=entry.company_id.name,
                    )
                )

    def _check_director(self):
        if not (self.env.su or self.env.user.has_group(DIRECTOR)):
            raise AccessError(
                self.env._("Only the office director decides on the appraisal ledger.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_director()
        entries = super().create(vals_list)
        entries._note_department_and_head()
        return entries

    def write(self, vals):
        if not self.env.su:
            self._check_director()
            if any(entry.state != "proposed" for entry in self):
                raise UserError(
                    self.env._(
                        "What is decided in the appraisal ledger stays. Correct it by "
                        "another entry."
                    )
                )
        result = super().write(vals)
        if {"user_id", "department_id"} & vals.keys():
            self._note_department_and_head()
        return result

    def _note_department_and_head(self):
        """Keep the department and the head of that time: they may see the entry."""
        # Superuser: fields of the server.
        entries = self.sudo()
        for company, group in entries.grouped("company_id").items():
            departments = group.user_id._school_departments(company)
            for entry in group:
                department = departments.get(entry.user_id)
                if department and not entry.department_id:
                    entry.department_id = department
        heads = entries.department_id._heads()
        supervisors = entries.department_id._supervisors()
        for entry in entries:
            head = heads.get(entry.department_id, self.env["res.users"])[:1]
            if head == entry.user_id:
                head = supervisors.get(entry.department_id, head)[:1] - entry.user_id
            if entry.head_id != head.sudo():
                entry.head_id = head

    def _notice_is_secret(self):
        # Only those concerned are told, and they may know what it is about.
        return False

    # decisions

    def action_confirm(self):
        """Confirm proposed entries: final, and into the register."""
        self.check_access("write")
        self._check_director()
        self._check_proposed()
        if any(self.env.user == entry.user_id for entry in self) and not self.env.su:
            raise UserError(
                self.env._(
                    "Nobody decides on an entry about himself. Let your deputy or the "
                    "management do it."
                )
            )
        self._decide("confirmed")
        rows = [
            {
                "users": (entry.user_id or entry.head_id)._origin,
                "subject": lambda env, e=entry: env._(
                    "Entry in the appraisal ledger: %(period)s", period=e.period
                ),
                "body": lambda env, e=entry: e.remark,
                "record": entry,
                "kind": "appraisal",
            }
            for entry in self
            if entry.user_id or entry.head_id
        ]
        self.env["school.notice"]._queue_rows(rows)
        for company, entries in self.grouped("company_id").items():
            self.env["school.register"]._append(
                company, "appraisal", [entry._register_row() for entry in entries]
            )
        return True

    def action_ask_drop(self):
        """Ask for the reason why proposed entries are dropped."""
        self.check_access("write")
        self._check_director()
        self._check_proposed()
        return self._dialog(
            "school.appraisal.drop", self.env._("Drop"), entry_ids=self.ids
        )

    def action_correct(self):
        """Enter that a confirmed entry was a mistake; the form asks why."""
        self.ensure_one()
        self.check_access("read")
        self._check_director()
        if self.state != "confirmed":
            raise UserError(self.env._("Only a confirmed entry is corrected."))
        # Superuser: the link to what it corrects is the server's.
        correction = self.sudo().create(
            {
                "company_id": self.company_id.id,
                "kind": "correction",
                "user_id": self.user_id.id,
                "post_id": self.post_id.id,
                "department_id": self.department_id.id,
                "date": self.date,
                "remark": self.env._("Correction of: %(remark)s", remark=self.remark),
                "corrects_id": self.id,
            }
        )
        return self._form_of(correction)

    def action_open_source(self):
        """Open the record because of which the entry was made."""
        self.ensure_one()
        self.check_access("read")
        if not self.res_model or self.res_model not in self.env:
            raise UserError(self.env._("This entry has no record behind it."))
        # Named by the server when the entry was made; the caller's rights are checked.
        # nosemgrep: odoo-env-dynamic-model
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("The record is not there any more."))
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def _drop(self, reason):
        self.check_access("write")
        self._check_director()
        self._check_proposed()
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason."))
        self._decide("dropped", drop_reason=reason)

    def _check_proposed(self):
        if any(entry.state != "proposed" for entry in self):
            raise UserError(self.env._("Choose entries that are not decided yet."))

    def _decide(self, state, **vals):
        # Superuser: fields of the server; the caller was checked.
        self.sudo().write(
            {
                "state": state,
                "decided_at": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
                **vals,
            }
        )
        self._freeze()

    def _register_row(self):
        self.ensure_one()
        entry = self.sudo()
        return {
            "event": "correction" if entry.kind == "correction" else "entry",
            "record": self,
            "payload": {
                "kind": entry.kind,
                "period": entry.period,
                "date": fields.Date.to_string(entry.date),
                "person": entry.user_id.name or None,
                "post": entry.post_id.name or None,
                "department": entry.department_id.name or None,
                "remark": entry.remark,
                "source": entry.source or None,
                "corrects": entry.corrects_id.id or None,
            },
        }

    # proposals

    @api.model
    def _propose(self, company, rows):
        """Propose entries; return those that were made.

        For addons: survey items below target, faults of a sample, late services.

        :param rows: dicts ``key`` (unique in the school: a second proposal with the
            same key is left out), ``remark``, and one or more of ``user``, ``post``,
            ``department``; also ``kind`` (``breach`` by default), ``date``, ``record``
            (the source)
        """
        # Superuser: whoever finds a fault may propose; only the director decides.
        entries = self.sudo()
        keys = [row["key"] for row in rows]
        known = set(
            entries.search(
                [("company_id", "=", company.id), ("source_key", "in", keys)]
            ).mapped("source_key")
        )
        vals_list = []
        for row in rows:
            if row["key"] in known:
                continue
            known.add(row["key"])
            record = row.get("record")
            vals_list.append(
                {
                    "company_id": company.id,
                    "source_key": row["key"],
                    "kind": row.get("kind") or "breach",
                    "date": row.get("date") or company._school_date(),
                    "user_id": row["user"].id if row.get("user") else False,
                    "post_id": row["post"].id if row.get("post") else False,
                    "department_id": row["department"].id
                    if row.get("department")
                    else False,
                    "remark": row["remark"],
                    "source": self._source_name(record) if record else False,
                    "res_model": record._name if record else False,
                    "res_id": record.id if record else False,
                }
            )
        return entries.create(vals_list).sudo(self.env.su)

    @api.model
    def _source_name(self, record):
        """The name of a source for the ledger; nothing of what is kept secret.

        The nightly job may read everything, and the ledger is read by others than the
        record, for ever.
        """
        record = record.sudo()
        if record._name == "school.time.clock":
            return f"{record.policy_id.name}: {record._appraisal_record_name()}"
        if self.env["school.notice"]._is_marked(record):
            is_document = "is_marked" in record._fields and record.is_marked
            number = "number" in record._fields and not is_document and record.number
            return number or self.env._("a confidential document")
        return record.display_name

    @api.model
    def _school_due(self, company):
        """Propose every time limit that was missed, once per clock; nightly."""
        if not company.school_appraisal_propose:
            return
        now = fields.Datetime.now()
        clocks = (
            self.env["school.time.clock"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("missed_at", ">=", now - timedelta(days=LOOK_BACK_DAYS)),
                    ("state", "in", ("running", "missed")),
                    ("superseded_by_id", "=", False),
                    ("user_id", "!=", False),
                    ("policy_id.appraisal", "=", True),
                    ("appraisal_proposed", "=", False),
                ],
                order="missed_at",
                limit=500,
            )
        )
        if not clocks:
            return
        env = company._school_env().env
        self._propose(
            company,
            [
                {
                    "key": f"clock:{clock.id}",
                    "user": clock.user_id,
                    "post": clock.post_id,
                    "date": company._school_date(clock.missed_at),
                    "remark": env._(
                        "Time limit missed: %(limit)s, %(record)s",
                        limit=clock.policy_id.name,
                        record=clock._appraisal_record_name(),
                    ),
                    "record": clock,
                }
                for clock in clocks.with_context(lang=env.lang)
            ],
        )
