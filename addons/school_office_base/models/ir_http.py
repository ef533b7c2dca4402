import logging

from psycopg2.errors import DatetimeFieldOverflow, NumericValueOutOfRange

from odoo import models
from odoo.exceptions import ValidationError
from odoo.http import request

# What PostgreSQL says, and what Python says of the day after 31 December 9999.
OUT_OF_RANGE = (NumericValueOutOfRange, DatetimeFieldOverflow, OverflowError)


class IrHttp(models.AbstractModel):
    """Say of a number or date that nothing can hold that it is so, in a sentence.

    Records of a school name the field before it comes to that; dialogs and Odoo's own
    models do not.
    """

    _inherit = "ir.http"

    @classmethod
    def _handle_error(cls, exception):
        if isinstance(exception, OUT_OF_RANGE):
            # The visitor's mistake, not the server's: no traceback in the log.
            exception.loglevel = logging.WARNING
            exception = ValidationError(
                request.env._(
                    "A number or date is larger than can be entered. Correct it."
                )
            )
        return super()._handle_error(exception)
