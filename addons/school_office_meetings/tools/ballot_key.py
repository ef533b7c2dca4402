"""Where the key of a secret vote lies while the vote is open. Pure Python.

A file of its own beside the filestore's, under a random name: not an attachment, so no
model, route or setting of Odoo reads, lists, exports or moves it, whoever signs in. It
is overwritten before it is removed.
"""

import contextlib
import os
import re
import secrets
import time

FOLDER = "school_ballots"
_NAME = re.compile(r"[0-9a-f]{32}")


def keep(filestore, key):
    """Write a key that nobody but the server reads; return its name."""
    folder = os.path.join(filestore, FOLDER)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    name = secrets.token_hex(16)
    handle = os.open(
        os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
    )
    with open(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return name


def read(filestore, name):
    """Return the key of that name, or nothing if it is gone."""
    path = _path(filestore, name)
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def wipe(filestore, name):
    """Overwrite and remove a key; what is gone already is well gone."""
    path = _path(filestore, name)
    with contextlib.suppress(OSError):
        with open(path, "r+b") as file:
            file.write(bytes(os.path.getsize(path)))
            file.flush()
            os.fsync(file.fileno())
        os.unlink(path)


def names(filestore, older_than):
    """Names of the keys that have lain there for ``older_than`` seconds."""
    folder = os.path.join(filestore, FOLDER)
    last = time.time() - older_than
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name) and entry.stat().st_mtime < last:
                found.append(entry.name)
    return found


def _path(filestore, name):
    if not _NAME.fullmatch(name or ""):
        raise ValueError("this is not the name of a key")
    return os.path.join(filestore, FOLDER, name)
