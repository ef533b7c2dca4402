import re
from datetime import datetime

from odoo import api, models
from odoo.tools import email_normalize

from ..tools import uploads
from ..tools.questions import (
    LONG_LIMIT,
    TEXT_LIMIT,
    WrongAnswerError,
    check_answers,
    clean_text,
    is_asked,
)
from .desk_public_form import PREFIX

_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{4,24}")


class SchoolDeskPublic(models.AbstractModel):
    """What was answered on the form of a service, each answer checked by its kind."""

    _inherit = "school.desk.public"

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
            values["needed_by"] = service.company_id._school_moment(
                local.date(), local.hour + local.minute / 60
            )
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
