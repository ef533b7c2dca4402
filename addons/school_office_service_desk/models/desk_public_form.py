import re
from datetime import datetime

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize, format_list

from odoo.addons.school_office_base.tools import files as file_rules

from ..tools import uploads
from ..tools.questions import (
    LONG_LIMIT,
    TEXT_LIMIT,
    WrongAnswerError,
    check_answers,
    clean_text,
    is_asked,
)

PREFIX = "q_"  # in front of the keys of questions, so that none covers a field of ours
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{4,24}")
_SHEET = re.compile(r"[0-9a-f]{32}")
_TYPES = {
    "text": "text",
    "number": "number",
    "date": "date",
    "datetime": "datetime-local",
    "phone": "tel",
    "email": "email",
    "file": "file",
}
MIME = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}


class TooManyError(Exception):
    """The visitor, or all visitors together, sent more than the school takes."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


class SchoolDeskPublic(models.AbstractModel):
    """The form of a service and what becomes of it."""

    _inherit = "school.desk.public"

    # What is asked

    @api.model
    def _form(self, service, user, door=None, anonymous=False, given=None, errors=None):
        """The fields of a form with what was filled in before and what is wrong."""
        company = service.company_id
        given = given or {}
        errors = errors or {}
        known = self._known_person(company, user) if not anonymous else None
        fields_list = [
            *self._own_fields_before(service, door),
            *self._question_fields(service),
            *self._own_fields_after(service),
        ]
        contact = [] if anonymous else self._contact_fields(known)
        for field in (*fields_list, *contact):
            value = given.get(field["name"])
            if value is None:
                value = field.pop("default", "")
            field["value"] = value
            field["error"] = errors.get(field["name"])
        files = self._file_field(service)
        files["error"] = errors.get("files")
        labels = {field["name"]: field["label"] for field in (*fields_list, *contact)}
        labels["files"] = self.env._("Files")
        return {
            "open": True,
            "anonymous": anonymous,
            "may_be_anonymous": bool(service.allow_anonymous and not door),
            "photo_first": files["images"] and service.kind == "repair",
            "fields": fields_list,
            "contact": contact,
            "files": files,
            "signed_in_as": known["name"] if known else "",
            "had_files": bool(given.get("had_files")),
            "problems": [
                {
                    "anchor": f"f-{name}" if name in labels else "",
                    "text": self.env._(
                        "%(question)s: %(problem)s",
                        question=labels[name].rstrip("?？"),
                        problem=text,
                    )
                    if name in labels
                    else text,
                }
                for name, text in errors.items()
            ],
        }

    @api.model
    def _known_person(self, company, user):
        """Who is signed in, if he belongs to this school; else None.

        Somebody of another school is a guest here: his account is nobody's business.
        """
        if user._is_public():
            return None
        partner = user.sudo().partner_id
        if user.share:
            if partner.company_id and partner.company_id != company:
                return None
        elif company not in user.sudo().company_ids:
            return None
        return {
            "partner": partner,
            "user": None if user.share else user,
            "name": partner.name,
            "phone": partner.phone or "",
            "email": partner.email or "",
        }

    @api.model
    def _own_fields_before(self, service, door):
        fields_list = []
        asks_place = any(q.kind == "place" for q in service.question_ids)
        if service.kind == "repair" and not door and not asks_place:
            fields_list.append(
                self._field(
                    "place",
                    self.env._("Where is it?"),
                    "place",
                    required=True,
                    choices=self._places(service.company_id),
                )
            )
        if service.kind in ("complaint", "suggestion"):
            types = self._problem_types(service.company_id)
            if types:
                fields_list.append(
                    self._field(
                        "problem",
                        self.env._("What kind of matter is it?"),
                        "choice",
                        required=service.kind == "complaint",
                        choices=types,
                    )
                )
        fields_list.append(
            self._field(
                "details",
                self.env._("What is broken?")
                if service.kind == "repair"
                else self.env._("What is it about?"),
                "long",
                required=True,
                placeholder=self.env._("For example: the projector stays dark")
                if service.kind == "repair"
                else "",
            )
        )
        return fields_list

    @api.model
    def _problem_types(self, company):
        """What a complaint may be about (DESK-23), of this school."""
        types = (
            self.env["school.complaint.type"]
            .sudo()
            .search([("company_id", "=", company.id)])
        )
        return [(str(kind.id), kind.name) for kind in types]

    @api.model
    def _own_fields_after(self, service):
        if service.kind == "complaint":
            return [
                self._field(
                    "accused",
                    self.env._("Whom or what is it about?"),
                    "text",
                    help=self.env._(
                        "Whoever you name here never gets to see this report."
                    ),
                )
            ]
        if service.kind in ("request", "coordination"):
            return [
                self._field("needed_by", self.env._("When is it needed?"), "datetime")
            ]
        return []

    @api.model
    def _question_fields(self, service):
        """The typed questions of the service, as fields of the page."""
        fields_list = []
        questions = service._question_dicts()
        labels = {question["key"]: question["label"] for question in questions}
        for question in questions:
            field = self._field(
                PREFIX + question["key"],
                question["label"],
                question["kind"],
                required=question["required"],
                help=question["help"],
            )
            if question["kind"] in ("choice", "multi"):
                field["choices"] = [(value, value) for value in question["choices"]]
                if question["kind"] == "choice" and len(field["choices"]) <= 5:
                    field["kind"] = "radio"
            elif question["kind"] == "yes_no":
                field["choices"] = [
                    ("yes", self.env._("Yes")),
                    ("no", self.env._("No")),
                ]
            elif question["kind"] == "place":
                field["choices"] = self._places(service.company_id)
            if question["condition_key"]:
                field["condition"] = (
                    PREFIX + question["condition_key"],
                    question["condition_value"],
                )
                asked = labels[question["condition_key"]]
                answer = self._condition_words(question["condition_value"])
                field["condition_text"] = (
                    self.env._(
                        "Only if “%(question)s” is answered with “%(answer)s”.",
                        question=asked,
                        answer=answer,
                    )
                    if answer
                    else self.env._(
                        "Only if “%(question)s” is answered.", question=asked
                    )
                )
            fields_list.append(field)
        return fields_list

    @api.model
    def _condition_words(self, value):
        words = {"yes": self.env._("Yes"), "no": self.env._("No")}
        return words.get((value or "").strip().lower(), value)

    @api.model
    def _contact_fields(self, known):
        """A guest says who he is; of whom we know we only ask where to call."""
        phone = self._field(
            "phone",
            self.env._("Telephone"),
            "phone",
            autocomplete="tel",
            default=known["phone"] if known else "",
        )
        if known:
            return [phone]
        return [
            self._field(
                "person",
                self.env._("Your name"),
                "text",
                required=True,
                autocomplete="name",
            ),
            phone,
            self._field(
                "email",
                self.env._("E-mail"),
                "email",
                autocomplete="email",
                help=self.env._(
                    "A telephone number or an e-mail, so that we can answer."
                ),
            ),
        ]

    @api.model
    def _field(self, name, label, kind, **more):
        return {
            "name": name,
            "label": label,
            "kind": kind,
            "type": _TYPES.get(kind, "text"),
            "required": False,
            "help": "",
            "text": "",
            "placeholder": "",
            "inputmode": "",
            "autocomplete": "",
            "choices": (),
            "condition": None,
            "condition_text": "",
            "limit": TEXT_LIMIT if kind in ("text", "phone", "email") else 0,
            **more,
        }

    @api.model
    def _file_field(self, service):
        company = service.company_id
        endings = self._file_endings(service)
        images = bool(endings & uploads.IMAGES)
        accept = sorted({MIME.get(ending, f".{ending}") for ending in endings})
        return {
            "error": None,
            "limit": company.school_desk_file_mb * uploads.MEGABYTE,
            "count": company.school_desk_max_files,
            # Said by the browser before anything is sent; {file} is filled in there.
            "too_large": self._file_sentence(
                "size", "{file}", endings, company.school_desk_file_mb
            ),
            "too_many": self.env._(
                "at most %(count)s files", count=company.school_desk_max_files
            ),
            "images": images,
            "accept": ",".join(accept),
            "hint": self.env._(
                "%(types)s, up to %(limit)s MB each, at most %(count)s",
                types=format_list(
                    self.env,
                    [*dict.fromkeys(_called(e) for e in sorted(endings))],
                    style="or",
                ),
                limit=company.school_desk_file_mb,
                count=company.school_desk_max_files,
            ),
        }

    @api.model
    def _file_endings(self, service):
        """DESK-05: papers always, photographs where the service takes them."""
        company = service.company_id
        endings = uploads.endings(company.school_desk_file_types)
        if service.allow_images:
            endings |= uploads.endings(company.school_desk_image_types)
        return endings - file_rules.RUNNABLE

    # What was answered

    @api.model
    def _read(self, service, user, door, post, files, anonymous):
        """Return ``(values for the intake, errors by field, what was filled in)``.

        Only the fields that the form shows are read; whatever else was posted does not
        exist.
        """
        errors, given = {}, {"had_files": bool(files)}
        asked = self._form(service, user, door, anonymous)
        for field in (*asked["fields"], *asked["contact"]):
            name = field["name"]
            values = post.get(name) or []
            if field["kind"] == "multi":
                given[name] = [clean_text(value, TEXT_LIMIT) for value in values]
            else:
                limit = LONG_LIMIT if field["kind"] == "long" else TEXT_LIMIT
                given[name] = clean_text(values[0], limit) if values else ""
            if not given[name] and field["required"] and not field["condition"]:
                errors[name] = self.env._("please answer this")
        answers = self._read_answers(service, given, files, errors)
        values = {
            "service": service,
            "details": given.get("details", ""),
            "answers": answers,
            "anonymous": anonymous,
            **(door._desk_ticket_values() if door else {}),
        }
        self._read_place(service, given, answers, values, errors)
        self._read_needed_by(service, given, values, errors)
        self._read_complaint(service, given, values, errors)
        if service._is_alarming(answers):
            # A stranger without a door says important; who stands there says red.
            known = self._known_person(service.company_id, user)
            trusted = door or (known and known["user"])
            values["urgency"] = "2" if trusted else "1"
        if not anonymous:
            self._read_contact(service, user, given, values, errors)
        values["attachments"] = self._read_files(service, files, errors)
        return values, errors, given

    @api.model
    def _read_answers(self, service, given, files, errors):
        """The answers to the typed questions, each checked by its own kind."""
        clean = {}
        for question in service._question_dicts():
            name = PREFIX + question["key"]
            if not is_asked(question, clean):
                continue
            value = given.get(name)
            if question["kind"] == "file":
                names = [item[0] for item in files if item[2] == name]
                value = ", ".join(names)
            one = {**question, "condition_key": None}
            try:
                checked, missing = check_answers([one], {question["key"]: value})
            except WrongAnswerError as error:
                errors[name] = service._wrong_answer(error)
                continue
            if missing:
                errors[name] = self.env._("please answer this")
            clean.update(checked)
        return clean

    @api.model
    def _read_place(self, service, given, answers, values, errors):
        if values.get("place_id") or values.get("equipment_id"):
            return
        chosen = given.get("place")
        if not chosen:
            keys = service.question_ids.filtered(lambda q: q.kind == "place")
            chosen = next((answers[q.key] for q in keys if answers.get(q.key)), None)
        if not chosen:
            return
        known = {value for value, __ in self._places(service.company_id)}
        if str(chosen) not in known:
            errors["place"] = self.env._("choose a place of the list")
            return
        values["place_id"] = int(chosen)

    @api.model
    def _read_needed_by(self, service, given, values, errors):
        text = given.get("needed_by")
        if not text:
            return
        try:
            local = datetime.fromisoformat(text.replace(" ", "T")[:16])
            values["needed_by"] = self._to_utc(service.company_id, local)
        except (ValueError, OverflowError):
            errors["needed_by"] = self.env._("write a day and a time")

    @api.model
    def _read_complaint(self, service, given, values, errors):
        values["accused_text"] = given.get("accused", "")[:200]
        chosen = given.get("problem")
        if not chosen:
            return
        if chosen not in dict(self._problem_types(service.company_id)):
            errors["problem"] = self.env._("choose one of the list")
            return
        values["problem_type_id"] = int(chosen)

    @api.model
    def _read_contact(self, service, user, given, values, errors):
        phone = given.get("phone", "")
        if phone and not _PHONE.fullmatch(phone):
            errors["phone"] = self.env._("this is no telephone number")
        known = self._known_person(service.company_id, user)
        if known:
            values.update(
                requester_lang=self.env.lang,
                requester_id=known["partner"].id,
                requester_user_id=known["user"].id if known["user"] else False,
                requester_phone=phone,
            )
            return
        email = given.get("email", "")
        if email and not email_normalize(email):
            errors["email"] = self.env._("this is no e-mail address")
        if not phone and not email and "phone" not in errors:
            errors["phone"] = self.env._(
                "a telephone number or an e-mail, so that we can answer"
            )
        values.update(
            requester_lang=self.env.lang,
            requester_name=given.get("person", "")[:80],
            requester_phone=phone,
            requester_email=email_normalize(email) or "",
        )

    @api.model
    def _read_files(self, service, files, errors):
        """The files that may stay: right in kind, size and content."""
        company = service.company_id
        if len(files) > company.school_desk_max_files:
            errors["files"] = self.env._(
                "at most %(count)s files", count=company.school_desk_max_files
            )
            return []
        accepted = self._file_endings(service)
        kept = []
        for name, content, __ in files:
            name = uploads.clean_name(name)
            fault = uploads.fault(name, content, accepted, company.school_desk_file_mb)
            if fault:
                errors["files"] = self._file_sentence(
                    fault, name, accepted, company.school_desk_file_mb
                )
            kept.append((name, content))
        return kept

    @api.model
    def _file_sentence(self, fault, name, accepted, limit):
        if fault == "size":
            return self.env._(
                "“%(file)s” is larger than %(limit)s MB", file=name, limit=limit
            )
        if fault == "empty":
            return self.env._("“%(file)s” is empty", file=name)
        if fault == "type":
            return self.env._(
                "“%(file)s” is not of a kind we take: %(types)s",
                file=name,
                types=", ".join(sorted(accepted)),
            )
        if fault == "mismatch":
            return self.env._(
                "“%(file)s” cannot be opened as what it is called", file=name
            )
        return self.env._("“%(file)s” could run a program and is not taken", file=name)

    # Handing in

    @api.model
    def _submit(self, service, user, address, post, files, door=None, anonymous=False):
        """Take a filled-in form.

        :param post: ``{name: [values]}`` as posted
        :param files: ``[(name, bytes, field name)]``
        :param address: where the visitor's device is, for counting; of an anonymous
            complaint it is not kept, not even as a hash (``school.desk.crowd``)
        :return: ``{"ticket": …}``, ``{"code": …}`` or ``{"errors": …, "given": …}``
        :raise TooManyError: nothing was taken
        """
        company = service.company_id
        anonymous = bool(anonymous and service.allow_anonymous and not door)
        sheet = (post.get("sheet") or [""])[0]
        before = self._handed_in(company, sheet)
        if before is not None:
            return before
        values, errors, given = self._read(service, user, door, post, files, anonymous)
        if (post.get("website") or [""])[0]:
            # A machine filled in the field that nobody sees. It learns nothing.
            errors = {"": self.env._("This could not be sent. Please call the office.")}
        if errors:
            return {"errors": errors, "given": given}
        self._count(company, user, address, anonymous)
        try:
            with self.env.cr.savepoint():
                if not self._take_sheet(company, sheet):
                    return {"again": True}
                result = self._make_ticket(company, user, values, door, anonymous)
                self._note_result(company, sheet, result)
        except (UserError, ValidationError) as error:
            return {"errors": {"": error.args[0]}, "given": given}
        return result

    @api.model
    def _make_ticket(self, company, user, values, door, anonymous):
        if anonymous:
            code = self._make_anonymous(company, values)
            return {"code": code}
        known = self._known_person(company, user)
        channel = "qr" if door else "portal" if known else "form"
        # Somebody of another school who is signed in receives nothing for this one.
        author = user if known else self.env.ref("base.public_user")
        Ticket = self.env(user=author.id)["school.ticket"].sudo()
        ticket = Ticket._intake(company, [values], channel).with_env(self.env)
        ticket._portal_ensure_token()
        ticket._letter("received")
        return {"ticket": ticket}

    @api.model
    def _make_anonymous(self, company, values):
        """Register without anybody's name; return the code (complaints' engine)."""
        return self.env["school.ticket"].sudo()._anonymous_intake(company, values)

    @api.model
    def _hits(self):
        """The counted acts, written as nobody: no row names who is signed in."""
        nobody = self.env.ref("base.public_user")
        return self.env(user=nobody.id)["school.outside.act"].sudo()

    @api.model
    def _count(self, company, user, address, anonymous=False):
        """Count one act from outside; refuse what is too much."""
        if anonymous:
            self._count_anonymous(company, address)
            return
        # The visitor first: what he sends beyond his limit is none of the school's.
        Hit = self._hits()
        key = Hit._visitor_key(address if user._is_public() else f"user:{user.id}")
        if not Hit._take(company, "post", key, company.school_desk_visitor_posts):
            raise TooManyError("post")
        if not Hit._take(
            company, "school", "", company.school_desk_school_posts, exact=False
        ):
            raise TooManyError("school")

    @api.model
    def _count_anonymous(self, company, address):
        """Count a report without a name: by the crowd it comes from, and in all."""
        Hit = self._hits()
        Crowd = Hit.env["school.desk.crowd"]  # nobody's, not even the alert
        if not Crowd._take(company, address, company.school_desk_anonymous_visitor):
            raise TooManyError("crowd")
        if not Hit._take(company, "anonymous", "", company.school_desk_anonymous_posts):
            if Hit._take(company, "alarm", "", 1):
                Crowd._alert(company)
            raise TooManyError("anonymous")

    # One sheet is handed in once, however often the button is pressed

    @api.model
    def _handed_in(self, company, sheet):
        """What came of this very sheet when it was sent the first time, or None."""
        before = _SHEET.fullmatch(sheet) and self._hits()._sheet(company, sheet)
        if not before:
            return None
        ticket = self.env["school.ticket"].sudo().browse(before.res_id).exists()
        return {"ticket": ticket} if ticket else {"again": True}

    @api.model
    def _take_sheet(self, company, sheet):
        """Whether this sheet is new; a second one waits until the first is done."""
        if not _SHEET.fullmatch(sheet):
            return True
        return self._hits()._take(company, "form", sheet, 1)

    @api.model
    def _note_result(self, company, sheet, result):
        # Of an anonymous report nothing leads from the sheet to the ticket.
        ticket = result.get("ticket")
        if ticket and _SHEET.fullmatch(sheet):
            self._hits()._sheet(company, sheet).res_id = ticket.id


def _called(ending):
    """What people call a kind of file."""
    return {"jpeg": "JPG", "doc": "Word", "docx": "Word"}.get(ending, ending.upper())
