"""Who may call the methods of this addon that a client can reach."""

from odoo.addons.school_office_base.tests.callers import READERS

MAY_CALL = {
    "school.doc.incoming": {
        "action_meetings": READERS,
        "action_minutes": READERS,
    },
    "school.meeting.minutes": {
        "action_open_document": READERS,
        "action_register_document": "the office, which keeps the meeting",
    },
}
