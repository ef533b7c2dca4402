"""Secrets that come by a link: compared in constant time, whatever was typed."""

from hmac import compare_digest

_LARGEST_ID = (1 << 31) - 1


def matches(expected, given):
    """Whether ``given`` is the secret; nothing expected is never matched.

    Takes the same time wherever the two differ. Unlike ``odoo.tools.consteq`` it takes
    any text: a link with an accent in it is wrong, not an error of the server.
    """
    expected, given = expected or "", given or ""
    # One comparison in any case: no secret and a wrong one take the same way.
    same = compare_digest(
        (expected or "-" * len(given)).encode("utf-8", "replace"),
        given.encode("utf-8", "replace"),
    )
    return same and bool(expected)


def possible_id(number):
    """Whether a number from a link can be the ID of a record at all."""
    return 0 < number <= _LARGEST_ID
