"""Whether the receiving mail server found the sender of an e-mail to be genuine.

A ``From`` line proves nothing: anyone can write one. The school's own mail server
checks SPF and DKIM and writes what it found in an ``Authentication-Results`` field
(RFC 8601). A result counts only if it is of that server, and only if the domain it
vouches for is the one in the ``From`` line (alignment, RFC 7489 section 3.1).
Pure Python.
"""

import re

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z]+\.[a-z0-9-]+)\s*=\s*(\"[^\"]*\"|\S+)", re.IGNORECASE)


def verdict(fields, server, address):
    """Return 'pass', 'fail' or None (not known) for the sender ``address``.

    :param fields: the Authentication-Results of the message, topmost first
    :param server: name of the receiving server (authserv-id); empty: none is trusted
    """
    domain = address.rpartition("@")[2].lower().rstrip(".")
    results = _of_server(fields, server)
    if results is None or not domain:
        return None
    failed = False
    for method, outcome, properties in results:
        if outcome == "pass" and _aligned(method, properties, domain):
            return "pass"
        failed = failed or (method == "dmarc" and outcome == "fail")
        failed = failed or (method == "spf" and outcome in ("fail", "softfail"))
    return "fail" if failed else None


def _of_server(fields, server):
    """Return [(method, outcome, properties)] of the topmost field of that server.

    A server puts its field above what it received, so one that the sender has forged
    stands below.
    """
    wanted = (server or "").strip().lower()
    if not wanted:
        return None
    for field in fields:
        text = str(field)
        while (without := _COMMENT.sub(" ", text)) != text:
            text = without
        name, *parts = text.split(";")
        if not name.split() or name.split()[0].lower() != wanted:
            continue
        results = []
        for part in parts:
            match = _RESULT.match(part)
            if match:
                properties = {
                    key.lower(): value.strip('"').lower()
                    for key, value in _PROPERTY.findall(part)
                }
                results.append((match[1].lower(), match[2].lower(), properties))
        return results
    return None


def _aligned(method, properties, domain):
    if method == "dmarc":
        return properties.get("header.from", domain).rpartition("@")[2] == domain
    names = ("smtp.mailfrom",) if method == "spf" else ("header.d", "header.i")
    for name in names:
        vouched = properties.get(name, "").rpartition("@")[2].rstrip(".")
        # Relaxed alignment without a list of public suffixes: equal, or one below.
        if vouched and (vouched == domain or domain.endswith(f".{vouched}")):
            return "." in vouched
    return False
