{
    "name": "School Office: Meetings and Documents",
    "summary": "Outside notices become meetings, minutes become documents",
    "version": "19.0.1.0.0",
    "category": "Services/School Office",
    "license": "LGPL-3",
    "author": "School Office Suite",
    "depends": ["school_office_meetings", "school_office_docs"],
    "data": [
        "views/minutes_views.xml",
        "views/meeting_views.xml",
        "views/doc_incoming_views.xml",
    ],
    "auto_install": True,
}
