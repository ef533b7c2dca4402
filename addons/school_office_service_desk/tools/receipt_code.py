"""The code by which an anonymous person comes back to what he reported.

Sixteen signs in four groups, ``7KQM-3XRB-9FTD-H2WV``: fifteen drawn by the system's
random source (74 bits, beyond guessing) and one check sign. The alphabet has 31 signs
and leaves out 0, O, 1, I and L, which nobody can tell apart on paper. 31 is a prime, so
a weighted sum finds every wrong sign and every two signs that changed places, and a
typing error can be told from a code that does not exist without asking the database.

The idea of a receipt known to the reporter alone is that of GlobaLeaks.
Pure Python; the sentences are made by the caller.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 16
GROUP = 4
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
_FILLERS = re.compile(r"[\s\-‐‑‒–—―_.,:;/\\|·]+")


def new():
    """Return a new code, written in groups."""
    drawn = "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH - 1))
    return written(drawn + _check_sign(drawn))


def written(signs):
    """Return the signs in groups, as the code is shown."""
    return "-".join(signs[i : i + GROUP] for i in range(0, len(signs), GROUP))


def normal(text):
    """Return what was typed as bare signs: any case, width, spaces and hyphens."""
    if not isinstance(text, str):
        return ""
    # Nothing longer is a code, and folding a whole novel costs time.
    return _FILLERS.sub("", unicodedata.normalize("NFKC", text[:200])).upper()


def fault(text):
    """Return what is wrong with a typed code: 'empty', 'length', 'signs', 'typo' or
    None. None says that it may exist, not that it does.
    """
    signs = normal(text)
    if not signs:
        return "empty"
    if len(signs) != LENGTH:
        return "length"
    if not set(signs) <= _VALUE.keys():
        return "signs"
    if signs[-1] != _check_sign(signs[:-1]):
        return "typo"
    return None


def digest(key, text):
    """Return what is stored of a code: nobody gets the code back from it.

    A keyed hash and not a slow one: 74 random bits need no slowness, and a page open to
    everybody must not be a way to keep the server busy.

    :param key: secret bytes of the database and school
    """
    signs = normal(text).encode()
    return hmac.new(key, b"school.ticket.code:" + signs, hashlib.sha256).hexdigest()


def _check_sign(signs):
    total = sum(weight * _VALUE[sign] for weight, sign in enumerate(signs, 2))
    return ALPHABET[-total % len(ALPHABET)]
