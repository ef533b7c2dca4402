from odoo import api, models
from odoo.fields import Domain


class SchoolMyOffice(models.AbstractModel):
    """Documents on the page every employee lands in.

    Decisions and signatures come from the engines; here are the documents the user
    works on, and for the office those that wait to be registered.
    """

    _inherit = "school.my.office"

    @api.model
    def _sections(self):
        sections = [*super()._sections(), self._section_in_hand()]
        if self.env.user.has_group("school_office_base.group_office_clerk"):
            sections.append(self._section_to_register())
            sections.append(self._section_next_step())
        return sections

    @api.model
    def _quick_actions(self):
        actions = super()._quick_actions()
        if self.env.user.has_group("school_office_base.group_office_clerk"):
            actions.append(
                {
                    "key": "register_document",
                    "label": self.env._("Register a Document"),
                    "icon": "fa-envelope-open-o",
                    "action": "school_office_docs.doc_incoming_action_quick",
                    "sequence": 10,
                }
            )
        else:
            actions.append(
                {
                    "key": "request_document",
                    "label": self.env._("Hand in a Request"),
                    "icon": "fa-paper-plane-o",
                    "action": "school_office_docs.doc_incoming_action_request",
                    "sequence": 60,
                }
            )
        return actions

    def _section_in_hand(self):
        domain = Domain("state", "=", "in_hand") & Domain(
            "handler_id", "=", self.env.uid
        )
        return self._document_section(
            "docs_in_hand",
            self.env._("Documents I Work On"),
            domain,
            sequence=35,
            icon="fa-tasks",
            action="school_office_docs.doc_incoming_action_department",
            counter=self.env._("in hand"),
        )

    def _section_to_register(self):
        place = self.env.company.school_doc_reception_place_id.sudo().display_name
        minutes = round(self.env.company.school_doc_reception_time * 60)
        reception = f"{minutes // 60:02d}:{minutes % 60:02d}"
        title = (
            self.env._(
                "To Register (reception %(time)s, %(place)s)",
                time=reception,
                place=place,
            )
            if place
            else self.env._("To Register (reception %(time)s)", time=reception)
        )
        return self._document_section(
            "docs_to_register",
            title,
            Domain("state", "in", ("received", "checked")),
            sequence=15,
            icon="fa-envelope-open-o",
            action="school_office_docs.doc_incoming_action_to_register",
            counter=self.env._("register"),
        )

    def _section_next_step(self):
        domain = Domain("state", "=", "instructed") | (
            Domain("state", "=", "registered") & Domain("submitted_at", "=", False)
        )
        return self._document_section(
            "docs_next_step",
            self.env._("To Send On or Distribute"),
            domain,
            sequence=16,
            icon="fa-share",
            action="school_office_docs.doc_incoming_action",
            counter=self.env._("send on"),
        )

    def _document_section(self, key, title, domain, **card):
        return self._list_section(
            self.env["school.doc.incoming"],
            domain,
            self._document_item,
            order="urgency desc, deadline_at, id",
            key=key,
            title=title,
            **card,
        )

    def _document_item(self, document):
        states = dict(document._fields["state"]._description_selection(self.env))
        return self._item(
            f"doc-{document.id}",
            document.secrecy_level_id.display_name
            if document.is_marked
            else document.name,
            " · ".join(filter(None, (document.number, document.sender_name))),
            open_record=("school.doc.incoming", document.id),
            deadline_info=document.deadline_info,
            deadline_state=document.deadline_state,
            urgent=document.urgency == "2",
            badge=states[document.state],
        )
