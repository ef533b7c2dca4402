"""Pages of a meeting that open without the web client: no scripts, a few words."""

from odoo.http import request

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
PUBLIC = {"type": "http", "auth": "public", "website": True, "sitemap": False}


class PublicPages:
    """What such controllers have in common."""

    def _page(self, template, values, status=200):
        values = {
            "lang": (request.env.lang or "en_US").replace("_", "-"),
            "csrf": request.csrf_token(),
            "title": values.get("title") or request.env._("Sign in"),
            **values,
        }
        response = request.render(f"school_office_meetings.{template}", values)
        response.status_code = status
        response.headers.update(HEADERS)
        return response

    def _message(self, title, text, status):
        return self._page(
            "meeting_sign_in_message", {"title": title, "text": text}, status
        )

    def _unknown(self):
        return self._message(
            request.env._("Nothing here"),
            request.env._("This link is not, or no longer, valid."),
            404,
        )
