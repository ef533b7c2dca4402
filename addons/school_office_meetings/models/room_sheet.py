from odoo import api, models
from odoo.exceptions import AccessError


class SignInSheet(models.AbstractModel):
    """The sign-in sheet of MTG-13: name, department, contact, time, how, reason.

    Printed before the meeting it is the paper list; afterwards it says what was.
    """

    _name = "report.school_office_meetings.sign_in_sheet"
    _description = "Sign-in Sheet"

    @api.model
    def _get_report_values(self, docids, data=None):
        meetings = self.env["school.meeting"].browse(docids)
        meetings._check_in_room()
        for meeting in meetings:
            if not (meeting._is_room_clerk() or meeting._is_room_chair()):
                raise AccessError(
                    self.env._("The sign-in clerk prints the sheet of this meeting.")
                )
        return {
            "doc_ids": docids,
            "doc_model": "school.meeting",
            # sudo: contacts of people; the clerk of the meeting was checked
            "docs": meetings.sudo(),
            "rows": {
                meeting.id: self._rows(meeting.sudo(), meeting.participant_ids)
                for meeting in meetings
            },
        }

    def _rows(self, meeting, told):
        """One row per person.

        :param told: the same people as the caller reads them: what they confided is on
            his sheet only if he may know it
        """
        Participant = self.env["school.meeting.participant"]
        labels = dict(
            Participant._fields["attendance"]._description_selection(self.env)
        )
        methods = dict(
            Participant._fields["sign_in_method"]._description_selection(self.env)
        )
        rows = []
        words = {seat.id: seat.absence_reason or seat.left_reason for seat in told}
        for seat in meeting.participant_ids:
            came = seat.attended_by_id or seat.deputy_id
            deputy = came.name if came and came != seat.user_id else ""
            rows.append(
                {
                    "name": seat.person_name,
                    "deputy": deputy if seat.user_id else "",
                    "department": seat.department_id.name or "",
                    "contact": self._contact(seat),
                    "time": meeting._room_time(seat.signed_in_at)
                    if seat.signed_in_at
                    else "",
                    "how": methods.get(seat.sign_in_method, ""),
                    "attendance": labels[seat.attendance]
                    if seat.attendance != "none"
                    else "",
                    "left": meeting._room_time(seat.left_at) if seat.left_at else "",
                    "reason": words.get(seat.id) or "",
                }
            )
        return rows

    def _contact(self, seat):
        employee = seat.user_id._school_employee(seat.company_id)
        partner = seat.partner_id or seat.user_id.partner_id
        return employee.mobile_phone or employee.work_phone or partner.phone or ""
