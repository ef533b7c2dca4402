from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, plaintext2html

from odoo.addons.school_office_base.models.record import STEP_FIELDS
from odoo.addons.school_office_base.tools.locking import fetch_where
from odoo.addons.school_office_base.tools.rows import Later

from .ticket import AGENT

TITLE_LIMIT = 200
TEXT_LIMIT = 20_000
# The history says that it was received; nobody follows it, nothing is tracked yet.
_QUIET = ("mail_create_nolog", "mail_create_nosubscribe", "mail_notrack")
SELF_SERVICE = ("app", "portal", "form", "qr")

# What a new request takes from its service, from the post there, from the school and
# from whoever enters it
_SERVICE_FACTS = (
    "company_id",
    "name",
    "kind",
    "default_urgency",
    "is_major",
    "estimate_minutes",
    "visibility",
    "post_id",
    "department_id",
    "solution_amount",
    "solution_unit",
    "allow_anonymous",
)
_POST_FACTS = ("company_id", "name", "code", "kind", "department_id")
_SCHOOL_FACTS = (
    *STEP_FIELDS,
    "name",
    "school_code",
    "school_office_name",
    "school_desk_auto_assign",
    "school_safeguarding_words",
    "school_complaint_final_days",
)


class SchoolTicket(models.Model):
    """How requests come in: every channel ends in ``create`` with the same checks."""

    _inherit = "school.ticket"

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Register requests: complete, number, route and time them in one batch.

        Clerks and staff enter the fields of ``_entry_fields`` and nothing else; the
        rest is found out here and written by the server.
        """
        if self.env.su:
            return self._enter(vals_list, self.env.user)
        self.check_access("create")
        tickets = self._without_server_defaults()
        tickets._check_offered(vals_list)
        rows = [tickets._entered(vals) for vals in vals_list]
        files = [self._uploaded(row.pop("new_file_ids", None)) for row in rows]
        # Superuser: the checked entry is completed by what only the desk may set.
        created = tickets.sudo()._enter(rows, self.env.user).with_env(self.env)
        created.check_access("create")
        for ticket, uploaded in zip(created, files, strict=True):
            ticket._take_files(uploaded)
        return created

    def _take_files(self, files):
        """Hang files that somebody has just uploaded on this ticket (superuser)."""
        files.write({"res_model": self._name, "res_id": self.id})

    @api.model
    def _uploaded(self, commands, model=None):
        """The files that this user has just uploaded for a request, in superuser mode.

        Ids come from the client: only his own, which belong to nothing yet, are taken.

        :param model: where he uploaded them, if not in the form of a request
        """
        ids = set()
        for command in commands or ():
            if command[0] == fields.Command.LINK:
                ids.add(command[1])
            elif command[0] == fields.Command.SET:
                ids.update(command[2])
        files = self.env["ir.attachment"].sudo().browse(ids).exists()
        foreign = files.filtered(
            lambda file: (
                file.create_uid != self.env.user
                or file.res_id
                or file.res_model not in (False, model or self._name)
                or file.res_field
            )
        )
        if foreign:
            raise AccessError(
                self.env._(
                    "“%(file)s” belongs to another record. Upload it here instead.",
                    file=foreign[0].name,
                )
            )
        return files

    def _entered(self, vals):
        """The checked values of a person who makes a request in the back office."""
        names = self._all_entry_fields()
        self._check_server_fields(vals, creating=True)
        row = {name: value for name, value in vals.items() if name in names}
        rest = {
            name: value
            for name, value in vals.items()
            if name not in names and name in self._fields and value
        }
        if rest:
            defaults = self.default_get(list(rest))
            rest = {n for n, v in rest.items() if v != defaults.get(n)}
        if rest:
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be entered: the office's own steps set it.",
                    fields=", ".join(sorted(self._fields[n].string for n in rest)),
                )
            )
        defaults = self.default_get([n for n in names if n not in row])
        row = {**{n: v for n, v in defaults.items() if n in names}, **row}
        self._check_own_school(row.get("company_id"))
        company = (
            self.env["res.company"].browse(row.get("company_id")) or self.env.company
        )
        row["company_id"] = company.id
        agent = self.env.user.has_group(AGENT)
        if not agent:
            # Staff ask for themselves.
            row["requester_user_id"] = self.env.uid
            row["requester_id"] = self.env.user.partner_id.id
            row["channel"] = "app"
        return row

    def action_send(self):
        """Hand in what was entered, and say under which number it goes on."""
        self.ensure_one()
        self.check_access("read")
        deadline = self.deadline_at and self.company_id._worktime().local(
            self.deadline_at
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.number,
                "message": self.env._(
                    "The office has your request; you hear from it by %(moment)s.",
                    moment=deadline.strftime("%Y-%m-%d %H:%M"),
                )
                if deadline
                else self.env._("The office has your request."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_offered(self, vals_list):
        """Staff ask for what is offered to them; the desk enters everything."""
        if self.env.user.has_group(AGENT):
            return
        ids = {vals.get("service_id") for vals in vals_list} - {None, False}
        services = self.env["school.service"].sudo().browse(ids).exists()
        hidden = services - services._visible_to(self.env.user)
        if hidden:
            raise UserError(
                self.env._(
                    "“%(service)s” is not offered to you.", service=hidden[0].name
                )
            )

    @api.model
    def _enter(self, vals_list, author):
        """Create complete tickets (superuser only): the one door for every channel."""
        rows = self._complete(vals_list, author)
        routes = self._route_rows(rows)
        # Last, for whoever registers at the same time waits for us from here on.
        self._number_new(rows)
        quiet = self.with_context(**dict.fromkeys(_QUIET, True))
        with Later(self.env):
            # pylint: disable=super-method-mismatch
            tickets = super(SchoolTicket, quiet).create(rows).with_env(self.env)
            events, channels = [], {}
            for ticket, route in zip(tickets, routes, strict=True):
                company = ticket.company_id
                if company not in channels:
                    channels[company] = self._channel_words(company)
                events.append(
                    {
                        "ticket_id": ticket.id,
                        "kind": "received",
                        "value_to": channels[company][ticket.channel],
                    }
                )
                if route:
                    events.append({"ticket_id": ticket.id, "kind": "routed", **route})
            self._log_events(events, user=author, later=True)
        tickets._ticket_registered()
        tickets.filtered("handler_id")._ticket_assigned({})
        return tickets

    @api.model
    def _channel_words(self, company):
        """What the channels are called at a school: the history is kept as text."""
        env = self.with_context(lang=company._desk_lang() or self.env.lang).env
        return dict(self._fields["channel"]._description_selection(env))

    def _search_file_texts(self):
        """Photographs and copies of papers say little: the request itself is found."""
        return {}

    def _ticket_registered(self):
        """Hook: these tickets have just been registered (superuser)."""

    @api.model
    def _complete(self, vals_list, author):
        """Add to each row what follows from service, requester and moment."""
        now = fields.Datetime.now()
        known = self._wanted_services(vals_list)
        # From memory; whoever enters requests need not be read for it.
        is_colleague = author._is_internal() and not author._is_superuser()
        rows = []
        for vals in vals_list:
            row = dict(vals)
            company = self.env["res.company"].browse(
                row.setdefault("company_id", self.env.company.id)
            )
            service = known.get(row.get("service_id"))
            if not service:
                service = company.sudo().school_desk_service_id
            if not service:
                raise UserError(
                    self.env._(
                        "%(school)s offers no service yet: the administrator enters "
                        "one.",
                        school=company.sudo().name,
                    )
                )
            row["service_id"] = service.id
            row["name"] = self._title(row, service)
            row.setdefault("received_at", now)
            row.setdefault("channel", "app")
            row["urgency"] = row.get("urgency") or service.default_urgency
            row.setdefault("is_major", service.is_major)
            row.setdefault("work_minutes", service.estimate_minutes)
            # Nobody has rated it yet: spares the question to the database.
            row.setdefault("rating_last_value", 0.0)
            row.setdefault("visibility", service.visibility)
            if service.visibility == "named" and "allowed_user_ids" not in row:
                row["allowed_user_ids"] = [
                    fields.Command.set(service.named_user_ids.ids)
                ]
            row.setdefault("post_id", service.post_id.id)
            if not row.get("lead_department_id"):
                row["lead_department_id"] = service.department_id.id
            self._complete_requester(row, company)
            self._complete_answers(row, service)
            if is_colleague:
                row.setdefault("received_by_id", author.id)
                if row["channel"] not in SELF_SERVICE:
                    row.setdefault("first_contact_id", author.id)
            rows.append(row)
        return rows

    @api.model
    def _wanted_services(self, vals_list):
        """``{id: service}``, archived ones too, with all that is asked of them."""
        ids = {vals["service_id"] for vals in vals_list if vals.get("service_id")}
        if not ids:
            return {}
        Service = self.env["school.service"].sudo()
        services, _rows = fetch_where(
            Service,
            SQL("%s IN %s", SQL.identifier(Service._table, "id"), tuple(ids)),
            _SERVICE_FACTS,
            along={"post_id": _POST_FACTS, "company_id": _SCHOOL_FACTS},
        )
        return {service.id: service for service in services}

    @api.model
    def _title(self, row, service):
        title = " ".join((row.get("name") or "").split())
        if not title:
            title = " ".join((row.get("details") or "").split())[:60] or service.name
        return title[:TITLE_LIMIT]

    @api.model
    def _complete_requester(self, row, company):
        """Who asks: from the person if he is known, else as he said."""
        if row.get("is_anonymous"):
            for name in (
                "requester_id",
                "requester_user_id",
                "requester_name",
                "requester_phone",
                "requester_email",
                "department_id",
            ):
                row[name] = False
            return
        user = self.env["res.users"].browse(row.get("requester_user_id"))
        partner = self.env["res.partner"].browse(row.get("requester_id"))
        if user and (user.share or company not in user.company_ids):
            raise UserError(
                self.env._("The requester does not work at %(s)s.", s=company.name)
            )
        if user and not partner:
            partner = user.partner_id
        elif partner and not user:
            user = partner.user_ids.filtered(
                lambda u: not u.share and company in u.company_ids
            )[:1]
        row["requester_user_id"] = user.id
        row["requester_id"] = partner.id
        if partner:
            row["requester_name"] = row.get("requester_name") or partner.name
            row["requester_phone"] = row.get("requester_phone") or partner.phone
            row["requester_email"] = row.get("requester_email") or partner.email
        if user and not row.get("department_id"):
            row["department_id"] = user._school_employee(company).department_id.id

    @api.model
    def _complete_answers(self, row, service):
        answers, missing = service._check_answers(row.get("answers") or {})
        row["answers"] = answers or False
        row["answers_text"] = service._answers_text(answers) or False
        if row.get("details"):
            row["details"] = row["details"][:TEXT_LIMIT]
        if missing and not row.get("missing_items"):
            row["missing_items"] = "\n".join(missing)

    # The door for the channels that are not forms of the back office

    @api.model
    def _intake(self, company, vals_list, channel):
        """Register requests that come by mail, portal, public form, QR code or box.

        The caller has identified the requester; whoever is not known is a name.

        :param vals_list: dicts of ``service`` (record, or none: the school's default),
            ``name``, ``details``, ``answers``, ``requester_id`` or ``requester_name``,
            ``requester_phone``, ``requester_email``, ``place_id``, ``equipment_id``,
            ``attachments`` [(name, bytes)], ``urgency``, ``anonymous``,
            ``email_message_id``, ``needed_by``, and any other field of the ticket
        :param channel: a key of ``CHANNELS``
        :return: the tickets, in superuser mode
        """
        rows, files = [], []
        for vals in vals_list:
            row = {key: value for key, value in vals.items() if key in self._fields}
            service = vals.get("service")
            row.update(
                company_id=company.id,
                channel=channel,
                service_id=service.id if service else False,
                is_anonymous=bool(vals.get("anonymous")),
            )
            if service and service.sudo().company_id != company:
                raise UserError(
                    self.env._("This service is not offered by this school.")
                )
            if row["is_anonymous"] and not (service and service.sudo().allow_anonymous):
                raise UserError(
                    self.env._("This service needs to know who asks for it.")
                )
            rows.append(row)
            files.append(vals.get("attachments") or ())
        tickets = self.sudo().with_company(company)._enter(rows, self.env.user)
        tickets._add_files(files)
        return tickets

    def _add_files(self, files):
        """Hang ``files`` (a list of (name, bytes) per ticket) on these tickets."""
        self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": ticket.id,
                }
                for ticket, contents in zip(self, files, strict=True)
                for name, content in contents
            ]
        )

    # What the requester says later

    def _requester_answers(self, body, attachments=(), author=None):
        """The requester adds something: what waits for him goes on (superuser-safe).

        :param body: plain text
        """
        for ticket in self.sudo():
            partner = author or ticket.requester_id
            if attachments:
                ticket._add_files([attachments])
            if (body or "").strip():
                ticket.message_post(
                    body=plaintext2html(body.strip()[:TEXT_LIMIT]),
                    author_id=partner.id or self.env.ref("base.public_partner").id,
                    message_type="comment",
                    subtype_xmlid="mail.mt_note",
                )
        return self._requester_heard(body)

    def _requester_heard(self, text):
        """What waits for the requester goes on; the handler is told what he said."""
        waiting = self.sudo().filtered(
            lambda ticket: (
                ticket.state == "waiting" and ticket.waiting_reason_id.asks_requester
            )
        )
        for company, tickets in waiting.grouped("company_id").items():
            env = company._school_chatter_env()
            tickets._resume(env._("The requester answered."))
        said = (text or "").strip()[:200]
        self.sudo()._notify_handler(
            lambda env: (
                env._("The requester wrote: %(text)s", text=said)
                if said
                else env._("The requester sent files.")
            )
        )
        return True
