from datetime import timezone

from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang

SHOWN = 5
# While a clock runs, and the deadline has passed, the record is late.
LATE_STATES = ("running", "warning", "late")


class SchoolMyOffice(models.AbstractModel):
    """The page every employee lands in: what waits for him, what he waits for.

    Engines and addons add their part by extending ``_sections()`` and
    ``_quick_actions()``. Everything shown is the caller's own: each part says so in its
    domain. A part costs a constant number of queries, whatever there is to show.
    """

    _name = "school.my.office"
    _description = "My Office"

    @api.model
    @api.readonly
    def get_overview(self):
        """Return everything the page shows to the current user."""
        company = self.env.company
        sections = sorted(self._sections(), key=lambda section: section["sequence"])
        return {
            "user": self.env.user.name,
            "school": company.name,
            "today": self._today(company),
            "counters": self._counters(sections),
            "sections": sections,
            "quick_actions": sorted(
                self._quick_actions(), key=lambda action: action.get("sequence", 100)
            ),
        }

    def _sections(self):
        """Return the cards of the page. Extend it: ``super()`` and append yours.

        A card is made by :meth:`_section`; its items by :meth:`_item`. Cards of the
        column ``todo`` wait for the user (decisions, signatures, reading, hand-overs);
        those of ``asked`` are what he asked for or holds, and where it stands. The
        approval engine puts its decisions first (sequence 10), receipts come at 20,
        custody at 40, what was asked for from 100 on.
        """
        return [*self._sections_receipts(), *self._sections_custody()]

    def _quick_actions(self):
        """Return the buttons at the top: "Register an incoming document", "Ask for …".

        Each is ``{"key", "label", "icon", "action", "sequence"}``; ``action`` is an
        external id or an action dictionary. Add one only for who may use it.
        """
        if not (self.env.company.is_school and self.env["school.board"]._scope()):
            return []
        return [
            {
                "key": "board",
                "label": self.env._("Office Board"),
                "icon": "fa-tachometer",
                "action": "school_office_base.board_action",
                "sequence": 90,
            }
        ]

    def _section(
        self,
        key,
        title,
        column="todo",
        sequence=50,
        icon="fa-inbox",
        count=0,
        late=0,
        items=(),
        action=None,
        counter=None,
    ):
        """Make a card.

        :param column: ``todo`` or ``asked``
        :param count: how many there are in all; ``items`` holds at most five of them
        :param late: how many of them are late
        :param action: opens the list behind the count: an external id or a dictionary
        :param counter: short word under the figure at the top; only for ``todo``
        """
        return {
            "key": key,
            "title": title,
            "column": column,
            "sequence": sequence,
            "icon": icon,
            "count": count,
            "late": late,
            "items": list(items)[:SHOWN],
            "action": action,
            "counter": counter or title,
        }

    def _here(self):
        """What belongs to the schools the user works in just now."""
        return Domain("company_id", "in", self.env.companies.ids)

    def _list_section(self, records, domain, item, order=None, **card):
        """Make a card of the records of a domain: how many, how many late, the first.

        At most two queries, one if there is nothing.

        :param records: their model; in superuser mode only where the domain itself
            keeps to what is the caller's own
        :param item: ``record -> line``, made by :meth:`_item`
        :param card: the rest of :meth:`_section`: key, title, sequence, icon, action …
        """
        domain = Domain(domain) & self._here()
        late = 0
        if "deadline_at" in records._fields:
            count, late = self._count_late(records, domain)
            shown = records.search(domain, order=order, limit=SHOWN) if count else ()
        else:
            shown = records.search(domain, order=order, limit=SHOWN + 1)
            count = len(shown)
            if count > SHOWN:
                count = records.search_count(domain)
        return self._section(
            count=count,
            late=late,
            items=[item(record) for record in shown[:SHOWN]],
            **card,
        )

    def _item(
        self,
        key,
        title,
        subtitle="",
        *,
        open_record=None,
        open_method=None,
        deadline_info=None,
        deadline_state=None,
        urgent=False,
        badge=None,
        progress=None,
        buttons=(),
    ):
        """Make a line of a card.

        :param open_record: ``(model, id)`` whose form a tap opens
        :param open_method: ``(model, id, method)`` instead, which returns an action
        :param deadline_info, deadline_state: the fields of ``school.clock.mixin``
        :param badge: a word at the right, e.g. where it stands
        :param progress: ``(done, total)``
        :param buttons: at most two, made by :meth:`_button`
        """
        if (deadline_info or {}).get("late") and deadline_state in LATE_STATES:
            deadline_state = "late"
        return {
            "key": key,
            "title": title or "",
            "subtitle": subtitle or "",
            "open_record": list(open_record) if open_record else None,
            "open_method": list(open_method) if open_method else None,
            "deadline_info": deadline_info or None,
            "deadline_state": deadline_state or None,
            "urgent": bool(urgent),
            "badge": badge or None,
            "progress": list(progress) if progress else None,
            "buttons": list(buttons)[:2],
        }

    def _button(
        self, label, model, ids, method, primary=False, confirm=None, said=None
    ):
        """Make a one-tap button that calls a public ``method`` on ``ids``.

        :param confirm: a question asked first
        :param said: the sentence shown afterwards
        """
        return {
            "label": label,
            "model": model,
            "ids": list(ids),
            "method": method,
            "primary": primary,
            "confirm": confirm,
            "said": said,
        }

    @api.model
    def _count_late(self, model, domain, by=None):
        """Return ``(count, late)`` of records with a deadline, in one query.

        Late is what the clock on the wall says, as the red badge does: the timers may
        not have run yet. With ``by``, a column: ``{value: (count, late)}``.
        """
        query = model._search(Domain(domain))
        columns = [
            SQL("count(*)"),
            SQL(
                "count(*) FILTER (WHERE %s < %s AND %s IN %s)",
                model._field_to_sql(query.table, "deadline_at", query),
                fields.Datetime.now(),
                model._field_to_sql(query.table, "deadline_state", query),
                LATE_STATES,
            ),
        ]
        if not by:
            [counts] = self.env.execute_query(query.select(*columns))
            return counts
        key = model._field_to_sql(query.table, by, query)
        query.groupby = key
        return {
            value: (count, late)
            for value, count, late in self.env.execute_query(
                query.select(key, *columns)
            )
        }

    @api.model
    def _late_among(self, records):
        """Those whose deadline has passed, whether or not the timers have run."""
        now = fields.Datetime.now()
        return records.filtered(
            lambda record: (
                record.deadline_state in LATE_STATES
                and record.deadline_at
                and record.deadline_at < now
            )
        )

    def _counters(self, sections):
        todo = [section for section in sections if section["column"] == "todo"]
        late = sum(section["late"] for section in sections)
        return {
            "todo": sum(section["count"] for section in todo),
            "late": late,
        }

    def _today(self, company):
        """Return the date in the school, the week of term, and the service hours."""
        today = company._school_date()
        term = self.env["school.term"].sudo()._at(company, today)
        week = ""
        if term:
            monday = fields.Date.start_of(term.date_from, "week")
            week = self.env._(
                "%(term)s, week %(number)s",
                term=term.name,
                number=(today - monday).days // 7 + 1,
            )
        return {
            "date": self._day_in_words(today, "MMMMEEEEd"),
            "week": week,
            "hour": fields.Datetime.now()
            .replace(tzinfo=timezone.utc)
            .astimezone(company._school_tz())
            .hour,
            "service": self._service_today(company, today),
        }

    def _day_in_words(self, day, skeleton):
        """Return a day as the user's language writes it: order, commas and all."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton(skeleton, day, locale=locale)

    def _service_today(self, company, today):
        """Say whether the office serves today, and until when."""
        if not company.is_school:
            return {"open": None, "text": ""}
        worktime, now = company._worktime(), fields.Datetime.now()
        until = worktime.open_until(now)
        if until:
            text = self.env._(
                "Office open until %(time)s",
                time=worktime.local(until).strftime("%H:%M"),
            )
            return {"open": True, "text": text}
        opening = worktime.local(worktime.next_open(now))
        if opening.date() == today:
            text = self.env._(
                "Office opens at %(time)s", time=opening.strftime("%H:%M")
            )
        else:
            text = self.env._(
                "Office closed until %(day)s %(time)s",
                day=self._day_in_words(opening.date(), "MMMEd"),
                time=opening.strftime("%H:%M"),
            )
        return {"open": False, "text": text}

    # Receipts

    def _sections_receipts(self):
        """To sign for, to read, and what I sent that is not answered by all.

        Three queries for the first two cards and one for the third, after those that
        find out for whom the user signs.
        """
        # sudo: the domain itself keeps to what is addressed to the caller
        Receipt = self.env["school.receipt"].sudo()
        mine = (
            Receipt._search_is_mine("in", [True])
            & Domain("is_open", "=", True)
            & self._here()
        )
        counted = self._count_late(Receipt, mine, by="kind")
        sections = []
        for kind, title, counter, icon, sequence in (
            ("sign", self.env._("To sign for"), self.env._("sign"), "fa-pencil", 20),
            ("read", self.env._("To read"), self.env._("read"), "fa-eye", 30),
        ):
            receipts = Receipt
            count, late = counted.get(kind, (0, 0))
            if count:
                receipts = Receipt.search(
                    mine & Domain("kind", "=", kind),
                    order="deadline_at, is_urgent desc, opened_at, id",
                    limit=SHOWN,
                )
            sections.append(
                self._section(
                    f"receipts_{kind}",
                    title,
                    sequence=sequence,
                    icon=icon,
                    count=count,
                    late=late,
                    counter=counter,
                    items=[self._receipt_item(receipt) for receipt in receipts],
                    action=f"school_office_base.school_receipt_action_my_{kind}",
                )
            )
        return [*sections, self._section_sent()]

    def _receipt_item(self, receipt):
        buttons = []
        if receipt.kind == "read":
            buttons.append(
                self._button(
                    self.env._("I have read it"),
                    "school.receipt",
                    receipt.ids,
                    "action_mark_read",
                    primary=True,
                    said=self.env._("Marked as read."),
                )
            )
        elif not receipt.paper_only:
            buttons.append(
                self._button(
                    self.env._("Sign"),
                    "school.receipt",
                    receipt.ids,
                    "action_sign",
                    primary=True,
                    said=self.env._("Signed for."),
                )
            )
        who = receipt.department_id.name or (
            receipt.user_id.name if receipt.user_id.id != self.env.uid else ""
        )
        parts = [
            receipt.purpose,
            self.env._("from %(sender)s", sender=receipt.sent_by_id.name),
            who and self.env._("for %(recipient)s", recipient=who),
        ]
        return self._item(
            f"receipt-{receipt.id}",
            receipt.title,
            " · ".join(part for part in parts if part),
            open_method=("school.receipt", receipt.id, "action_open_record"),
            deadline_info=receipt.deadline_info,
            deadline_state=receipt.deadline_state,
            urgent=receipt.is_urgent,
            buttons=buttons,
        )

    def _section_sent(self):
        """What the user sent and not everyone has answered."""
        Receipt = self.env["school.receipt"]
        domain = Domain("sent_by_id", "=", self.env.uid) & (
            Domain("is_open", "=", True) | Domain("state", "=", "waiting")
        )
        groups = Receipt._read_group(
            domain,
            ["res_model", "res_id"],
            ["__count", "id:recordset", "opened_at:min"],
            order="opened_at:min",
            limit=SHOWN + 1,
        )
        total = len(groups)
        if total > SHOWN:
            total = len(Receipt._read_group(domain, ["res_model", "res_id"]))
        items = []
        for model, res_id, waiting, receipts, _since in groups[:SHOWN]:
            items.append(
                self._item(
                    f"sent-{model}-{res_id}",
                    receipts[0].title,
                    self.env._(
                        "not yet: %(names)s",
                        names=", ".join(receipts.mapped("recipient_name")[:3])
                        + (" …" if waiting > 3 else ""),
                    ),
                    open_record=(model, res_id),
                    badge=self.env._("%(count)s missing", count=waiting),
                    deadline_state="late" if self._late_among(receipts) else None,
                    buttons=[
                        self._button(
                            self.env._("Urge"),
                            "school.receipt",
                            receipts.filtered("is_open").ids,
                            "action_urge",
                        )
                    ],
                )
            )
        return self._section(
            "receipts_sent",
            self.env._("Sent by me, not answered by all"),
            column="asked",
            sequence=120,
            icon="fa-paper-plane-o",
            count=total,
            items=items,
            action="school_office_base.school_receipt_action_sent",
        )

    # Custody

    def _sections_custody(self):
        """What is offered to me, and what I hold that has to go back."""
        return [
            self._list_section(
                self.env["school.custody.handover"],
                Domain("receiver_id", "=", self.env.uid)
                & Domain("state", "=", "offered"),
                self._handover_item,
                order="id",
                key="custody_offered",
                title=self.env._("Hand-overs to confirm"),
                sequence=40,
                icon="fa-exchange",
                counter=self.env._("take over"),
                action="school_office_base.school_custody_action_mine",
            ),
            self._list_section(
                self.env["school.custody"],
                Domain("holder_id", "=", self.env.uid) & Domain("is_out", "=", True),
                self._custody_item,
                order="due_at, id",
                key="custody_held",
                title=self.env._("Borrowed by me"),
                column="asked",
                sequence=130,
                icon="fa-hand-paper-o",
                action="school_office_base.school_custody_action_mine",
            ),
        ]

    def _handover_item(self, handover):
        return self._item(
            f"handover-{handover.id}",
            handover.custody_id.title,
            self.env._("from %(person)s", person=handover.giver_id.name),
            open_record=("school.custody", handover.custody_id.id),
            buttons=[
                self._button(
                    self.env._("Accept"),
                    "school.custody.handover",
                    handover.ids,
                    "action_accept",
                    primary=True,
                    said=self.env._("It is in your hands now."),
                ),
                self._button(
                    self.env._("Do not accept"),
                    "school.custody.handover",
                    handover.ids,
                    "action_refuse",
                ),
            ],
        )

    def _custody_item(self, custody):
        return_it = self._button(
            self.env._("Give back"),
            "school.custody",
            custody.ids,
            "action_return",
            said=self.env._("Offered back to its custodian."),
        )
        return self._item(
            f"custody-{custody.id}",
            custody.title,
            self.env._("belongs to %(person)s", person=custody.custodian_id.name),
            open_record=("school.custody", custody.id),
            deadline_info=custody.deadline_info,
            deadline_state=custody.deadline_state,
            buttons=[return_it] if custody.state == "out" else (),
        )
