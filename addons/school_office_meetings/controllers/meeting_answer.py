from odoo.exceptions import UserError
from odoo.http import Controller, content_disposition, request, route

from odoo.addons.school_office_base.tools import posted, tokens

from .public_page import HEADERS, PUBLIC, PublicPages

# Uses of one link in a minute
LIMIT = 20


class MeetingLinks(PublicPages, Controller):
    """What opens without signing in: the link of a guest, a calendar subscription.

    Who has no valid token learns nothing: not even whether there is such a row.
    """

    @route(
        "/meeting/answer/<int:row_id>/<string:token>",
        methods=["GET"],
        multilang=False,
        **PUBLIC,
    )
    @posted.texts
    def answer_page(self, row_id, token, **kwargs):
        # Mail scanners follow every link: reading the page answers nothing.
        row = self._row(row_id, token)
        if not row:
            return self._unknown()
        return self._answer_page(row, token)

    @route(
        "/meeting/answer/<int:row_id>/<string:token>",
        methods=["POST"],
        multilang=False,
        **PUBLIC,
    )
    @posted.texts
    def answer_submit(self, row_id, token, answer="", reason="", **kwargs):
        row = self._row(row_id, token)
        if not row:
            return self._unknown()
        if not self._within(row, "meeting_answer"):
            return self._too_many()
        error = ""
        if answer not in ("accepted", "declined"):
            error = request.env._("Choose one of the answers.")
        else:
            try:
                with request.env.cr.savepoint():
                    row._answer(
                        answer,
                        reason[:200] if answer == "declined" else "",
                        channel="link",
                    )
            except UserError as refused:
                error = str(refused)
        return self._answer_page(row, token, error, reason[:200])

    @route(
        "/meeting/answer/<int:row_id>/<string:token>/file/<int:file_id>",
        methods=["GET"],
        multilang=False,
        **PUBLIC,
    )
    @posted.texts
    def guest_file(self, row_id, token, file_id, **kwargs):
        """A file of the materials that were sent to all participants (MTG-07)."""
        row = self._row(row_id, token)
        files = row and row._guest_materials().attachment_ids
        file = files and files.filtered(lambda one: one.id == file_id)
        if not file:
            return self._unknown()
        if not self._within(row, "meeting_answer"):
            return self._too_many()
        return self._download(file.raw or b"", file.name)

    @route(
        "/meeting/answer/<int:row_id>/<string:token>/minutes/<int:minutes_id>",
        methods=["GET"],
        multilang=False,
        **PUBLIC,
    )
    @posted.texts
    def guest_minutes(self, row_id, token, minutes_id, **kwargs):
        """The final minutes, with the parts that are for participants (MTG-21)."""
        row, minutes = self._minutes(row_id, token, minutes_id)
        if not minutes:
            return self._unknown()
        if not self._within(row, "meeting_answer"):
            return self._too_many()
        name = f"{minutes.number or minutes.name}.pdf"
        return self._download(minutes._draw_one(for_guest=True), name)

    @route(
        "/meeting/answer/<int:row_id>/<string:token>/minutes/<int:minutes_id>",
        methods=["POST"],
        multilang=False,
        **PUBLIC,
    )
    def guest_has_read(self, row_id, token, minutes_id, **kwargs):
        """The guest has read them: he says so by a button, which no scanner presses."""
        row, minutes = self._minutes(row_id, token, minutes_id)
        if not minutes:
            return self._unknown()
        if not self._within(row, "meeting_answer"):
            return self._too_many()
        row._guest_receipts().filtered(
            lambda receipt: receipt.res_id == minutes.id
        )._read_by_link()
        return self._answer_page(row, token)

    @route(
        "/meeting/feed/<int:feed_id>/<string:token>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    @posted.texts
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
                *HEADERS.items(),
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", 'attachment; filename="meetings.ics"'),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _row(self, row_id, token):
        # sudo: the token of the letter is the right to answer, and to read what
        # participants get; nothing else is read
        row = self._find(request.env["school.meeting.participant"].sudo(), row_id)
        secret = row and row.partner_id and row._answer_token()
        if not tokens.matches(secret, token) or not row.meeting_id.called_at:
            return None
        lang = row.partner_id.lang
        if lang:
            # The page, its sentences and its papers speak one language.
            request.update_context(lang=lang)
        return row.with_context(lang=request.env.lang)

    def _minutes(self, row_id, token, minutes_id):
        """``(row, minutes)`` if this link opens them."""
        row = self._row(row_id, token)
        return row, row and row._guest_minutes().filtered(lambda m: m.id == minutes_id)

    def _answer_page(self, row, token, error="", reason=""):
        meeting = row.meeting_id
        receipts = {receipt.res_id: receipt.state for receipt in row._guest_receipts()}
        env = row.env
        action = f"/meeting/answer/{row.id}/{token}"
        return self._page(
            "answer_page",
            {
                "title": meeting._open_name(env),
                "row": row,
                "school": row.company_id.name,
                "lines": meeting._notice_lines(
                    env, "cancelled" if meeting.state == "cancelled" else "called"
                ),
                "open": meeting.state == "called",
                "cancelled": meeting.state == "cancelled",
                "error": error,
                "reason": reason or row.answer_reason or "",
                "files": [
                    (file.name, f"{action}/file/{file.id}")
                    for file in row._guest_materials().attachment_ids
                ],
                "papers": [
                    (
                        minutes.display_name,
                        f"{action}/minutes/{minutes.id}",
                        receipts.get(minutes.id),
                    )
                    for minutes in row._guest_minutes()
                ],
                "sign_in": meeting.is_room_open
                and row.answer != "declined"
                and row._guest_url(),
                "action": action,
            },
        )

    def _download(self, data, name):
        return request.make_response(
            data,
            [
                *HEADERS.items(),
                # Never shown in the page: the file came from a user.
                ("Content-Type", "application/octet-stream"),
                ("Content-Length", len(data)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )

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
        return self._message(
            request.env._("A little slower, please"),
            request.env._("Too many requests: please wait a minute."),
            429,
        )
