from odoo import api, models
from odoo.fields import Domain

from .doc_incoming import OPEN_STATES


class SchoolBoard(models.AbstractModel):
    """Incoming documents on the office board: how many are open, and with whom."""

    _inherit = "school.board"

    @api.model
    def _figures(self, view):
        return {
            **super()._figures(view),
            "documents": self._figure(
                self.env._("Incoming documents"),
                "school.doc.incoming",
                self._documents_within(view) & Domain("state", "in", OPEN_STATES),
                icon="fa-envelope-open-o",
                sequence=80,
                hint=self.env._("not finished yet"),
                person="handler_id",
                department="responsible_department_id",
            ),
        }

    @api.model
    def _work_sources(self, view):
        return {
            **super()._work_sources(view),
            "documents": self._figure(
                self.env._("Documents in hand"),
                "school.doc.incoming",
                self._documents_within(view) & Domain("state", "=", "in_hand"),
                sequence=30,
                person="handler_id",
                department="responsible_department_id",
            ),
        }

    @api.model
    def _documents_within(self, view):
        return view.within(person="handler_id", department="responsible_department_id")
