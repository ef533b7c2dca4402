"""Whoever uninstalls addons of ours keeps a database that works.

Not in the transaction of a test: real processes on a copy of a prepared database do
what an operator does, after a school has worked with everything.
"""

import http.cookiejar
import importlib.machinery
import importlib.util
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
SCRIPTS = TESTS / "uninstallation"
DESK = (
    "school_office_service_desk",
    "school_office_service_desk_dashboard",
    "school_office_docs_service_desk",
)
DOCS = ("school_office_docs", "school_office_docs_service_desk")


@pytest.fixture(scope="module")
def command_line():
    loader = importlib.machinery.SourceFileLoader(
        "office", str(TESTS.parent / "office")
    )
    sys.dont_write_bytecode = True
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("office", loader)
    )
    loader.exec_module(module)
    return module


@pytest.fixture(params=[DESK, DOCS], ids=["service desk", "documents"])
def place(request, command_line):
    """A copy of the database with all addons, and what is removed from it."""
    office = command_line.Office()
    with office.pg:
        template = office.template(tuple(command_line.suite(office.addons)))
        with office.copy_of(template) as database:
            present = [name for name in request.param if name in office.addons]
            yield Place(command_line, office, database, present)


class Place:
    def __init__(self, command_line, office, database, removed):
        self.command_line = command_line
        self.office = office
        self.database = database
        self.removed = removed
        self.env = office.environment(
            SCHOOL_TESTS=str(TESTS), SCHOOL_REMOVE=" ".join(removed)
        )

    def run(self, script):
        """Let Odoo's shell run a script; nothing may be logged but information."""
        command = self.office.odoo_command("shell", "-d", self.database, "--no-http")
        done = subprocess.run(
            [*command, "--log-level=warn"],
            input=(SCRIPTS / script).read_text(),
            capture_output=True,
            text=True,
            env=self.env,
        )
        output = done.stdout + done.stderr
        assert done.returncode == 0, output[-4000:]
        found = re.findall(
            r"^.* (?:WARNING|ERROR|CRITICAL) .*(?:\n.*){0,3}", output, re.M
        )
        assert not found, "\n".join(found)[:4000]

    def serve(self):
        port = self.command_line.free_port()
        arguments = ("-d", self.database, "--http-port", port, "--log-level=warn")
        command = self.office.odoo_command(*arguments, "--max-cron-threads=0")
        return Server(f"http://127.0.0.1:{port}", command, self.env)


class Server:
    """A real server, and the browser of one employee."""

    def __init__(self, url, command, env):
        self.url = url
        self.process = subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(jar)

    def __enter__(self):
        for _try in range(600):
            try:
                self.get("/web/health")
                return self
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None, "the server stopped"
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait(30)

    def get(self, path):
        with self.browser.open(self.url + path, timeout=60) as answer:
            return answer.read().decode()

    def call(self, path, **params):
        request = urllib.request.Request(
            self.url + path,
            json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        with self.browser.open(request, timeout=60) as answer:
            told = json.load(answer)
        assert "error" not in told, json.dumps(told["error"])[:3000]
        return told["result"]

    def rpc(self, model, method, *args, **kwargs):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.call(path, model=model, method=method, args=args, kwargs=kwargs)


def test_what_is_left_after_an_uninstallation_works(place):
    place.run("work.py")
    place.run("look.py")
    with place.serve() as server:
        login = {"db": place.database, "login": "heron", "password": "heronxxx"}
        assert server.call("/web/session/authenticate", **login)["uid"]
        assert "o_web_client" in server.get("/odoo/my-office")
        assert server.rpc("school.my.office", "get_overview")
        if "school_office_docs" in place.removed:
            values = {"name": "The lamp is dark", "channel": "phone"}
            values["service_id"] = server.rpc(
                "school.service", "search", [["code", "=", "general"]]
            )[0]
            [made] = server.rpc("school.ticket", "create", [values])
            server.rpc("school.ticket", "action_take", [made])
            [row] = server.rpc("school.ticket", "read", [made], ["number", "state"])
            assert row["state"] == "in_progress"
        else:
            values = {"name": "On safety", "kind": "superior", "copies": 1, "pages": 1}
            values["sender_id"] = server.rpc("res.partner", "search", [], limit=1)[0]
            [made] = server.rpc("school.doc.incoming", "create", [values])
            checks = server.rpc("school.doc.incoming", "fields_get", [], ["type"])
            ticked = {name: True for name in checks if name.startswith("check_")}
            server.rpc("school.doc.incoming", "write", [made], ticked)
            server.rpc("school.doc.incoming", "action_register", [made])
            [row] = server.rpc("school.doc.incoming", "read", [made], ["number"])
        assert row["number"]
    place.run("again.py")
