from odoo import models
from odoo.exceptions import UserError


class SchoolPointerMixin(models.AbstractModel):
    """A row that stands for a record, which it names by ``res_model`` and ``res_id``.

    The record's addon may have been removed, the record may be gone, or be none of the
    reader's business: each has its sentence.
    """

    _name = "school.pointer.mixin"
    _description = "Row That Names a Record"

    def _pointed_record(self):
        """Return the record, with the rights of whoever asks."""
        self.ensure_one()
        self.check_access("read")
        if self.res_model not in self.env:
            raise UserError(
                self.env._(
                    "The part of the suite that made this record is not installed."
                )
            )
        # The server named the model, no client can; the rights are the reader's own.
        # nosemgrep: odoo-env-dynamic-model
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("The record itself is gone."))
        record.check_access("read")
        return record

    def action_open_record(self):
        """Open the record as it is today, if the user may see it."""
        return self._pointed_record().get_formview_action()
