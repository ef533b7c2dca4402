from datetime import timedelta, timezone

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.canonical import canonical_json, entry_hash, sha256_hex
from ..tools.rows import Later

VERIFY_BATCH = 2000
VERIFY_BOOKS = 100
# A little less than the interval of the job, which never starts to the second.
VERIFY_EVERY = timedelta(hours=20)
VERIFY_ALL_EVERY = timedelta(days=28)


class SchoolRegister(models.Model):
    """A book of the school (收文, 发文, 用印 …) in which nothing can be changed later.

    A book has one chain of entries a year. An entry holds the canonical JSON of what
    was recorded, the hash of the entry before it and its own; see
    ``tools/canonical.py``. PostgreSQL refuses UPDATE, DELETE and TRUNCATE. The business
    record lives on; the register keeps what was true.
    """

    _name = "school.register"
    _school_in_process = True
    _description = "Register"
    _inherit = ["school.record", "mail.thread", "mail.activity.mixin"]
    _order = "company_id, name, id"
    _server_fields = frozenset(
        {"code", "verified_at", "full_verified_at", "verified_state"}
    )

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    entry_ids = fields.One2many("school.register.entry", "register_id", readonly=True)
    check_ids = fields.One2many("school.register.check", "register_id", readonly=True)
    entry_count = fields.Integer("Entries", compute="_compute_entry_count")
    last_entry_at = fields.Datetime("Last Entry", compute="_compute_entry_count")
    verified_at = fields.Datetime("Last Verified", readonly=True, copy=False)
    full_verified_at = fields.Datetime(
        "Last Verified from the First Entry", readonly=True, copy=False
    )
    verified_state = fields.Selection(
        [("none", "Not verified yet"), ("ok", "Intact"), ("broken", "Broken")],
        "Verification",
        default="none",
        required=True,
        readonly=True,
        copy=False,
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "This school has a register of this code already."
    )

    def _compute_entry_count(self):
        groups = self.env["school.register.entry"]._read_group(
            [("register_id", "in", self.ids)], ["register_id"], ["__count", "at:max"]
        )
        found = {register: values for register, *values in groups}
        for register in self:
            count, last = found.get(register._origin, (0, False))
            register.entry_count = count
            register.last_entry_at = last

    def _is_deletable(self):
        return False

    @api.model
    def _ensure(self, company, code, name):
        """Return the register of a code, opened if the school has none yet.

        :param name: text, or a ``_lt("…")`` term to be written in every language
        """
        # Registers are opened by the software, whoever sets up the school.
        Register = self.sudo().with_context(lang="en_US")
        register = Register.search(
            [("company_id", "=", company.id), ("code", "=", code)]
        )
        if not register:
            text = name if isinstance(name, str) else name._translate("en_US")
            register = Register.create(
                {"company_id": company.id, "code": code, "name": text}
            )
            if not isinstance(name, str):
                company._seed_translations(register, "name", name)
        return register.with_env(self.env)

    @api.model
    def _append(self, company, code, rows, later=False):
        """Add entries to a book, in this order, and return them.

        Call it last in the transaction: everybody who writes into the same book waits.

        :param rows: dicts with ``event`` (a short technical word), ``record``,
            ``payload`` (a dict of what canonical JSON can hold) and, if they apply,
            ``number`` (text) and ``on_behalf_of`` (res.users)
        :param later: insert them with other rows at the end of the work under way (see
            ``tools/rows.py``); no entries are returned
        """
        if not rows:
            return self.env["school.register.entry"]
        # Everybody who may do a thing has it recorded; nobody can write entries
        # himself.
        Entry = self.env["school.register.entry"]
        Later.settle(Entry)
        register = self.sudo().browse(self._id_of(company.id, code))
        at = fields.Datetime.now()
        year = company._school_date(at).year
        seq, prev_hash = register._lock_head(year)
        user = self.env.user
        vals_list = []
        for row in rows:
            seq += 1
            behalf = row.get("on_behalf_of") or self.env["res.users"]
            record = row["record"]
            vals = {
                "company_id": company.id,
                "register_id": register.id,
                "register_code": code,
                "year": year,
                "seq": seq,
                "event": row["event"],
                "number": row.get("number") or False,
                "res_model": record._name,
                "res_id": record.id,
                "payload": canonical_json(row["payload"]),
                "at": at,
                "user_id": user.id,
                "user_name": user.sudo().name,
                "on_behalf_of_id": behalf.id,
                "on_behalf_of_name": behalf.sudo().name or False,
                "is_marked": bool("is_marked" in record and record.sudo().is_marked),
                "prev_hash": prev_hash,
            }
            prev_hash = vals["hash"] = entry_hash(prev_hash, self._document(vals))
            vals_list.append(vals)
        if later:
            Entry._add_facts_later(vals_list)
            return Entry
        return Entry._add_facts(vals_list)

    @api.model
    @tools.ormcache("company_id", "code")
    def _id_of(self, company_id, code):
        """Return the id of a book: it keeps school and code, and is never deleted."""
        register = self.sudo().search(
            [("company_id", "=", company_id), ("code", "=", code)]
        )
        if not register:
            raise UserError(
                self.env._(
                    "%(school)s has no register “%(code)s”. The operator runs the "
                    "set-up of the school again.",
                    school=self.env["res.company"].sudo().browse(company_id).name,
                    code=code,
                )
            )
        return register.id

    def _lock_head(self, year):
        """Lock the chain of a year; return number and hash of its last entry."""
        self.ensure_one()
        rows = self.env["school.serial"]._lock_and_read(
            [f"register:{self.id}:{year}"],
            SQL(
                """SELECT seq, hash FROM school_register_entry
                   WHERE register_id = %s AND year = %s ORDER BY seq DESC LIMIT 1""",
                self.id,
                year,
            ),
            only_locked=True,
        )
        return max(rows) if rows else (0, self._first_hash(year))

    def _first_hash(self, year):
        """Return what stands before the first entry: it names the book and the year."""
        return sha256_hex(
            canonical_json(
                {"company": self.company_id.id, "register": self.code, "year": year}
            )
        )

    @api.model
    def _document(self, vals):
        """Return what the hash of an entry covers: every column but the hash itself."""
        return {
            "at": vals["at"],
            "company": vals["company_id"],
            "event": vals["event"],
            "marked": vals["is_marked"],
            "number": vals["number"] or None,
            "on_behalf_of": [
                vals["on_behalf_of_id"] or None,
                vals["on_behalf_of_name"] or None,
            ],
            "payload": vals["payload"],
            "record": [vals["res_model"], vals["res_id"]],
            "register": vals["register_code"],
            "seq": vals["seq"],
            "user": [vals["user_id"], vals["user_name"]],
            "year": vals["year"],
        }

    def _school_time(self, at):
        """Return a moment in UTC as the clock on the school's wall shows it."""
        self.ensure_one()
        return at.replace(tzinfo=timezone.utc).astimezone(self.company_id._school_tz())

    def action_verify(self):
        """Verify the whole book now and show the result."""
        self.check_access("read")
        # Readers may ask whether their book is intact; only this method writes the
        # answer.
        checks = self.sudo()._verify("manual")
        result = self.env["school.register.verification"].create(
            {"check_ids": [fields.Command.set(checks.ids)]}
        )
        return self._form_of(result, name=self.env._("Verification"), target="new")

    def action_entries(self):
        """Open the entries of the book."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_base.action_school_register_entry"
        )
        return {
            **action,
            "name": self.name,
            "domain": [("register_id", "=", self.id)],
            "context": {},
        }

    def action_print(self):
        """Ask which pages of the book to print."""
        self.ensure_one()
        return self._dialog(
            "school.register.print", self.env._("Print the Book"), register_id=self.id
        )

    def _verify(self, scope):
        """Verify the chains of the books; return one check per book and year.

        ``scope`` is "new" (only what came since the last good check, which anchors it),
        "full" or "manual" (from the first entry, and every head ever confirmed).
        """
        Check = self.env["school.register.check"]
        vals_list = []
        for register, year in self._chains():
            anchors = Check._anchors(register, year)
            vals_list.append(register._verify_chain(year, scope, anchors))
        checks = Check.create(vals_list)
        done = {"verified_at": fields.Datetime.now()}
        if scope != "new":
            done["full_verified_at"] = done["verified_at"]
        for register in self:
            broken = checks.filtered(
                lambda check, book=register: (
                    check.register_id == book and check.state == "broken"
                )
            )
            was_broken = register.verified_state == "broken"
            register.write({**done, "verified_state": "broken" if broken else "ok"})
            if broken and not was_broken:
                register._alert(broken)
        return checks

    def _chains(self):
        """Return the (register, year) pairs that have entries or were confirmed
        once.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT register_id, year FROM school_register_entry
                    WHERE register_id IN %(ids)s
                    UNION
                   SELECT DISTINCT register_id, year FROM school_register_check
                    WHERE register_id IN %(ids)s
                 ORDER BY 1, 2""",
                ids=tuple(self.ids or [0]),
            )
        )
        return [(self.browse(register_id), year) for register_id, year in rows]

    def _verify_chain(self, year, scope, anchors):
        """Walk a chain; return the values of its check.

        :param anchors: ``{seq: hash}`` of heads confirmed by earlier good checks.
            Without them a book cut off at its end, or written anew, would look intact.
        """
        self.ensure_one()
        start = max(anchors, default=0) if scope == "new" else 0
        anchors = {seq: value for seq, value in anchors.items() if seq >= start}
        seq, head = start, anchors.get(start) or self._first_hash(year)
        reason = False
        if start:
            # The anchor entry itself is read again: it may have been changed since.
            seq, head, reason = self._verify_anchor(year, start, head)
        while not reason:
            rows = self._read_chain(year, seq)
            if not rows:
                break
            for row in rows:
                reason = self._entry_fault(row, seq, head, anchors)
                if reason:
                    break
                seq, head = row["seq"], row["hash"]
        missing = [anchor for anchor in anchors if anchor > seq]
        if not reason and missing:
            reason = "cut"
        return {
            "company_id": self.company_id.id,
            "register_id": self.id,
            "year": year,
            "scope": scope,
            "at": fields.Datetime.now(),
            "user_id": self.env.uid,
            "entry_count": seq,
            "head_hash": head,
            "state": "broken" if reason else "ok",
            "broken_seq": seq + 1 if reason else 0,
            "broken_reason": reason,
        }

    def _verify_anchor(self, year, seq, confirmed):
        row = next(iter(self._read_chain(year, seq - 1, limit=1)), None)
        if row is None or row["seq"] != seq:
            return seq - 1, confirmed, "cut"
        if row["hash"] != confirmed:
            return seq - 1, confirmed, "anchor"
        if row["hash"] != entry_hash(row["prev_hash"], self._document(row)):
            return seq - 1, confirmed, "content"
        return seq, confirmed, False

    def _entry_fault(self, row, seq, head, anchors):
        """Return why this entry cannot follow (seq, head), or False."""
        if row["seq"] != seq + 1:
            return "missing"
        if row["prev_hash"] != head:
            return "chain"
        if row["hash"] != entry_hash(head, self._document(row)):
            return "content"
        if anchors.get(row["seq"], row["hash"]) != row["hash"]:
            return "anchor"
        return False

    def _read_chain(self, year, after, limit=VERIFY_BATCH):
        return self.env.execute_query_dict(
            SQL(
                """SELECT seq, year, event, number, res_model, res_id, payload, at,
                          user_id, user_name, on_behalf_of_id, on_behalf_of_name,
                          company_id, register_code, is_marked, prev_hash, hash
                     FROM school_register_entry
                    WHERE register_id = %s AND year = %s AND seq > %s
                 ORDER BY seq LIMIT %s""",
                self.id,
                year,
                after,
                limit,
            )
        )

    @api.model
    def _cron_verify(self):
        """Verify the books: nightly what is new, once a month from the first entry.

        A broken book alerts the director's post, once.
        """
        now = fields.Datetime.now()
        due = Domain("company_id.school_state", "!=", "closed") & (
            Domain("verified_at", "=", False)
            | Domain("verified_at", "<", now - VERIFY_EVERY)
        )
        for register in self.search(due, limit=VERIFY_BOOKS):
            full_at = register.full_verified_at
            is_full = not full_at or full_at < now - VERIFY_ALL_EVERY
            register._verify("full" if is_full else "new")
            self.env["ir.cron"]._commit_progress(1)
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(due))

    def _alert(self, broken):
        """Tell the director's post that a book was tampered with."""
        self.ensure_one()
        users = self._alert_users()
        first = broken[0]

        def subject(env):
            return env._("A register is broken")

        def body(env):
            return env._(
                "The register “%(register)s” %(year)s is broken at entry %(seq)s: "
                "%(reason)s. Compare it with the printed book and the backups, and "
                "keep the database as it is until the cause is known.",
                register=self.with_env(env).name,
                year=first.year,
                seq=first.broken_seq,
                reason=first.with_env(env).reason_text,
            )

        self.env["school.notice"].sudo()._queue(
            users, subject, body, record=self, urgent=True, kind="register"
        )
        for user in users:
            if self.with_user(user).has_access("read"):
                env = self.with_context(lang=user.lang).env
                self.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=subject(env),
                    note=body(env),
                    user_id=user.id,
                )

    def _alert_users(self):
        post = self.env["school.post"]._find(self.company_id, "director")
        return post._users() if post else self.env["res.users"]
