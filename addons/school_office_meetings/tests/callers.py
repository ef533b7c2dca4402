"""Who may call the methods of this addon that a client can reach."""

from odoo.addons.school_office_base.tests.callers import (
    ANYONE,
    READERS,
)

PREPARERS = "who may change the meeting: organiser, chair, minutes taker, clerks"
TOPIC_LEADS = "who leads the body, its minutes taker, the meeting clerks"
KEEPER = "the office and whoever keeps the room, by name or post"
ROOM_USER = "who used it, who is called to its meeting, the keepers"
BOOKER = "who booked it, and the keepers of the room"
# In the room: by the names of the meeting, never by groups.
RUNS = "chair and minutes taker of the meeting"
CHAIR = "the chair, or whom he sends"
SELF_OR_CLERK = "the person himself, or the sign-in clerk"
IN_ROOM = "those named in the meeting, and who supports meetings"
HIMSELF = "the participant himself; for others the office enters it"
KEEPS = "who leads and keeps the meeting, the office"

MAY_CALL = {
    "calendar.event": {
        "action_join_meeting": "core; refused for school meetings",
        "action_sendmail": "core; refused for school meetings",
        "action_unlink_event": "core; of a school meeting, who may change it",
    },
    "calendar.popover.delete.wizard": {
        "action_send_mail_and_delete": "core; refused for school meetings",
    },
    "school.meeting": {
        "action_accept": HIMSELF,
        "action_call": PREPARERS,
        "action_call_dialog": PREPARERS,
        "action_cancel": PREPARERS,
        "action_clear_seats": PREPARERS,
        "action_close": PREPARERS,
        "action_confirm_source": PREPARERS,
        "action_decline": HIMSELF,
        "action_draft_resolution": RUNS,
        "action_end": RUNS,
        "action_fill_checklist": PREPARERS,
        "action_minutes": "who reads the minutes; who keeps the meeting",
        "action_next_item": RUNS,
        "action_note_channel": PREPARERS,
        "action_open_answers": READERS,
        "action_open_room": IN_ROOM,
        "action_open_sign_in_screen": "sign-in clerk and chair",
        "action_postpone": PREPARERS,
        "action_propose_item": "those who take part",
        "action_rate": "participants who are asked, once",
        "action_seat_everybody": PREPARERS,
        "action_send_again": PREPARERS,
        "action_send_deputy": HIMSELF,
        "action_send_materials": PREPARERS,
        "action_set_pdf": KEEPS,
        "action_set_zip": KEEPS,
        "action_sign_in": "those on the list and their deputies, with the code",
        "action_start": RUNS,
        "action_submit_plan": PREPARERS,
        "action_tasks": READERS,
        "action_tick_all": PREPARERS,
        "action_urge": PREPARERS,
        "action_waiting_topics": READERS,
        "get_room": IN_ROOM,
        "get_sign_in_screen": "sign-in clerk and chair",
        "seat_person": PREPARERS,
    },
    "school.meeting.answer": {
        "action_confirm": "whoever opened it; the row checks",
    },
    "school.meeting.catering": {
        "action_agree": PREPARERS,
        "action_reopen": PREPARERS,
        "action_void": PREPARERS,
    },
    "school.meeting.evaluation": {
        "action_rate": "the participant himself, once",
    },
    "school.meeting.evaluation.summary": {
        "action_count_again": "who leads the body, the meeting clerks",
        "action_count_term": "the meeting clerks, for their own school",
        "action_meetings": READERS,
    },
    "school.meeting.feed": {
        "action_renew": "whose it is",
        "action_revoke": "whose it is",
    },
    "school.meeting.item": {
        "action_ask_floor": "who is present for the item",
        "action_begin": RUNS,
        "action_consent": CHAIR,
        "action_defer": RUNS,
        "action_extend": RUNS,
        "action_finish": RUNS,
        "action_line_up": RUNS,
        "action_open_vote": RUNS,
        "action_recuse": "oneself; the chair for another",
        "action_refuse_consent": CHAIR,
        "action_set_visibility": RUNS,
        "action_state": RUNS,
        "action_withdraw": RUNS,
        "save_texts": RUNS,
    },
    "school.meeting.material": {
        "action_ask_void": READERS,
        "action_deliver": "who delivers it, who prepares the meeting",
        "action_ready": PREPARERS,
        "action_send": PREPARERS,
    },
    "school.meeting.minutes": {
        "action_confirm": "who leads and keeps the next meeting of the body",
        "action_confirm_corrected": "who leads and keeps the next meeting of the body",
        "action_correct": KEEPS,
        "action_distribute": KEEPS,
        "action_print": READERS,
        "action_submit": "who leads and keeps the meeting",
        "action_withdraw": KEEPS,
    },
    "school.meeting.participant": {
        "action_accept": HIMSELF,
        "action_ask_reason": SELF_OR_CLERK,
        "action_decline": HIMSELF,
        "action_give_reason": SELF_OR_CLERK,
        "action_leave": SELF_OR_CLERK,
        "action_mark_absent": "the sign-in clerk",
        "action_phone": PREPARERS,
        "action_record_answer": PREPARERS,
        "action_send_deputy": HIMSELF,
        "action_sign_in_for": "the sign-in clerk",
        "action_undo_sign_in": "the sign-in clerk",
        "action_urge": PREPARERS,
    },
    "school.meeting.prep.step": {
        "action_apply": "whoever opened it; the records check",
    },
    "school.meeting.rate": {
        "action_apply": "whoever opened it; the row checks",
    },
    "school.meeting.reason": {
        "action_confirm": SELF_OR_CLERK,
    },
    "school.meeting.recording": {
        "action_ask": "the applicant",
        "action_withdraw": "the applicant",
    },
    "school.meeting.recusal": {
        "action_withdraw": CHAIR,
    },
    "school.meeting.resolution": {
        "action_accept": "the chair, whoever supervises the owner, never the owner",
        "action_extend": READERS,
        "action_problem": READERS,
        "action_problem_settled": "the owner, his helpers, the office",
        "action_progress": READERS,
        "action_reassign": READERS,
        "action_report": READERS,
        "action_send_back": READERS,
        "action_urge": "the chair, the office, whoever supervises the owner",
    },
    "school.meeting.resolution.step": {
        "action_confirm": "whoever opened it; the resolution checks",
    },
    "school.meeting.schedule": {
        "action_prepare": "the meeting clerks",
    },
    "school.meeting.statement": {
        "action_ask": RUNS,
        "action_confirm": "the speaker",
        "action_correct": "the speaker",
    },
    "school.meeting.step": {
        "action_confirm": "whoever opened it; the meeting checks",
    },
    "school.meeting.summary": {
        "action_open_resolutions": READERS,
    },
    "school.meeting.summary.line": {
        "action_open_resolution": READERS,
    },
    "school.meeting.task": {
        "action_ask_fault": READERS,
        "action_ok": "who is named, who holds the post, who prepares the meeting",
        "action_reopen": "who is named, who holds the post, who prepares the meeting",
        "action_void": "who is named, who holds the post, who prepares the meeting",
    },
    "school.meeting.topic": {
        "action_ask_admit": READERS,
        "action_ask_defer": READERS,
        "action_ask_reject": READERS,
        "action_ask_send_back": READERS,
        "action_edit_again": "the proposer",
        "action_endorse": "the head of the department",
        "action_propose": "the proposer",
        "action_withdraw": "the proposer",
    },
    "school.meeting.topic.answer": {
        "action_nothing": "the head of the department",
        "action_propose": READERS,
    },
    "school.meeting.topic.call": {
        "action_cancel": TOPIC_LEADS,
        "action_close": TOPIC_LEADS,
        "action_open": TOPIC_LEADS,
        "action_propose": READERS,
        "action_topics": READERS,
        "action_urge": TOPIC_LEADS,
    },
    "school.meeting.turn": {
        "action_speak": RUNS,
        "action_stop": RUNS,
        "action_withdraw": "the speaker, and who runs the meeting",
    },
    "school.meeting.vote": {
        "action_cancel": RUNS,
        "action_cast": "who is on the roll, for himself",
        "action_close": RUNS,
        "action_close_hands": RUNS,
    },
    "school.venue": {
        "action_add_units": KEEPER,
        "action_open_bookings": READERS,
        "action_print_door_codes": KEEPER,
        "action_renew_door_codes": KEEPER,
    },
    "school.venue.booking": {
        "action_ask_alternative": BOOKER,
        "action_ask_cancel": BOOKER,
        "action_ask_displace": KEEPER,
        "action_ask_finish": ROOM_USER,
        "action_ask_hand_over": ROOM_USER,
        "action_ask_prepared": KEEPER,
        "action_ask_return": KEEPER,
        "action_check_in": BOOKER,
        "action_contest": BOOKER,
        "action_feedback": ROOM_USER,
        "action_lend": KEEPER,
        "action_request": BOOKER,
    },
    "school.venue.desk": {
        "book": "whoever books for himself; the booking checks",
        "get_choices": ANYONE,
        "get_day": ANYONE,
        "get_rooms": ANYONE,
    },
    "school.venue.feedback": {
        "action_review": KEEPER,
    },
    "school.venue.series": {
        "action_ask_cancel_rest": BOOKER,
        "action_book": BOOKER,
        "action_check": BOOKER,
    },
    "school.venue.step": {
        "action_confirm": "whoever opened it; the booking checks",
    },
    "school.venue.units": {
        "action_add": KEEPER,
    },
}
