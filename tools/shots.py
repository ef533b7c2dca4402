"""Take screenshots of a running office; started by ./office shots.

Chromium is driven over its DevTools pipe with nothing but the standard library.
"""

import argparse
import base64
import http.cookiejar
import json
import os
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "shots.json"
IMAGES = ROOT / "docs" / "images"
PEOPLE = ROOT / "addons" / "school_office_base" / "demo" / "people.json"
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
FLAGS = """
--headless --no-sandbox --disable-gpu --no-first-run --disable-quic --disable-sync
--disable-background-networking --disable-component-update --hide-scrollbars
--force-color-profile=srgb --remote-debugging-pipe
""".split()

DEVICES = {"desktop": (1366, 768), "phone": (390, 844)}
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0 Mobile Safari/537.36"
)
LANGUAGES = {"en": "en_US", "zh": "zh_CN"}
# True once the page shows what is waited for and the web client has nothing to load.
PAGE_READY = """
(() => {
    const shown = document.querySelector(%s);
    const busy = document.querySelector(
        ".o_loading_indicator, .o_view_nocontent_loading, .o_skeleton, .o_blockUI"
    );
    return document.readyState === "complete" && !!shown && !busy;
})()
"""
# Clicks the first visible match of a selector, or of "text=…" among all that can be.
PAGE_CLICK = """
((wanted) => {
    const text = wanted.startsWith("text=") ? wanted.slice(5) : null;
    const all = document.querySelectorAll(
        text ? "button, a, [role], .dropdown-item, .nav-link, td, span" : wanted
    );
    const found = [...all].find(
        (el) => el.getClientRects().length && (!text || el.innerText.trim() === text)
    );
    found?.click();
    return !!found;
})(%s)
"""


class Problem(Exception):
    """A failure; its text is one sentence that says what to do."""


class Browser:
    """Headless Chromium, driven over its DevTools pipe."""

    def __enter__(self):
        program = next(filter(None, map(shutil.which, BROWSERS)))
        self.profile = tempfile.mkdtemp(prefix="office-browser-")
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()
        command = [program, *FLAGS, f"--user-data-dir={self.profile}"]
        # Chromium reads commands from file descriptor 3 and answers on 4.
        shell = f"exec {shlex.join(command)} 3<&{to_browser} 4>&{from_browser}"
        self.process = subprocess.Popen(
            ["bash", "-c", shell],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.number = 0
        self.session = None
        self.errors = []
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        os.close(self.write_end)
        os.close(self.read_end)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self, deadline):
        """The next message of the browser."""
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.read_end], [], [], left)[0]:
                raise Problem("The browser does not answer: run the command again.")
            data = os.read(self.read_end, 1 << 20)
            if not data:
                raise Problem("The browser ended by itself: run the command again.")
            self.buffer += data
        message, _, self.buffer = self.buffer.partition(b"\0")
        message = json.loads(message)
        if message.get("method") == "Runtime.exceptionThrown":
            details = message["params"]["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details["text"]
            self.errors.append(text.splitlines()[0])
        return message

    def call(self, method, **params):
        """Send a command and return its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + 60
        while True:
            answer = self.receive(deadline)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise Problem(f"The browser refused {method}: {answer['error']}.")
                return answer["result"]

    def open_page(self, device):
        """Begin a fresh page, without cookies, of a device's size."""
        self.session = None
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call(
            "Target.createTarget", url="about:blank", browserContextId=context
        )
        self.session = self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )["sessionId"]
        width, height = DEVICES[device]
        phone = device == "phone"
        self.call("Page.enable")
        self.call("Runtime.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )
        # The pictures are taken where the demonstration schools are.
        self.call("Emulation.setTimezoneOverride", timezoneId="Asia/Shanghai")
        if phone:
            self.call("Emulation.setTouchEmulationEnabled", enabled=True)
            self.call("Emulation.setUserAgentOverride", userAgent=PHONE_AGENT)
        return context

    def close_page(self, context):
        self.session = None
        self.call("Target.disposeBrowserContext", browserContextId=context)

    def evaluate(self, expression):
        result = self.call(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        return result["result"].get("value")

    def wait_for(self, selector, seconds):
        """Wait until a selector shows and the page is quiet; False when it never is."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.evaluate(PAGE_READY % json.dumps(selector)):
                time.sleep(0.5)
                if self.evaluate(PAGE_READY % json.dumps(selector)):
                    return True
            time.sleep(0.2)
        return False

    def perform(self, action, seconds):
        """One action of a shot: click, fill, wait or js."""
        if "click" in action and not self.evaluate(
            PAGE_CLICK % json.dumps(action["click"])
        ):
            raise Problem(f"Nothing to click matches {action['click']!r}: correct it.")
        if "fill" in action:
            selector, text = action["fill"]
            self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
            self.call("Input.insertText", text=text)
        if "js" in action:
            self.evaluate(action["js"])
        time.sleep(0.3)
        if not self.wait_for(action.get("wait", "body"), seconds):
            raise Problem(
                f"{action['wait']!r} never showed: correct the list of shots."
            )

    def picture(self, whole):
        result = self.call(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole
        )
        return base64.b64decode(result["data"])


class Visitor:
    """A person logged in to a server over HTTP; gives the browser his cookies."""

    def __init__(self, url, database):
        self.url = url
        self.database = database
        self.jar = http.cookiejar.CookieJar()
        handler = urllib.request.HTTPCookieProcessor(self.jar)
        self.opener = urllib.request.build_opener(handler)

    def rpc(self, path, **params):
        body = json.dumps({"jsonrpc": "2.0", "params": params}).encode()
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"}
        )
        with self.opener.open(request, timeout=120) as response:
            answer = json.load(response)
        if "error" in answer:
            raise Problem(answer["error"]["data"]["message"])
        return answer["result"]

    def log_in(self, login, password, lang):
        """Log in and choose the language of the account."""
        try:
            info = self.rpc(
                "/web/session/authenticate",
                db=self.database,
                login=login,
                password=password,
            )
        except Problem as problem:
            raise Problem(
                f"{problem}: {login!r} cannot log in; give --password or add the "
                "person to demo/people.json."
            ) from None
        self.rpc(
            "/web/dataset/call_kw",
            model="res.users",
            method="write",
            args=[[info["uid"]], {"lang": lang}],
            kwargs={},
        )

    def cookies(self, lang):
        found = {cookie.name: cookie.value for cookie in self.jar}
        return {**found, "frontend_lang": lang}


def expand_shots(entries, options):
    """The list of shots, one for each language and device, filtered by the options."""
    for entry in entries:
        if options.only and entry["name"] not in options.only:
            continue
        for lang in (
            [options.lang] if options.lang else entry.get("langs", ["en", "zh"])
        ):
            for device in (
                [options.device] if options.device else entry.get("devices", DEVICES)
            ):
                yield {**entry, "lang": lang, "device": device}


def shots_wanted(options):
    """The shots to take: of the options alone, or of the list in docs/."""
    if options.path:
        entry = {"name": "page", "login": options.login, "path": options.path}
        entry["wait"] = options.wait
        entry["actions"] = [{"click": text} for text in options.click]
        entry["langs"], entry["devices"] = ["en"], ["desktop"]
        return list(
            expand_shots([entry], argparse.Namespace(**{**vars(options), "only": []}))
        )
    if not LIST.is_file():
        raise Problem(f"{LIST} is missing: name a page with --path instead.")
    shots = list(expand_shots(json.loads(LIST.read_text()), options))
    if not shots:
        raise Problem("No screenshot has that name: see docs/shots.json.")
    return shots


def shot_file(shot, out):
    """Where a picture goes."""
    if out.suffix == ".png":
        return out
    return out / shot["lang"] / f"{shot['name']}-{shot['device']}.png"


def take_shot(browser, url, database, shot, passwords, target):
    """Log a person in, open a page on a device, do the actions, write the picture."""
    lang = LANGUAGES.get(shot["lang"], shot["lang"])
    visitor = Visitor(url, database)
    login = shot.get("login")
    if login:
        visitor.log_in(login, passwords.get(login, login), lang)
    context = browser.open_page(shot["device"])
    browser.errors.clear()
    for name, value in visitor.cookies(lang).items():
        browser.call("Network.setCookie", name=name, value=value, url=url)
    # Pages before the login speak what the browser asks for.
    browser.call("Network.enable")
    browser.call(
        "Network.setExtraHTTPHeaders",
        headers={"Accept-Language": lang.replace("_", "-")},
    )
    wait = shot.get("wait") or (
        ".o_action_manager > *" if login and "/my" not in shot["path"] else "body"
    )
    browser.call("Page.navigate", url=url + shot["path"])
    seconds = shot.get("timeout", 30)
    if not browser.wait_for(wait, seconds):
        print(f"  {shot['name']}: {wait!r} never showed; the picture shows what did.")
    for action in shot.get("actions", []):
        browser.perform(action, seconds)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(browser.picture(shot.get("whole", False)))
    browser.close_page(context)
    for error in browser.errors:
        print(f"  {shot['name']}: the page reported: {error}")
    print(f"  {target}")


def passwords_of_people(options):
    """Login -> password of the people of the demonstration."""
    passwords = {"admin": "admin"}
    if PEOPLE.is_file():
        people = json.loads(PEOPLE.read_text())
        passwords.update({p["login"]: p["password"] for p in people})
    if options.password:
        passwords[options.login] = options.password
    return passwords


def main():
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", metavar="NAME", help="of the list")
    parser.add_argument("--out", help="a folder, or a .png file for one page")
    parser.add_argument("--lang", choices=LANGUAGES)
    parser.add_argument("--device", choices=DEVICES)
    parser.add_argument("--path", help="a page that is not in the list: /odoo/…")
    parser.add_argument("--login", help="who looks at that page; nobody if left out")
    parser.add_argument("--password", help="if it is not in demo/people.json")
    parser.add_argument("--wait", help="CSS selector that must show before")
    parser.add_argument("--click", action="append", default=[], help="CSS or text=…")
    parser.add_argument("--whole", action="store_true", help="the page to its end")
    parser.add_argument("--url", required=True)
    parser.add_argument("--db", required=True)
    options = parser.parse_args()
    out = Path(options.out or IMAGES)
    passwords = passwords_of_people(options)
    failed = False
    with Browser() as browser:
        for shot in shots_wanted(options):
            target = shot_file(shot, out)
            try:
                take_shot(browser, options.url, options.db, shot, passwords, target)
            except Problem as problem:
                failed = True
                print(f"  {shot['name']}: {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit(f"office: {problem}")
