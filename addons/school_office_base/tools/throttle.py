"""How often a visitor may do something: windows and keys. Pure Python."""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

DAY = 24 * 60


def window_start(minutes, now):
    """Return the beginning of the window of so many minutes in which ``now`` lies.

    A window of a day or more never ends: its keys are random and come once.
    """
    if minutes >= DAY:
        return datetime(1970, 1, 1)
    midnight = datetime(now.year, now.month, now.day)
    passed = int((now - midnight).total_seconds() // 60)
    return midnight + timedelta(minutes=passed - passed % minutes)


def seconds_left(minutes, now):
    """Return after how many seconds a new window of so many minutes begins."""
    end = window_start(minutes, now) + timedelta(minutes=minutes)
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
    daily = hmac.new(
        secret.encode(), f"visitor:{day}".encode(), hashlib.sha256
    ).digest()
    visitor = network(address).encode()
    return hmac.new(daily, visitor, hashlib.sha256).hexdigest()[:32]


def counter(key, address, counters):
    """Return which of ``counters`` an address is counted by while ``key`` lives."""
    digest = hmac.new(key, network(address).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % counters
