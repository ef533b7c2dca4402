from odoo import api, models
from odoo.exceptions import AccessError

from ..models.ticket import AGENT

PER_PAGE = 8


class DoorLabels(models.AbstractModel):
    """Labels with a QR code, eight on a sheet of A4, to be cut and put up."""

    _name = "report.school_office_service_desk.place_labels"
    _description = "Labels of Places"

    _label_model = "school.place"

    @api.model
    def _get_report_values(self, docids, data=None):
        # The model is fixed by the class, not by the client.
        # nosemgrep: odoo-env-dynamic-model
        doors = self.env[self._label_model].browse(docids)
        doors.check_access("read")
        if not self.env.user.has_group(AGENT):
            raise AccessError(
                self.env._("QR codes are printed and replaced by the service desk.")
            )
        doors = doors.filtered(lambda door: door.sudo()._desk_school().is_school)
        doors._desk_ensure_tokens()
        labels = [self._label(door.sudo()) for door in doors]
        return {
            "doc_ids": docids,
            "doc_model": self._label_model,
            "docs": doors,
            # The people who stand at the door, not the clerk who prints.
            "label_lang": doors[:1].sudo()._desk_school().partner_id.lang
            or self.env.lang,
            "pages": [
                _pairs(labels[start : start + PER_PAGE])
                for start in range(0, len(labels), PER_PAGE)
            ],
        }

    def _label(self, door):
        school = door._desk_school()
        name, where = door._desk_names()
        return {
            "school": school.name,
            "office": school.school_office_name or "",
            "hotline": school.school_office_hotline or "",
            "name": name,
            "where": where,
            "qr": door._desk_qr_uri(),
            "address": door._desk_url().split("://", 1)[-1],
        }


def _pairs(labels):
    """Two labels a row; the last row may be half empty."""
    rows = [labels[index : index + 2] for index in range(0, len(labels), 2)]
    return [row + [None] * (2 - len(row)) for row in rows]


class EquipmentLabels(models.AbstractModel):
    _name = "report.school_office_service_desk.equipment_labels"
    _inherit = "report.school_office_service_desk.place_labels"
    _description = "Labels of Equipment"

    _label_model = "maintenance.equipment"
