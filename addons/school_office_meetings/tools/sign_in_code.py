"""The code on the screen of the room: new every few seconds. Pure Python.

A code is the HMAC of a meeting and a slot of time under a key that never leaves the
server. Whoever reads it off the screen is there, or was sent it by somebody who is; a
picture of it is worth nothing a slot later.
"""

import hashlib
import hmac

# Without letters and digits that look alike; 32 of them.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 8


def slot(now, period):
    """Return the number of the slot in which ``now`` (Unix seconds) lies."""
    return int(now) // period


def seconds_left(now, period):
    return period - int(now) % period


def make(key, meeting_id, number):
    """Return the code of a meeting for one slot."""
    message = f"{meeting_id}:{number}".encode()
    proof = hmac.new(key.encode(), message, hashlib.sha256).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in proof[:LENGTH])


def clean(text):
    """Return what somebody typed as a code is written: capitals, no blanks."""
    return "".join(char for char in (text or "").upper() if char in ALPHABET)


def is_valid(key, meeting_id, text, now, period, grace):
    """Whether ``text`` is the code of this slot, or of the last one within ``grace``.

    Both are compared in constant time, whatever the first comparison says.
    """
    given = clean(text).encode()
    current = slot(now, period)
    fresh = hmac.compare_digest(make(key, meeting_id, current).encode(), given)
    last = hmac.compare_digest(make(key, meeting_id, current - 1).encode(), given)
    return fresh or (last and int(now) % period < grace)


def spaced(code):
    """Return a code as people read it aloud, in two halves."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"
