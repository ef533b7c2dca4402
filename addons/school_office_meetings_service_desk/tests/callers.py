"""Who may call the methods of this addon that a client can reach."""

MAY_CALL = {
    "school.meeting.resolution": {
        "action_coordinate": "the owner, his helpers, the office",
        "action_open_ticket": "whoever reads resolution and request",
    },
    "school.meeting.task": {
        "action_open_ticket": "whoever reads row and request",
        "action_report_fault": "who ticks the row",
    },
}
