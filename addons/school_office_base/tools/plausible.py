"""Numbers and dates that cannot be meant, told before PostgreSQL refuses them."""

import math

from odoo import fields

LARGEST_INTEGER = 2**31 - 1
# A slip of the finger makes 0026 or 20266 of 2026; nothing here is older or younger.
YEARS = range(1900, 2200)
KINDS = frozenset({"integer", "float", "monetary", "date", "datetime"})


def number_fault(value, kind):
    """What is wrong with a number meant for a field: "number", "large" or None."""
    try:
        number = float(value or 0)
    except (TypeError, ValueError):
        return "number"
    except OverflowError:
        return "large"
    # Not a number is greater and smaller than nothing: no limit would hold it.
    if not math.isfinite(number):
        return "number"
    if kind == "integer" and abs(number) > LARGEST_INTEGER:
        return "large"
    return None


def date_fault(value):
    """What is wrong with a date or time: "date", "year" or None."""
    try:
        day = fields.Datetime.to_datetime(value) if isinstance(value, str) else value
    except ValueError:
        return "date"
    if day and day.year not in YEARS:
        return "year"
    return None


def fault(value, kind):
    """What keeps a value from being stored in a field of one of ``KINDS``, or None."""
    return date_fault(value) if kind.startswith("date") else number_fault(value, kind)
