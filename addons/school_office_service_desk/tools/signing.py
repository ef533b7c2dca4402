"""Links that carry their own proof. Pure Python.

A link names a record and the moment until which it holds; both are signed with the
secret of the database. Nothing in the database gives such a link away, and nobody who
reads records can make one.
"""

import base64
import hashlib
import hmac
import struct

_HEAD = struct.Struct(">QI")
_SIGNATURE = 18


def sign(secret, scope, record_id, until, nonce=""):
    """Return a token for ``record_id`` that holds until ``until`` (Unix seconds)."""
    head = _HEAD.pack(record_id, int(until))
    proof = _proof(secret, scope, head, nonce)
    return base64.urlsafe_b64encode(head + proof).decode().rstrip("=")


def unpack(token):
    """Return ``(record_id, until)`` that a token claims, or None. Proves nothing."""
    raw = _raw(token)
    return _HEAD.unpack(raw[: _HEAD.size]) if raw else None


def is_genuine(secret, scope, token, nonce=""):
    """Whether the token was made by :func:`sign` with the same secret and nonce."""
    raw = _raw(token) or bytes(_HEAD.size + _SIGNATURE)
    head, proof = raw[: _HEAD.size], raw[_HEAD.size :]
    return hmac.compare_digest(proof, _proof(secret, scope, head, nonce))


def _raw(token):
    try:
        text = (token or "").encode("ascii")
        raw = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except (ValueError, UnicodeEncodeError):
        return None
    if len(raw) != _HEAD.size + _SIGNATURE:
        return None
    # One token, one spelling: otherwise many links would lead to the same answer.
    return raw if base64.urlsafe_b64encode(raw).rstrip(b"=") == text else None


def _proof(secret, scope, head, nonce):
    message = b"\0".join((scope.encode(), head, (nonce or "").encode()))
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()[:_SIGNATURE]
