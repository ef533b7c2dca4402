"""How often a visitor may do something: windows, keys and limits. Pure Python."""

import hashlib
import hmac
from datetime import datetime, timedelta

# Minutes over which each kind of act is counted.
WINDOWS = {
    "post": 10,  # requests, answers and voices of one address
    "school": 60,  # the same of all addresses of one school together
    "anonymous": 60,  # complaints without a name, per school: no address is kept
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


def visitor_key(secret, day, address):
    """Return what stands for an address on one day, and says nothing on the next."""
    daily = hmac.new(secret.encode(), f"desk:{day}".encode(), hashlib.sha256).digest()
    return hmac.new(daily, (address or "").encode(), hashlib.sha256).hexdigest()[:32]
