"""Text in a file that a spreadsheet opens stays text.

A cell that begins with one of these is run as a formula by Excel, LibreOffice or WPS:
the CSV injection of OWASP. The full-width signs are typed by Chinese input methods and
taken for the ordinary ones by some programs.
"""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_text(value):
    """Return a text that no spreadsheet takes for a formula; leave numbers alone."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
