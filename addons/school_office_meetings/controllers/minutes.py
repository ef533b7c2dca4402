from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.school_office_base.tools import tokens


class MeetingSet(http.Controller):
    """The file of a meeting as a ZIP, for those who lead and keep it."""

    @http.route(
        "/school/meeting/<int:meeting_id>/set.zip",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def set_zip(self, meeting_id):
        meeting = request.env["school.meeting"]
        if tokens.possible_id(meeting_id):
            meeting = meeting.browse(meeting_id).exists()
        if not meeting or not meeting.has_access("read"):
            raise request.not_found()
        data = meeting._draw_set_zip()
        name = f"{meeting.number or meeting.id}.zip".replace("/", "-")
        return request.make_response(
            data,
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", len(data)),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
