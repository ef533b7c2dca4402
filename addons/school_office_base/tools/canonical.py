"""Canonical JSON and the hash chain of the registers.

The text that is hashed must come out the same for ever and on every machine, so that a
book printed years ago can still be checked, also by a tool that is not ours. The rules
(a small, strict part of RFC 8785):

- UTF-8, keys sorted by code point, no blanks, no duplicate keys, characters as they
  are;
- values are null, true, false, integers, strings, lists and objects with string keys;
- a date is ``"2026-03-12"``, a moment ``"2026-03-12T01:30:00Z"`` in UTC to the second;
- a decimal or float is a *string*, because no two languages print the same float;
- anything else (bytes, sets, records) is refused: it has no lasting meaning.
"""

import hashlib
import json
from datetime import date, datetime, timezone
from decimal import Decimal


def canonical_value(value):
    """Return ``value`` reduced to what canonical JSON allows, or raise TypeError."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        value.encode()  # a lone surrogate cannot be written down: UnicodeEncodeError
        return str(value)
    if isinstance(value, datetime):
        if value.tzinfo:
            value = value.astimezone(timezone.utc).replace(tzinfo=None)
        return value.replace(microsecond=0).isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise TypeError("a register cannot hold NaN or infinity")
        return repr(value)
    if isinstance(value, (list, tuple)):
        return [canonical_value(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys of a register payload are strings")
        return {key: canonical_value(item) for key, item in value.items()}
    raise TypeError(f"a register cannot hold a {type(value).__name__}")


def canonical_json(value):
    """Return the one text that stands for ``value``."""
    return json.dumps(
        canonical_value(value),
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def sha256_hex(data):
    """Return the SHA-256 of bytes or text, in lower-case hexadecimal."""
    if isinstance(data, str):
        data = data.encode()
    return hashlib.sha256(data).hexdigest()


def entry_hash(prev_hash, document):
    """Return the hash of a register entry that follows ``prev_hash``.

    The document holds every column of the entry; the previous hash goes in front, so
    that changing, dropping, inserting or reordering any entry changes all later hashes.
    """
    return sha256_hex(f"{prev_hash}\n{canonical_json(document)}")
