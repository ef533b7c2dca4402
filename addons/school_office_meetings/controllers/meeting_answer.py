from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from odoo.addons.school_office_base.tools import tokens

# Uses of one link in a minute
LIMIT = 20
HEADERS = [
    ("Cache-Control", "private, no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
]


class MeetingLinks(Controller):
    """What opens without signing in: the link of a guest, a calendar subscription.

    Who has no valid token learns nothing: not even whether there is such a row.
    """

    @route(
        "/meeting/answer/<int:row_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def answer_page(self, row_id, token, **kwargs):
        # Mail scanners follow every link: reading the page answers nothing.
        row = self._row(row_id, token)
        if not row:
            return request.not_found()
        return self._page(row, token)

    @route(
        "/meeting/answer/<int:row_id>/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def answer_submit(self, row_id, token, answer="", reason="", **kwargs):
        row = self._row(row_id, token)
        if not row:
            return request.not_found()
        if not self._within(row, "meeting_answer"):
            return self._too_many()
        error = ""
        if answer not in ("accepted", "declined"):
            error = request.env._("Choose one of the answers.")
        else:
            try:
                with request.env.cr.savepoint():
                    row._answer(answer, reason[:200], channel="link")
            except UserError as refused:
                error = str(refused)
        return self._page(row, token, error, answer, reason[:200])

    @route(
        "/meeting/feed/<int:feed_id>/<string:token>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def feed(self, feed_id, token, **kwargs):
        # sudo: the token is the right to read; rows are read as their owner below
        feed = self._find(request.env["school.meeting.feed"].sudo(), feed_id)
        if (
            not tokens.matches(feed and feed._token(), token)
            or not feed.active
            or not feed.user_id.active
            or feed.company_id not in feed.user_id.company_ids
        ):
            return request.not_found()
        if not self._within(feed, "meeting_feed"):
            return self._too_many()
        meetings = feed._meetings()
        return request.make_response(
            meetings._ics(env=meetings.env),
            [
                *HEADERS,
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", 'attachment; filename="meetings.ics"'),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _row(self, row_id, token):
        # sudo: the token of the letter is the right to answer, and nothing else is read
        row = self._find(request.env["school.meeting.participant"].sudo(), row_id)
        secret = row and row.partner_id and row._answer_token()
        if not tokens.matches(secret, token) or not row.meeting_id.called_at:
            return None
        lang = row.partner_id.lang
        return row.with_context(lang=lang) if lang else row

    def _page(self, row, token, error="", answer="", reason=""):
        meeting = row.meeting_id
        env = row.env
        response = request.render(
            "school_office_meetings.answer_page",
            {
                "row": row,
                "school": row.company_id,
                "title": meeting._open_name(env),
                "lines": meeting._notice_lines(
                    env, "cancelled" if meeting.state == "cancelled" else "called"
                ),
                "open": meeting.state == "called",
                "cancelled": meeting.state == "cancelled",
                "error": error,
                "chosen": answer or row.answer,
                "reason": reason or row.answer_reason or "",
                "action": f"/meeting/answer/{row.id}/{token}",
            },
        )
        response.headers.extend(HEADERS)
        return response

    def _find(self, rows, record_id):
        """The row of that number if there is one: a link may name any number."""
        return (
            rows.browse(record_id).exists() if tokens.possible_id(record_id) else rows
        )

    def _within(self, row, kind):
        """Count one use of the link of this row."""
        # sudo: a counter that nobody reads
        acts = request.env["school.outside.act"].sudo()
        return acts._take(row.company_id, kind, str(row.id), LIMIT, exact=False)

    def _too_many(self):
        return request.make_response(
            request.env._("Too many requests: please wait a minute."),
            [*HEADERS, ("Content-Type", "text/plain; charset=utf-8")],
            status=429,
        )
