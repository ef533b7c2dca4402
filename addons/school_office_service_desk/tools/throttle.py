"""How often a visitor may do something: windows, keys and limits. Pure Python."""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

# Minutes over which each kind of act is counted.
WINDOWS = {
    "post": 10,  # requests, answers and voices of one address
    "school": 60,  # the same of all addresses of one school together
    "anonymous": 60,  # complaints without a name, per school
    "crowd": 60,  # the same by a counter that many addresses share
    "alarm": 60,  # the operator is told once of a school that takes no more
    "code": 10,  # wrong receipt codes, per school: no address is kept
    "form": 2 * 24 * 60,  # one sheet is handed in once
}


def window_start(kind, now):
    """Return the beginning of the window of ``kind`` in which ``now`` lies."""
    minutes = WINDOWS[kind]
    midnight = datetime(now.year, now.month, now.day)
    if minutes >= 24 * 60:
        return datetime(1970, 1, 1)  # never a second time: the key is random
    passed = int((now - midnight).total_seconds() // 60)
    return midnight + timedelta(minutes=passed - passed % minutes)


def seconds_left(kind, now):
    """Return after how many seconds a new window of ``kind`` begins."""
    end = window_start(kind, now) + timedelta(minutes=WINDOWS[kind])
    return max(1, int((end - now).total_seconds()))


def network(address):
    """Return what one visitor has: an IPv4 address, or a network of IPv6.

    Every connection is given 2^64 addresses of IPv6 (RFC 6177), so one of them tells
    nobody apart.
    """
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def visitor_key(secret, day, address):
    """Return what stands for an address on one day, and says nothing on the next."""
    daily = hmac.new(secret.encode(), f"desk:{day}".encode(), hashlib.sha256).digest()
    visitor = network(address).encode()
    return hmac.new(daily, visitor, hashlib.sha256).hexdigest()[:32]


def counter(key, address, counters):
    """Return which of ``counters`` an address is counted by while ``key`` lives."""
    digest = hmac.new(key, network(address).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % counters
