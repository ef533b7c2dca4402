"""The service guide with which every school begins (DESK-01).

Schools change it; what they changed is never undone by an update.
"""

from odoo import models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

SERVICES = (
    {
        "code": "general",
        "name": _lt("Everything else"),
        "description": _lt("Whatever you do not find in this list: ask, we find out."),
        "flow": _lt("Write or come by; the desk answers or names who is in charge."),
        "standard": _lt("An answer within 24 hours on working days."),
        "post": "counter_clerk",
        "values": {"is_public": True, "estimate_minutes": 15},
        "default": True,
    },
    {
        "code": "copying",
        "name": _lt("Copying and printing"),
        "description": _lt("Copies, prints and binding of teaching and office papers."),
        "flow": _lt("Add the file, say how many; fetch them at the counter."),
        "standard": _lt("Small jobs the same day, large ones within 2 working days."),
        "excluded": _lt("Exam papers: the teaching affairs office prints these."),
        "post": "document_clerk",
        "values": {
            "category": "documents",
            "audience": "staff",
            "is_public": False,
            "estimate_minutes": 20,
            "solution_amount": 2,
            "visibility": "open",
        },
        "questions": (
            {
                "key": "copies",
                "label": _lt("How many copies?"),
                "kind": "number",
                "required": True,
            },
            {
                "key": "sides",
                "label": _lt("On one side or both?"),
                "kind": "choice",
                "choices": _lt("Both sides\nOne side"),
            },
            {"key": "colour", "label": _lt("In colour?"), "kind": "yes_no"},
        ),
    },
    {
        "code": "document",
        "name": _lt("Copy of a document"),
        "description": _lt("A copy of a notice, rule or record that the office keeps."),
        "flow": _lt("Name the document; what is not public needs a reason."),
        "standard": _lt("Within 2 working days."),
        "excluded": _lt("Documents with a secrecy level and personal files."),
        "post": "document_clerk",
        "values": {
            "category": "documents",
            "is_public": True,
            "estimate_minutes": 20,
            "solution_amount": 2,
        },
        "questions": (
            {
                "key": "document",
                "label": _lt("Which document?"),
                "kind": "text",
                "required": True,
            },
            {"key": "use", "label": _lt("What do you need it for?"), "kind": "text"},
        ),
    },
    {
        "code": "meeting",
        "name": _lt("Help with rooms and meetings"),
        "description": _lt("Setting up rooms, sound and projection, name plates, tea."),
        "flow": _lt("Say when, where and how many; the meeting team confirms."),
        "standard": _lt("Confirmed within 24 hours; ready half an hour before."),
        "excluded": _lt("The content of the meeting and its minutes."),
        "post": "meeting_team",
        "values": {
            "category": "rooms",
            "audience": "staff",
            "is_public": False,
            "estimate_minutes": 60,
        },
        "questions": (
            {
                "key": "when",
                "label": _lt("When does it begin?"),
                "kind": "datetime",
                "required": True,
            },
            {
                "key": "people",
                "label": _lt("How many people?"),
                "kind": "number",
                "required": True,
            },
            {
                "key": "needs",
                "label": _lt("What is needed?"),
                "kind": "multi",
                "choices": _lt("Projector\nSound\nName plates\nTea"),
            },
        ),
    },
    {
        "code": "coordination",
        "name": _lt("Coordination between departments"),
        "description": _lt("A matter that several departments must settle together."),
        "flow": _lt(
            "The office names a lead and asks each department for its share; the "
            "result goes to you with a copy to all."
        ),
        "standard": _lt(
            "An answer within 24 hours; else an expected date and daily "
            "word on the progress."
        ),
        "excluded": _lt("What one department can decide alone."),
        "post": "coordination",
        "values": {
            "kind": "coordination",
            "category": "coordination",
            "audience": "staff",
            "is_public": False,
            "estimate_minutes": 60,
            "reopen_days": 0,
        },
        "questions": (
            {
                "key": "departments",
                "label": _lt("Which departments?"),
                "kind": "text",
                "required": True,
            },
        ),
    },
    {
        "code": "repair_equipment",
        "name": _lt("Repair of teaching equipment"),
        "description": _lt("Projectors, screens, sound, desks and other equipment."),
        "flow": _lt("Say where and what; a photograph helps. We reply, come and tell."),
        "standard": _lt("Reply within 2 service hours, on site within 24 hours."),
        "excluded": _lt("Private devices."),
        "post": "technical",
        "values": {
            "kind": "repair",
            "category": "repairs",
            "is_public": True,
            "allow_images": True,
            "estimate_minutes": 40,
            "reopen_days": 7,
        },
        "questions": (
            {
                "key": "lesson",
                "label": _lt("Does it stop a lesson?"),
                "kind": "yes_no",
                "is_alarm": True,
            },
        ),
    },
    {
        "code": "repair_building",
        "name": _lt("Repair of buildings, water and power"),
        "description": _lt("Water, power, heating, air conditioning, doors, windows."),
        "flow": _lt("Say where and what; a photograph helps. We reply, come and tell."),
        "standard": _lt(
            "Reply within 2 service hours, on site within 24 hours; major faults are "
            "mended within 48 hours."
        ),
        "post": "logistics",
        "values": {
            "kind": "repair",
            "category": "repairs",
            "is_public": True,
            "allow_images": True,
            "estimate_minutes": 60,
            "reopen_days": 7,
        },
        "questions": (
            {
                "key": "danger",
                "label": _lt("Is anybody in danger?"),
                "kind": "yes_no",
                "is_alarm": True,
            },
        ),
    },
    {
        "code": "network",
        "name": _lt("Network and computers"),
        "description": _lt("Network, office computers, printers and accounts."),
        "flow": _lt("Say where, since when and what the screen shows."),
        "standard": _lt("An answer within 24 hours on working days."),
        "excluded": _lt("Private devices; passwords are never sent."),
        "post": "technical",
        "values": {
            "category": "repairs",
            "audience": "staff",
            "allow_images": True,
            "estimate_minutes": 30,
            "solution_amount": 2,
        },
        "questions": (
            {
                "key": "since",
                "label": _lt("Since when?"),
                "kind": "text",
            },
        ),
    },
    {
        "code": "complaint",
        "name": _lt("Complaint"),
        "description": _lt("About services, people or decisions of the school."),
        "flow": _lt("Named people read it; whom it is about never does."),
        "standard": _lt(
            "Acknowledged within 2 service hours, first plan within 5 working days."
        ),
        "post": "coordination",
        "values": {
            "kind": "complaint",
            "category": "voice",
            "visibility": "named",
            "is_public": True,
            "allow_anonymous": True,
            "phone_confirmation": False,
            "estimate_minutes": 120,
            "allow_images": True,
            "reopen_days": 14,
        },
    },
    {
        "code": "suggestion",
        "name": _lt("Suggestion"),
        "description": _lt("What the school could do better."),
        "flow": _lt("It is assessed, and you are told what becomes of it."),
        "standard": _lt("Assessed within 10 working days."),
        "post": "coordination",
        "values": {
            "kind": "suggestion",
            "category": "voice",
            "is_public": True,
            "allow_anonymous": True,
            "visibility": "desk",
            "estimate_minutes": 30,
            "reopen_days": 0,
        },
    },
    {
        "code": "mediation",
        "name": _lt("Mediation between departments"),
        "description": _lt("When two departments do not agree on work or resources."),
        "flow": _lt("Each side is heard; the office proposes a way."),
        "standard": _lt("A talk with both sides within 3 working days."),
        "post": "coordination",
        "values": {
            "kind": "mediation",
            "category": "coordination",
            "audience": "staff",
            "visibility": "desk",
            "estimate_minutes": 120,
            "solution_amount": 5,
            "reopen_days": 0,
        },
    },
    {
        "code": "lost_found",
        "name": _lt("Lost and found"),
        "description": _lt("Things lost or found on the school grounds."),
        "flow": _lt("Describe the thing and where; found things wait at the counter."),
        "standard": _lt("An answer within 24 hours on working days."),
        "post": "counter_clerk",
        "values": {
            "is_public": True,
            "allow_images": True,
            "estimate_minutes": 10,
        },
        "questions": (
            {
                "key": "which",
                "label": _lt("Lost or found?"),
                "kind": "choice",
                "required": True,
                "choices": _lt("Lost\nFound"),
            },
            {"key": "day", "label": _lt("On which day?"), "kind": "date"},
        ),
    },
    {
        "code": "certificate",
        "name": _lt("Advice on certificates and proofs"),
        "description": _lt("Which proof you need, what to bring, who signs it."),
        "flow": _lt("Ask; we tell you the way and prepare what we can."),
        "standard": _lt("An answer within 24 hours on working days."),
        "excluded": _lt("The proof itself needs an application for the seal."),
        "post": "counter_clerk",
        "values": {
            "category": "documents",
            "is_public": True,
            "estimate_minutes": 15,
        },
        "questions": (
            {
                "key": "proof",
                "label": _lt("Which proof?"),
                "kind": "text",
                "required": True,
            },
        ),
    },
    {
        "code": "claims",
        "name": _lt("Guidance on expense claims"),
        "description": _lt("Valid invoices, reasons and approvals of a claim."),
        "flow": _lt("Ask before you hand in; we look through your papers with you."),
        "standard": _lt("An answer within 24 hours on working days."),
        "excluded": _lt("The claim itself is decided by finance."),
        "post": "finance",
        "values": {
            "category": "documents",
            "audience": "staff",
            "estimate_minutes": 15,
        },
    },
)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _school_desk_set_up_services(self):
        """Create the services a school lacks, with their questions."""
        posts = {
            (company.id, row["post"]): self.env["school.post"]._find(
                company, row["post"]
            )
            for company in self
            for row in SERVICES
        }
        # A school that dropped a question keeps it dropped.
        created = self._school_desk_seed(
            "school.service",
            SERVICES,
            lambda company, row: {
                "is_standard": True,
                "post_id": posts[company.id, row["post"]].id,
                **row["values"],
            },
        )
        by_code = {row["code"]: row for row in SERVICES}
        vals_list, terms = [], []
        for service in created:
            for sequence, question in enumerate(
                by_code[service.code].get("questions", ()), 1
            ):
                named = {
                    name: term
                    for name, term in question.items()
                    if hasattr(term, "_translate")
                }
                terms.append(named)
                vals_list.append(
                    {
                        "company_id": service.company_id.id,
                        "service_id": service.id,
                        "sequence": sequence * 10,
                        **question,
                        **{n: t._translate("en_US") for n, t in named.items()},
                    }
                )
        questions = (
            self.env["school.service.question"]
            .sudo()
            .with_context(lang="en_US")
            .create(vals_list)
        )
        for question, named in zip(questions, terms, strict=True):
            for name, term in named.items():
                self._seed_translations(question, name, term)
        for service in created.filtered(lambda s: by_code[s.code].get("default")):
            if not service.company_id.school_desk_service_id:
                service.company_id.school_desk_service_id = service
        self._school_desk_name_readers(created)

    def _school_desk_name_readers(self, services):
        """Complaints are read by the director and the coordination post."""
        Post = self.env["school.post"]
        for service in services.filtered(lambda s: s.visibility == "named"):
            company = service.company_id
            people = (
                Post._find(company, "director") | Post._find(company, "coordination")
            )._users()
            service.named_user_ids = people.sudo()
