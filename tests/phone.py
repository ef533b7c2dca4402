"""A telephone in somebody's hand: a real browser that goes from page to page.

Odoo's tours live inside one page of its web client; the public pages of the desk have
no web client. So the browser is driven from here, as a thumb would: by what is seen.
"""

import json
from contextlib import contextmanager
from urllib.parse import urljoin

from odoo.tests.common import ChromeBrowser, ChromeBrowserException

FIND = """
const norm = (text) => (text || "").replace(/\\s+/g, " ").trim();
const isThere = (el) => el.getClientRects().length && !el.disabled;
const find = (what) => {
    if (!what.startsWith("text=")) {
        return Array.from(document.querySelectorAll(what)).find(isThere);
    }
    const text = what.slice(5);
    const able = "a, button, summary, label, input[type=submit], .dropdown-item";
    const all = Array.from(document.querySelectorAll(able)).filter(isThere);
    return all.find((el) => norm(el.innerText) === text)
        || all.find((el) => norm(el.innerText).includes(text));
};
"""
SECONDS = 40


class Phone:
    def __init__(self, case, browser):
        self.case = case
        self.browser = browser

    def open(self, path):
        """Scan a code, or tap a link of a mail."""
        self.case.env.flush_all()
        self.case.env.cr.clear()
        url = urljoin(self.case.base_url(), path)
        self.browser.navigate_to(url, wait_stop=True)

    def sees(self, text):
        """Wait until ``text`` stands on the page."""
        self._until(
            f"return document.body.innerText.replace(/\\s+/g, ' ')"
            f".includes({json.dumps(text)});",
            f"does not see “{text}”",
        )

    def tap(self, what):
        """Tap what a selector finds, or ``text=…`` the thing with this text."""
        self._until(
            f"const el = find({json.dumps(what)}); if (!el) return false;"
            "el.scrollIntoView({block: 'center'});"
            "setTimeout(() => el.click()); return true;",
            f"finds no {what}",
        )

    def write(self, what, text):
        """Type into a field."""
        self._until(
            f"const el = find({json.dumps(what)}); if (!el) return false;"
            f"el.focus(); el.value = {json.dumps(text)};"
            "for (const name of ['input', 'change'])"
            "  el.dispatchEvent(new Event(name, {bubbles: true}));"
            "return true;",
            f"finds no field {what}",
        )

    def photograph(self, what, width=3000, height=2000):
        """Take a picture with the camera, too large to be sent as it is."""
        self._until(
            f"const el = document.querySelector({json.dumps(what)});"
            "if (!el) return false;"
            "if (el.dataset.shot) return el.dataset.shot === '2';"
            "el.dataset.shot = '1';"
            "const canvas = document.createElement('canvas');"
            f"canvas.width = {width}; canvas.height = {height};"
            "canvas.getContext('2d').fillRect(0, 0, 900, 900);"
            "canvas.toBlob((blob) => {"
            "  const basket = new DataTransfer();"
            "  basket.items.add(new File([blob], 'camera.png', {type: 'image/png'}));"
            "  el.files = basket.files;"
            "  el.dispatchEvent(new Event('change', {bubbles: true}));"
            "  el.dataset.shot = '2';"
            "}); return false;",
            f"finds no camera at {what}",
        )

    def read(self, what):
        """The text of what a selector finds."""
        answer = self.browser._websocket_request(
            "Runtime.evaluate",
            params={
                "expression": f"document.querySelector({json.dumps(what)}).innerText"
            },
        )
        return answer["result"]["value"].strip()

    def fits(self):
        """Nothing sticks out at the side of the screen."""
        self._until(
            "return document.documentElement.scrollWidth <= window.innerWidth + 1;",
            "has to scroll sideways",
        )

    def _until(self, code, problem):
        ready = f"(() => {{ {FIND} {code} }})()"
        for _page in range(5):
            try:
                if self.browser._wait_ready(ready, timeout=SECONDS):
                    return
                break
            except (ChromeBrowserException, KeyError):
                continue  # the page changed while it was asked
        self.case.fail(f"The phone {problem}: {self.read('body')[:600]}")


class PhoneMixin:
    """For test classes that are an ``HttpCase``."""

    @contextmanager
    def _phone(self, user=None, size="390x844"):
        """A phone of ``user``, or of somebody who is not signed in."""
        before = self.browser_size, self.touch_enabled
        self.browser_size, self.touch_enabled = size, True
        browser = ChromeBrowser(self)
        try:
            with self.allow_requests(browser=browser):
                self.authenticate(
                    user and user.login,
                    user and user.login.ljust(8, "x"),
                    browser=browser,
                )
                self.env.flush_all()
                self.env.cr.clear()
                yield Phone(self, browser)
                self._wait_remaining_requests()
        finally:
            browser.stop()
            self.browser_size, self.touch_enabled = before
        self.env.invalidate_all()
