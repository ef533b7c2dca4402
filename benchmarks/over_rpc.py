"""A server of its own, asked over HTTP as a browser asks it.

What is asked is committed, so it works on a copy of the database of a benchmark, which
goes with it. The queries of a call are those that Odoo's own log names, second
connections included; the processor's time is that of the server and of PostgreSQL for
its connections.
"""

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

from measuring import backends_cpu

CALL = re.compile(r'"POST /web/dataset/call_kw/\S+ HTTP/[\d.]+" 200 - (\d+) ')
START_SECONDS = 60


@contextlib.contextmanager
def copied(database, suffix="_rpc"):
    """A copy of ``database`` for as long as it is needed."""
    from odoo.modules.registry import Registry
    from odoo.sql_db import close_db, db_connect

    name = f"{database}{suffix}"
    Registry.delete(database)
    close_db(database)
    try:
        _admin(db_connect, f'DROP DATABASE IF EXISTS "{name}"')
        # The files as they are: through the log, big ones would take minutes.
        _admin(
            db_connect,
            f'CREATE DATABASE "{name}" TEMPLATE "{database}" STRATEGY file_copy',
        )
        yield name
    finally:
        Registry.delete(name)
        close_db(name)
        _admin(db_connect, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _admin(db_connect, statement):
    with contextlib.closing(db_connect("postgres").cursor()) as cr:
        cr.connection.autocommit = True
        cr.execute(statement)


class Server:
    """One process with threads, as ``odoo`` starts without ``--workers``."""

    def __init__(self, database, addons):
        self.database = database
        self.backends = ()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "odoo", "-d", database),
                *("--addons-path", addons, "--max-cron-threads=0"),
                *("--http-interface", "127.0.0.1", "--http-port", str(self.port)),
                *("--log-level=warn", "--log-handler=werkzeug:INFO"),
            ],
            stderr=self.log,
        )

    def __enter__(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                Client(self).get("/web/health")
                return self
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.__exit__()
                raise RuntimeError("The server of the benchmark does not start.")
            time.sleep(0.2)

    def __exit__(self, *_error):
        self.process.terminate()
        self.process.wait()

    def cpu(self):
        """Seconds of the processor that the server has taken so far."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            user, system = stat.read().rsplit(")", 1)[1].split()[11:13]
        ticks = int(user) + int(system)
        return ticks / os.sysconf("SC_CLK_TCK") + backends_cpu(self.backends)

    def find_backends(self, cr):
        """Let :meth:`cpu` count PostgreSQL for the connections that are open now."""
        cr.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        self.backends = tuple(row[0] for row in cr.fetchall())
        cr.commit()

    def queries(self):
        """The queries of each call so far, in their order."""
        self.log.seek(0)
        return [int(count) for count in CALL.findall(self.log.read())]


class Client:
    """Somebody who has logged in, or not yet."""

    def __init__(self, server):
        self.server = server
        self.cookie = ""

    def get(self, path):
        return self._ask("GET", path)

    def log_in(self, login):
        """With the login as password, as users of tests have it."""
        params = {"db": self.server.database, "login": login, "password": login}
        self._post("/web/session/authenticate", params)
        return self

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def _post(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        answer = json.loads(self._ask("POST", path, body))
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def _ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        with contextlib.closing(connection):
            headers = {"Content-Type": "application/json", "Cookie": self.cookie}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                if cookie.startswith("session_id="):
                    self.cookie = cookie.split(";")[0]
            if answer.status != http.client.OK:
                raise RuntimeError(f"{method} {path}: {answer.status}")
            return content
