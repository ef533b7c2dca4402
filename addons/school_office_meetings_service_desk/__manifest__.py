{
    "name": "School Office: Meetings and the Service Desk",
    "summary": "Faults found before a meeting and stuck resolutions reach the desk",
    "version": "19.0.1.0.0",
    "category": "Services/School Office",
    "license": "LGPL-3",
    "author": "School Office Suite",
    "depends": ["school_office_meetings", "school_office_service_desk"],
    "data": [
        "views/meeting_task_views.xml",
        "views/meeting_resolution_views.xml",
        "views/ticket_views.xml",
        "wizards/meeting_prep_step_views.xml",
    ],
    "auto_install": True,
}
