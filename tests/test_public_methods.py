"""Every method of ours that a client can call, and who may call it.

In Odoo a method without an underscore is open to whoever can sign in, so a new one
stands in this table before it passes, with the check that it makes itself. Then each is
called by a teacher, a portal user and the administrator of one school on the records of
the other: refused, and no row has changed.
"""

import inspect

from psycopg2 import Error as DatabaseError

from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from schools_at_work import MARKER, SchoolsAtWork

# Access lists, record rules and the guards of school.record answer for these.
ORM = {"create", "write", "unlink", "copy_data", "default_get"}

READERS = "whoever reads the record"
WRITERS = "whoever may write the record"
APPROVER = "whose turn it is: the person of the task or his deputy"
APPLICANT = "the applicant or author"
SENDER = "the sender, the office, or whoever may write what was sent"
ADDRESSEE = "the addressee, a receiver or head of the department, a deputy"
OFFICE = "the office, on documents it may write"
DEPARTMENT = "handler, head or receiver of the responsible department"
ADMIN = "the administrator of that school"
OPERATOR = "the operator of the instance"
GATEWAY = "the mail gateway; changes nothing by itself"
LEADERS = "office director, leaders, heads of departments, auditors: their own school"
PREPARERS = "who may change the meeting: organiser, chair, minutes taker, clerks"
TOPIC_LEADS = "who leads the body, its minutes taker, the meeting clerks"
DESK = "the desk, the handler, who holds the post of the request"
KEEPER = "the office and whoever keeps the room, by name or post"
ROOM_USER = "who used it, who is called to its meeting, the keepers"
BOOKER = "who booked it, and the keepers of the room"
ANYONE = "whoever can sign in; answers with his own things or opens a dialog"

MAY_CALL = {
    # rooms and equipment
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
    "school.venue.series": {
        "action_ask_cancel_rest": BOOKER,
        "action_book": BOOKER,
        "action_check": BOOKER,
    },
    "school.venue.feedback": {"action_review": KEEPER},
    "school.venue.desk": {
        "book": "whoever books for himself; the booking checks",
        "get_choices": ANYONE,
        "get_day": ANYONE,
        "get_rooms": ANYONE,
    },
    "school.venue.step": {"action_confirm": "whoever opened it; the booking checks"},
    "school.venue.units": {"action_add": KEEPER},
    # procedures and quality
    "school.procedure": {
        "action_open_current": READERS,
        "action_revise": WRITERS,
        "action_trainings": READERS,
    },
    "school.procedure.version": {
        "action_confirm_read": READERS,
        "action_submit": WRITERS,
    },
    "school.training": {
        "action_all_present": "the trainer and the office",
        "action_cancel": "the trainer and the office",
        "action_done": "the trainer and the office",
        "action_reopen": "the office",
        "action_retrain": "the trainer and the office",
    },
    "school.process.review": {
        "action_close": "the office director",
        "action_urge": "the office",
    },
    "school.process.feedback": {"action_answer": "head or receivers of the department"},
    "school.process.action": {
        "action_done": "the owner and the office",
        "action_drop": "the office",
    },
    "school.appraisal.entry": {
        "action_ask_drop": "the office director",
        "action_confirm": "the office director",
        "action_correct": "the office director",
        "action_open_source": READERS,
    },
    "school.appraisal.drop": {"action_drop": "the office director"},
    "school.restore.test": {
        "action_record": "the tester, the office, the administrator",
        "action_remedied": "the tester, the office, the administrator",
    },
    "school.approval.task": {
        "action_add_signer": APPROVER,
        "action_approve": APPROVER,
        "action_ask_add_signer": READERS,
        "action_ask_approve": READERS,
        "action_ask_copy": READERS,
        "action_ask_refuse": READERS,
        "action_ask_return": READERS,
        "action_ask_transfer": READERS,
        "action_batch_approve": READERS,
        "action_batch_refuse": READERS,
        "action_batch_return": READERS,
        "action_copy_to": APPROVER,
        "action_refuse": APPROVER,
        "action_remind": "applicant, author, or whoever may write the record",
        "action_return": APPROVER,
        "action_transfer": APPROVER,
    },
    "school.pointer.mixin": {"action_open_record": READERS},
    "school.approval.case": {
        "action_ask_oral": READERS,
        "action_ask_withdraw": READERS,
        "action_oral_consent": "applicant, author, or whoever may write the record",
        "action_remind": "applicant, author, or whoever may write the record",
        "action_resume": "applicant, office director, administrator",
        "action_withdraw": APPLICANT,
    },
    "school.approval.flow": {
        "action_edit": ADMIN,
        "action_view_cases": ANYONE,
        "action_view_versions": READERS,
    },
    "school.approval.version": {
        "action_discard": ADMIN,
        "action_preview_publish": ADMIN,
        "action_publish": ADMIN,
    },
    "school.approval.mixin": {
        "action_approval_preview": READERS,
        "action_approval_submit": WRITERS,
    },
    "school.approval.decide": {
        "action_apply": "whoever opened it; the task checks again",
        "action_close": ANYONE,
    },
    "school.approval.oral": {"action_apply": "whoever opened it; the case checks"},
    "school.approval.publish": {"action_publish": ADMIN},
    "school.approval.submit": {"action_submit": WRITERS},
    "school.calendar.exception": {
        "action_preview": ADMIN,
        "action_take_back": ADMIN,
    },
    "school.calendar.import": {"action_import": ADMIN},
    "school.calendar.preview": {"action_apply": ADMIN},
    "school.service.hours": {"action_apply": ADMIN},
    "school.close.wizard": {"action_close": OPERATOR, "action_reopen": OPERATOR},
    "school.open.wizard": {"action_open": OPERATOR},
    "res.company.export": {"action_retry": OPERATOR},
    "res.company": {
        "action_school_close": OPERATOR,
        "action_school_export": OPERATOR,
        "action_school_open": OPERATOR,
        "action_school_reopen": OPERATOR,
        "cache_invalidation_fields": ANYONE,
    },
    "school.custody": {
        "action_accept": "the receiver of the offer",
        "action_offer": "the holder or custodian",
        "action_record_paper": OFFICE,
        "action_refuse": "the receiver of the offer",
        "action_return": "the holder",
        "action_urge": "the custodian and the office",
    },
    "school.custody.handover": {
        "action_accept": "the receiver of the offer",
        "action_refuse": "the receiver of the offer",
        "action_withdraw": "the giver",
    },
    "school.custody.mixin": {"action_custody": READERS},
    "school.custody.offer": {"action_confirm": "whoever opened it; custody checks"},
    "school.delegation": {"action_revoke": ANYONE},
    "school.delegation.revoke": {"action_revoke": "the person himself, or " + ADMIN},
    "school.directory.campaign": {"action_start": ADMIN, "action_urge": ADMIN},
    "school.directory.confirmation": {
        "action_confirm": "head or receivers of the department, administrator"
    },
    "hr.department": {"action_school_people": READERS},
    "hr.employee.public": {
        "action_school_add": ADMIN,
        "action_school_edit": READERS,
        "action_school_leave": READERS,
    },
    "school.person.leave": {"action_confirm": ADMIN},
    "school.person.wizard": {"action_confirm": ADMIN, "action_send_link": ADMIN},
    "school.settings": {
        "action_open": ADMIN,
        "action_open_desk_page": "whoever opened the dialog",
    },
    "school.frozen.mixin": {"action_file_versions": READERS},
    "school.file.version": {"action_download": READERS},
    "school.my.office": {"get_overview": ANYONE},
    "school.board": {
        "get_board": LEADERS,
        "get_workload": LEADERS,
        "open_figure": LEADERS,
    },
    "school.number.series": {"action_gaps": READERS, "action_numbers": READERS},
    "school.receipt": {
        "action_mark_read": ADDRESSEE,
        "action_sign": ADDRESSEE,
        "action_step": SENDER,
        "action_urge": SENDER,
    },
    "school.receipt.mixin": {
        "action_receipt_board": READERS,
        "action_receipt_send": WRITERS,
    },
    "school.receipt.send": {"action_send": WRITERS},
    "school.receipt.step": {"action_confirm": SENDER},
    "school.register": {
        "action_entries": READERS,
        "action_print": ANYONE,
        "action_verify": READERS,
    },
    "school.register.print": {"action_print": READERS},
    "school.time.clock": {
        "action_rebuild": ADMIN,
        "action_rebuild_compare": "director, auditor, administrator",
    },
    "school.time.policy": {"action_clocks": ANYONE, "action_edit": ADMIN},
    "school.time.policy.version": {"action_publish": ADMIN},
    "school.doc.incoming": {
        "action_assign": "handler, head or receiver of the department, office, leaders",
        "action_chase": OFFICE,
        "action_check": OFFICE,
        "action_check_all": WRITERS,
        "action_circulate": OFFICE,
        "action_decide": APPROVER,
        "action_distribute": OFFICE,
        "action_extend": DEPARTMENT,
        "action_finish": DEPARTMENT,
        "action_open_duplicates": READERS,
        "action_open_register_entries": READERS,
        "action_register": OFFICE,
        "action_register_and_next": OFFICE,
        "action_reopen": OFFICE,
        "action_replacement_received": WRITERS,
        "action_reply": OFFICE,
        "action_return": WRITERS,
        "action_sender_contacted": WRITERS,
        "action_sign": ADDRESSEE,
        "action_submit": OFFICE,
        "action_supervise": OFFICE,
        "action_take_in_hand": DEPARTMENT,
        "action_undo_damage": WRITERS,
        "action_to_file": OFFICE,
        "action_void": WRITERS,
    },
    "mail.thread": {
        "message_parse": GATEWAY,
        "message_process": GATEWAY,
        "message_route": GATEWAY,
    },
    "school.mail.intake.mixin": {"message_new": GATEWAY, "message_update": GATEWAY},
    "school.doc.circulation": {
        "action_start": OFFICE,
        "action_stop": OFFICE,
        "action_submit": OFFICE,
    },
    "school.doc.copy": {"action_hand_out": OFFICE, "action_take_back": OFFICE},
    "school.doc.decide": {"action_approve": APPROVER, "action_return": APPROVER},
    "school.doc.distribute": {"action_distribute": OFFICE},
    "school.doc.extension": {"action_submit": WRITERS},
    "school.doc.hand.out": {"action_confirm": OFFICE},
    "school.doc.punctuality": {"action_open_document": READERS},
    "school.doc.register.book": {"action_print": READERS},
    "school.doc.step": {"action_confirm": "whoever opened it; the document checks"},
    # service desk: desk
    "school.service": {"action_ask": READERS, "action_tickets": READERS},
    "school.ticket": {
        "action_complaint_accused": DESK,
        "action_complaint_assign": DESK,
        "action_complaint_cause": DESK,
        "action_complaint_complex": DESK,
        "action_complaint_plan": DESK,
        "action_complaint_register": DESK,
        "action_make_improvement": DESK,
        "action_mediation_end": DESK,
        "action_mediation_propose": DESK,
        "action_safeguarding_end": "the people named for the safety of children",
        "action_safeguarding_raise": DESK,
        "action_safeguarding_take": "the people named for the safety of children",
        "action_answer": DESK,
        "action_ask": DESK,
        "action_assign": DESK,
        "action_close": DESK,
        "action_confirm": "the requester, the desk",
        "action_further_help": "the requester, the desk",
        "action_involve": DESK,
        "action_jump": "the desk manager",
        "action_jump_back": "the desk manager",
        "action_link_cause": DESK,
        "action_merge": DESK,
        "action_on_site": DESK,
        "action_open_my_page": READERS,
        "action_open_effects": READERS,
        "action_phone_confirm": DESK,
        "action_refer": DESK,
        "action_refuse": DESK,
        "action_rejected_files": DESK,
        "action_repair_order": DESK,
        "action_reopen": "the requester, the desk",
        "action_resume": DESK,
        "action_send": READERS,
        "action_set_service": DESK,
        "action_set_urgency": DESK,
        "action_solve": DESK,
        "action_split": DESK,
        "action_take": DESK,
        "action_void": "the desk agents",
        "action_wait": DESK,
        "message_post": "whoever reads the request; a rating comes with none",
    },
    "school.ticket.part": {
        "action_accept": "the head of the department, the person named",
        "action_finish": "the head of the department, the person named",
        "action_open_ticket": READERS,
        "action_refuse": "the head of the department, the person named",
    },
    "school.complaint.analysis": {
        "action_decide": "the director by post",
        "action_propose": WRITERS,
        "action_tickets": READERS,
    },
    "school.complaint.step": {"action_confirm": "whoever opened it; the ticket checks"},
    "school.department.visit": {
        "action_cancel": DESK,
        "action_done": DESK,
        "action_make_ticket": DESK,
        "action_tickets": READERS,
    },
    "school.improvement": {
        "action_assess": DESK,
        "action_decide": "the director",
        "action_done": "the owner, or the desk",
        "action_review": DESK,
        "action_start": "the owner, or the desk",
    },
    "school.mediation.party": {
        "action_answer": "who speaks for the side, or the mediator",
        "action_position": "who speaks for the side, or the mediator",
    },
    "school.safeguarding.check": {
        "action_done": "the people named for the safety of children",
        "action_not_needed": "the people named for the safety of children",
    },
    "school.suggestion.opening": {
        "action_register_letters": "who opens the box",
        "action_sign": "who opens the box, two different people",
        "action_skip": "the head of the desk",
        "action_take_back": "who signed first",
    },
    "school.suggestion.skip": {
        "action_confirm": "whoever opened it; the opening checks"
    },
    "school.ticket.step": {"action_confirm": "whoever opened it; the ticket checks"},
    # service desk: complaints
    # service desk: public
    "school.desk.door": {
        "action_print_desk_labels": "the desk agents",
        "action_renew_desk_code": "the desk manager",
    },
    "school.ticket.review": {
        "action_look": "the desk manager who was not rated himself",
        "action_open_ticket": READERS,
        "action_settle": "the desk manager who was not rated himself",
    },
    # service desk: quality
    "school.desk.analysis": {
        "action_open_late": READERS,
        "action_submit": "whoever writes it, the desk manager",
    },
    "school.desk.board": {
        "get_director": "the desk manager; about his own school",
        "get_wall": "the desk; about its own school",
    },
    "school.desk.callback": {
        "action_reached": READERS,
        "action_unreached": READERS,
    },
    "school.desk.finding": {
        "action_fail": READERS,
        "action_pass": READERS,
        "action_report": READERS,
        "action_start": "the desk manager",
    },
    "school.desk.kpi": {
        "action_close": "the desk manager",
        "action_refresh": READERS,
    },
    "school.desk.kpi.line": {
        "action_open_part": READERS,
        "action_open_rest": READERS,
        "action_open_whole": READERS,
    },
    "school.desk.plan": {
        "action_agree": "the desk manager",
        "action_close": "the desk manager",
    },
    "school.desk.plan.measure": {"action_done": READERS, "action_drop": READERS},
    "school.desk.quality.step": {
        "action_apply": "whoever opened it; the record checks again"
    },
    "school.desk.sample": {
        "action_draw": "the desk manager",
        "action_open_lines": READERS,
        "action_verify": READERS,
    },
    "school.desk.sample.line": {
        "action_find_scorers": "the desk manager",
        "action_open_ticket": "whoever reads it and the ticket",
        "action_score": "its scorers",
    },
    "school.desk.score": {
        "action_open_ticket": "the scorer, if he reads the ticket",
        "action_submit": "the scorer",
        "action_submit_next": "the scorer",
    },
    "school.desk.survey": {
        "action_answer": "the staff of the school, once each",
        "action_close": "the desk manager",
        "action_open": "the desk manager",
        "action_publish": "the desk manager",
    },
    "school.knowledge.article": {
        "action_helpful": READERS,
        "action_publish": "the desk manager",
        "action_unhelpful": READERS,
        "action_withdraw": "the desk manager",
        "suggest": ANYONE,
    },
    # service desk: intake
    "maintenance.equipment": {"action_school_repairs": READERS},
    "maintenance.request": {"action_school_ticket": WRITERS},
    "school.rapid.alarm": {"action_acknowledge": "who was alarmed, members, the desk"},
    "school.rapid.group": {
        "action_alarms": READERS,
        "action_channel": "the members of the group",
    },
}

# meetings: in the room. By the names of the meeting, never by groups.
RUNS = "chair and minutes taker of the meeting"
CHAIR = "the chair, or whom he sends"
SELF_OR_CLERK = "the person himself, or the sign-in clerk"
IN_ROOM = "those named in the meeting, and who supports meetings"
for _model, _methods in {
    "school.meeting": {
        "action_draft_resolution": RUNS,
        "action_end": RUNS,
        "action_next_item": RUNS,
        "action_open_room": IN_ROOM,
        "action_open_sign_in_screen": "sign-in clerk and chair",
        "action_propose_item": "those who take part",
        "action_sign_in": "those on the list and their deputies, with the code",
        "action_start": RUNS,
        "get_room": IN_ROOM,
        "get_sign_in_screen": "sign-in clerk and chair",
    },
    "school.meeting.participant": {
        "action_ask_reason": SELF_OR_CLERK,
        "action_give_reason": SELF_OR_CLERK,
        "action_leave": SELF_OR_CLERK,
        "action_mark_absent": "the sign-in clerk",
        "action_sign_in_for": "the sign-in clerk",
        "action_undo_sign_in": "the sign-in clerk",
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
    "school.meeting.recusal": {"action_withdraw": CHAIR},
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
    "school.meeting.statement": {
        "action_ask": RUNS,
        "action_confirm": "the speaker",
        "action_correct": "the speaker",
    },
    "school.meeting.reason": {"action_confirm": SELF_OR_CLERK},
}.items():
    MAY_CALL.setdefault(_model, {}).update(_methods)

# meetings: preparation, and what of it goes to the service desk
for _model, _methods in {
    "school.meeting": {
        "action_clear_seats": PREPARERS,
        "action_confirm_source": PREPARERS,
        "action_fill_checklist": PREPARERS,
        "action_rate": "participants who are asked, once",
        "action_seat_everybody": PREPARERS,
        "action_send_materials": PREPARERS,
        "action_tasks": READERS,
        "action_tick_all": PREPARERS,
        "action_waiting_topics": READERS,
        "seat_person": PREPARERS,
    },
    "school.meeting.catering": {
        "action_agree": PREPARERS,
        "action_reopen": PREPARERS,
        "action_void": PREPARERS,
    },
    "school.meeting.evaluation": {"action_rate": "the participant himself, once"},
    "school.meeting.evaluation.summary": {
        "action_count_again": "who leads the body, the meeting clerks",
        "action_count_term": "the meeting clerks, for their own school",
        "action_meetings": READERS,
    },
    "school.meeting.material": {
        "action_ask_void": READERS,
        "action_deliver": "who delivers it, who prepares the meeting",
        "action_ready": PREPARERS,
        "action_send": PREPARERS,
    },
    "school.meeting.prep.step": {
        "action_apply": "whoever opened it; the records check"
    },
    "school.meeting.rate": {"action_apply": "whoever opened it; the row checks"},
    "school.meeting.recording": {
        "action_ask": "the applicant",
        "action_withdraw": "the applicant",
    },
    "school.meeting.task": {
        "action_ask_fault": READERS,
        "action_open_ticket": "whoever reads row and request",
        "action_report_fault": "who ticks the row",
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
    "school.meeting.resolution": {
        "action_coordinate": "the owner, his helpers, the office",
        "action_open_ticket": "whoever reads resolution and request",
    },
}.items():
    MAY_CALL.setdefault(_model, {}).update(_methods)

# meetings: calling
HIMSELF = "the participant himself; for others the office enters it"
for _model, _methods in {
    "school.meeting": {
        "action_accept": HIMSELF,
        "action_call": PREPARERS,
        "action_call_dialog": PREPARERS,
        "action_cancel": PREPARERS,
        "action_close": PREPARERS,
        "action_decline": HIMSELF,
        "action_note_channel": PREPARERS,
        "action_open_answers": READERS,
        "action_postpone": PREPARERS,
        "action_send_again": PREPARERS,
        "action_send_deputy": HIMSELF,
        "action_submit_plan": PREPARERS,
        "action_urge": PREPARERS,
    },
    "school.meeting.participant": {
        "action_accept": HIMSELF,
        "action_decline": HIMSELF,
        "action_phone": PREPARERS,
        "action_record_answer": PREPARERS,
        "action_send_deputy": HIMSELF,
        "action_urge": PREPARERS,
    },
    "school.meeting.schedule": {"action_prepare": "the meeting clerks"},
    "school.meeting.feed": {
        "action_renew": "whose it is",
        "action_revoke": "whose it is",
    },
    "school.meeting.step": {"action_confirm": "whoever opened it; the meeting checks"},
    "school.meeting.answer": {"action_confirm": "whoever opened it; the row checks"},
    "calendar.event": {
        "action_join_meeting": "core; refused for school meetings",
    },
}.items():
    MAY_CALL.setdefault(_model, {}).update(_methods)

# meetings: minutes and resolutions
KEEPS = "who leads and keeps the meeting, the office"
for _model, _methods in {
    "school.meeting": {
        "action_minutes": "who reads the minutes; who keeps the meeting",
        "action_set_pdf": KEEPS,
        "action_set_zip": KEEPS,
    },
    "school.meeting.minutes": {
        "action_confirm": "who leads and keeps the next meeting of the body",
        "action_confirm_corrected": "who leads and keeps the next meeting of the body",
        "action_correct": KEEPS,
        "action_distribute": KEEPS,
        "action_open_document": READERS,
        "action_print": READERS,
        "action_register_document": "the office, which keeps the meeting",
        "action_submit": "who leads and keeps the meeting",
        "action_withdraw": KEEPS,
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
        "action_confirm": "whoever opened it; the resolution checks"
    },
    "school.doc.incoming": {"action_meetings": READERS, "action_minutes": READERS},
    "school.meeting.summary": {"action_open_resolutions": READERS},
    "school.meeting.summary.line": {"action_open_resolution": READERS},
}.items():
    MAY_CALL.setdefault(_model, {}).update(_methods)

# Accepted on records of another school, because nothing comes of it but an action that
# opens a list or a dialog, where rights count again; or an answer about oneself.
HARMLESS = {
    ("school.approval.flow", "action_view_cases"),
    ("school.time.policy", "action_clocks"),
    ("school.delegation", "action_revoke"),
    ("school.register", "action_print"),
    ("school.register", "action_entries"),
    ("school.number.series", "action_gaps"),
    ("school.number.series", "action_numbers"),
    ("school.my.office", "get_overview"),
    ("hr.department", "action_school_people"),
    ("res.company", "cache_invalidation_fields"),
    ("school.approval.decide", "action_close"),
    # of the administrator's own school, whatever record they are called on
    ("school.settings", "action_open"),
    # answers with published articles of the caller's own school
    ("school.knowledge.article", "suggest"),
    ("school.directory.campaign", "action_start"),
    ("hr.employee.public", "action_school_add"),
    # message-handling of core, in the caller's name
    ("mail.thread", "message_parse"),
    ("mail.thread", "message_route"),
}
# Pages: models without records, whose methods answer the caller.
PAGES = ("school.my.office", "school.board", "school.desk.board")
CLASS_METHODS = {"message_parse", "message_route", "cache_invalidation_fields"}


@tagged("standard", "post_install", "-at_install")
class TestPublicMethods(SchoolsAtWork):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env,
            login="portal_visitor",
            groups="base.group_portal",
            company_id=cls.school.id,
            company_ids=[(6, 0, cls.school.ids)],
        )

    def _ours(self, definition):
        return "school_office" in definition.__module__

    def _public_methods(self):
        """Return {(model that defines it, method): models that have it}."""
        found = {}
        for name in sorted(self.env.registry):
            model = self.env[name]
            own = [c for c in type(model).__mro__ if self._ours(c)]
            names = {n for c in own for n in vars(c)} - model._fields.keys() - ORM
            for method in sorted(n for n in names if not n.startswith("_")):
                if not callable(getattr(type(model), method)):
                    continue
                try:
                    get_public_method(model, method)
                except AccessError:
                    continue
                definer = [c for c in own if method in vars(c)][-1]
                key = definer._name or definer._inherit
                if name.startswith("school.test."):
                    continue
                found.setdefault((key, method), []).append(name)
        return found

    def test_every_public_method_is_in_the_table(self):
        found = set(self._public_methods())
        listed = {(model, name) for model, rest in MAY_CALL.items() for name in rest}
        self.assertEqual(found - listed, set(), "new: say who may call it")
        self.assertEqual(listed - found, set(), "gone: take it out of the table")
        self.assertEqual(HARMLESS - listed, set())

    def _arguments(self, method, user):
        """Return a value for each argument without a default."""
        values = {
            "user_id": user.id,
            "user_ids": user.ids,
            "opinion": "x",
            "reason": "x",
            "how": "phone",
            "at": "2026-03-02 02:00:00",
            "purpose": "instruction",
            "msg_dict": {"message_id": "<x@example.com>", "subject": "x"},
        }
        parameters = list(inspect.signature(method).parameters.values())[1:]
        return {
            p.name: values.get(p.name, "x")
            for p in parameters
            if p.name in values or p.default is p.empty
        }

    def _state_of_the_neighbour(self):
        """Return {table: digest of the rows of the neighbour school}."""
        self.env.flush_all()
        digests = {}
        for name in sorted(self.env.registry):
            model = self.env[name]
            if (
                not name.startswith("school.")
                or model._abstract
                or model._transient
                or not model._auto
                or "company_id" not in model._fields
            ):
                continue
            self.env.cr.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id))"  # noqa: S608
                f' FROM "{model._table}" t WHERE company_id = %s',
                [self.other.id],
            )
            digests[name] = self.env.cr.fetchone()
        return digests

    def _targets(self, name):
        """Return a record of the neighbour, or the id of one that is not there."""
        model = self.env[name].sudo().with_context(active_test=False)
        if model._abstract:
            return model.browse()
        if name == "res.company":
            return self.other.sudo()
        if "company_id" in model._fields and model._fields["company_id"].store:
            found = model.search([("company_id", "=", self.other.id)], limit=3)
            if found:
                return found
        return model.browse(2**30)

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_nobody_calls_one_on_the_neighbours_records(self):
        users = (self.teacher, self.portal, self.admin)
        before = self._state_of_the_neighbour()
        accepted, called = set(), 0
        for (definer, method), models in self._public_methods().items():
            if method in CLASS_METHODS:
                continue
            for name in models:
                if self.env[name]._abstract and name not in PAGES:
                    continue
                function = get_public_method(self.env[name], method)
                for user in users:
                    for target in self._targets(name) or [self.env[name]]:
                        record = target.with_env(self.env(user=user))
                        called += 1
                        try:
                            with self.env.cr.savepoint():
                                answer = function(
                                    record, **self._arguments(function, user)
                                )
                                self.env.flush_all()
                        except (UserError, DatabaseError, ValueError, KeyError):
                            self.env.invalidate_all()
                            continue
                        accepted.add((definer, method, user.login))
                        self.assertNotIn(MARKER, str(answer), (definer, method))
        unexpected = {entry for entry in accepted if entry[:2] not in HARMLESS}
        self.assertEqual(unexpected, set())
        self.assertGreater(called, 300)
        self.assertEqual(self._state_of_the_neighbour(), before)
