{
    "name": "School Office: Meetings",
    "summary": "Meetings that end in work done, and rooms that cannot be booked twice",
    "version": "19.0.1.1.0",
    "category": "Services/School Office",
    "license": "LGPL-3",
    "author": "School Office Suite",
    "depends": ["school_office_base", "calendar"],
    "external_dependencies": {"python": ["fonttools"]},
    "data": [
        "security/groups.xml",
        # access: call
        "security/ir.model.access.csv",
        "security/meetings_rules.xml",
        # access: prep
        "security/ir.model.access-prep.csv",
        "security/prep_rules.xml",
        # access: room
        "security/ir.model.access-room.csv",
        "security/room_rules.xml",
        # access: minutes
        "security/ir.model.access-minutes.csv",
        "security/minutes_rules.xml",
        # access: venues
        "security/ir.model.access-venues.csv",
        "security/venues_rules.xml",
        # menus: the second level, before the items of each part
        "views/meetings_menus.xml",
        # call
        "data/call_data.xml",
        "wizards/meeting_step_views.xml",
        "wizards/meeting_answer_views.xml",
        "views/meeting_views.xml",
        "views/meeting_participant_views.xml",
        "views/meeting_body_views.xml",
        "views/meeting_schedule_views.xml",
        "views/meeting_feed_views.xml",
        "views/meeting_public_templates.xml",
        "wizards/call_settings_views.xml",
        "views/call_menus.xml",
        # prep
        "data/prep_data.xml",
        "report/meeting_seat_templates.xml",
        "wizards/meeting_prep_step_views.xml",
        "views/meeting_topic_views.xml",
        "views/meeting_topic_call_views.xml",
        "views/meeting_material_views.xml",
        "views/meeting_task_views.xml",
        "views/meeting_checklist_views.xml",
        "views/meeting_recording_views.xml",
        "views/meeting_evaluation_views.xml",
        "views/meeting_prep_views.xml",
        "wizards/prep_settings_views.xml",
        "views/prep_menus.xml",
        # room
        "report/sign_in_sheet.xml",
        "wizards/meeting_reason_views.xml",
        "wizards/room_settings_views.xml",
        "views/room_views.xml",
        "views/sign_in_templates.xml",
        # minutes
        "data/minutes_data.xml",
        "report/minutes_templates.xml",
        "wizards/meeting_resolution_step_views.xml",
        "wizards/minutes_settings_views.xml",
        "views/meeting_resolution_views.xml",
        "views/minutes_views.xml",
        "views/meeting_summary_views.xml",
        "views/minutes_menus.xml",
        # venues
        "data/venues_data.xml",
        "wizards/venue_step_views.xml",
        "wizards/venue_settings_views.xml",
        "views/venue_booking_views.xml",
        "views/venue_views.xml",
        "views/venue_meeting_views.xml",
        "views/venue_menus.xml",
        "views/venue_door_templates.xml",
        "report/venue_door_labels.xml",
    ],
    "demo": [
        # venues
        "demo/venues_demo.xml",
        # call
        "demo/call_demo.xml",
        # prep
        "demo/prep_demo.xml",
        # room
        "demo/room_demo.xml",
        # minutes
        "demo/minutes_demo.xml",
    ],
    "assets": {
        "web.assets_backend": ["school_office_meetings/static/src/**/*"],
        "web.assets_tests": ["school_office_meetings/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "application": True,
}
