"""What all pages of the desk without the backend have in common."""

import re
import secrets

from werkzeug.urls import url_encode

from odoo import http
from odoo.http import request

from odoo.addons.school_office_base.tools import posted

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    "Permissions-Policy": "geolocation=(), microphone=()",
}
# Files and text of one post; each file is judged on its own later.
MAX_BODY = 40 * 1024 * 1024
VISITOR = "desk_visitor"
SHORT = {"zh": "中文", "en": "English"}  # each in its own language
PUBLIC = {
    "type": "http",
    "auth": "public",
    "website": True,  # language of the browser, frontend error pages
    "multilang": False,  # one address in every language: it stands on doors
    "sitemap": False,
    "max_content_length": MAX_BODY,
}


# A path of this very server: browsers drop tabs and line ends, and read \ as /.
OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


def desk_route(path, method, **more):
    """A route of these pages: POST changes, GET never does."""
    methods = ["GET", "HEAD"] if method == "GET" else [method]
    route = http.route(path, methods=methods, **{**PUBLIC, **more})
    return lambda endpoint: route(posted.texts(endpoint))


class DeskController(http.Controller):
    """Helpers; decisions are made by ``school.desk.public``."""

    def _desk(self):
        # Superuser: visitors have no right on any table. The model returns plain
        # values and checks what this visitor may see and do.
        return request.env["school.desk.public"].sudo()

    def _page(self, template, values, status=200, school=None):
        """Render one of our pages with its head, its foot and its headers."""
        desk = self._desk()
        values = {
            "school": desk._school_values(school) if school else None,
            "page": self._page_values(),
            "scores": desk._score_names(),
            "title": "",
            **values,
        }
        response = request.render(f"school_office_service_desk.{template}", values)
        response.status_code = status
        response.headers.update(HEADERS)
        return response

    def _page_values(self):
        user = request.env.user
        here = request.httprequest.full_path.rstrip("?")
        lang = request.env.lang or "en_US"
        languages = request.env["res.lang"].sudo()._get_frontend()
        is_get = request.httprequest.method in ("GET", "HEAD")
        return {
            "csrf": request.csrf_token(),
            "lang": lang.replace("_", "-"),
            "user": "" if user._is_public() else user.name,
            "home": "/my" if user.share else "/odoo",
            "login": "/web/login?"
            + url_encode({"redirect": here if is_get else "/my"}),
            "languages": [
                {
                    "lang": code.replace("_", "-"),
                    "name": SHORT.get(code[:2]) or data.name.split("/")[-1].strip(),
                    "url": self._language_url(code, is_get),
                }
                for code, data in languages.items()
                if code != lang
            ],
        }

    def _language_url(self, code, is_get):
        """Where the same page speaks another language.

        The answer to a form has no address of its own; there the switch leads to the
        empty form.
        """
        path = request.httprequest.path
        given = dict(request.httprequest.args) if is_get else {}
        return "/desk/language?" + url_encode(
            {**{"to": code}, "back": path + ("?" + url_encode(given) if given else "")}
        )

    def _message(self, title, message, status, school=None, **more):
        return self._page(
            "desk_message",
            {"title": title, "message": message, **more},
            status,
            school,
        )

    def _unknown(self, school=None):
        """One answer for unknown, foreign, expired and forbidden alike."""
        return self._message(
            request.env._("Nothing here"),
            request.env._(
                "This page does not exist, or its link is no longer valid. Ask the "
                "office of your school for a new one."
            ),
            404,
        )

    def _closed(self, school):
        return self._message(
            request.env._("This school is closed"),
            request.env._("Its office takes no requests any more."),
            410,
            school,
            hide_home=True,
        )

    def _too_many(self, error, school):
        seconds = request.env["school.outside.act"]._seconds_left(error.kind)
        minutes = max(1, -(-seconds // 60))
        if error.kind == "post":
            text = request.env._(
                "From your connection very much was sent in a short time. Please try "
                "again in %(minutes)s minutes, or call the office.",
                minutes=minutes,
            )
        elif error.kind == "crowd":
            text = request.env._(
                "Very many reports came from a network like yours. Please try again in "
                "%(minutes)s minutes or from another connection, a telephone's for "
                "example. Nothing was kept of where you are.",
                minutes=minutes,
            )
        else:
            text = request.env._(
                "The office is receiving very much at the moment. Please try again in "
                "%(minutes)s minutes, or call.",
                minutes=minutes,
            )
        response = self._message(
            request.env._("A little slower, please"), text, 429, school
        )
        response.headers["Retry-After"] = str(seconds)
        return response

    def _refuse_post(self, code, path):
        """The page for a post that never reached its route, see ``ir.http``."""
        school = self._desk()._school(path.split("/")[2]) if code else None
        if code == 413:
            return self._message(
                request.env._("Too large to send"),
                request.env._(
                    "The files together are larger than %(limit)s MB. Go back, leave "
                    "some out, and send again.",
                    limit=MAX_BODY // (1024 * 1024),
                ),
                code,
                school or None,
            )
        return self._message(
            request.env._("Please send it again"),
            request.env._(
                "The page was open for a long time, or the browser keeps no cookies. "
                "Go back, load the page again, and send once more."
            ),
            code,
            school or None,
        )

    def _go(self, url):
        response = request.redirect(url, code=303, local=True)
        response.headers.update(HEADERS)
        return response

    def _address(self):
        return request.httprequest.remote_addr or ""

    def _posted(self):
        """The posted form as ``({name: [values]}, [(file name, bytes, field)])``."""
        form = request.httprequest.form
        post = {name: form.getlist(name) for name in form}
        files = [
            (upload.filename, upload.read(), field)
            for field in request.httprequest.files
            for upload in request.httprequest.files.getlist(field)
            if upload.filename
        ]
        return post, files

    def _cookie(self):
        """The random mark of this browser, by which one visitor has one voice."""
        return request.cookies.get(VISITOR) or ""

    def _set_cookie(self, response):
        mark = secrets.token_urlsafe(18)
        response.set_cookie(
            VISITOR,
            mark,
            max_age=90 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=request.httprequest.scheme == "https",
            path="/",
        )
        return mark


class DeskLanguage(DeskController):
    @desk_route("/desk/language", "GET")
    def language(self, to="", back="/", **kwargs):
        """Speak another language from now on: a cookie of the browser, no more."""
        if not OWN_PATH.fullmatch(back):
            back = "/"
        response = self._go(back)
        if to in request.env["res.lang"].sudo()._get_frontend():
            response.set_cookie("frontend_lang", to, max_age=365 * 24 * 3600)
        return response
