from odoo import api, models
from odoo.tools import format_list

from odoo.addons.school_office_base.tools import files as file_rules

from ..tools import uploads
from ..tools.questions import TEXT_LIMIT

PREFIX = "q_"  # in front of the keys of questions, so that none covers a field of ours
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


class SchoolDeskPublic(models.AbstractModel):
    """The form of a service: what is asked."""

    _inherit = "school.desk.public"

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


def _called(ending):
    """What people call a kind of file."""
    return {"jpeg": "JPG", "doc": "Word", "docx": "Word"}.get(ending, ending.upper())
