"""Who may call the methods of this addon that a client can reach."""

from odoo.addons.school_office_base.tests.callers import (
    ANYONE,
    READERS,
    WRITERS,
)

DESK = "the desk, the handler, who holds the post of the request"

MAY_CALL = {
    "maintenance.equipment": {
        "action_school_repairs": READERS,
    },
    "maintenance.request": {
        "action_school_ticket": WRITERS,
    },
    "school.complaint.analysis": {
        "action_decide": "the director by post",
        "action_propose": WRITERS,
        "action_tickets": READERS,
    },
    "school.complaint.step": {
        "action_confirm": "whoever opened it; the ticket checks",
    },
    "school.department.visit": {
        "action_cancel": DESK,
        "action_done": DESK,
        "action_make_ticket": DESK,
        "action_tickets": READERS,
    },
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
    "school.desk.door": {
        "action_print_desk_labels": "the desk agents",
        "action_renew_desk_code": "the desk manager",
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
    "school.desk.plan.measure": {
        "action_done": READERS,
        "action_drop": READERS,
    },
    "school.desk.quality.step": {
        "action_apply": "whoever opened it; the record checks again",
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
    "school.improvement": {
        "action_assess": DESK,
        "action_decide": "the director",
        "action_done": "the owner, or the desk",
        "action_review": DESK,
        "action_start": "the owner, or the desk",
    },
    "school.knowledge.article": {
        "action_helpful": READERS,
        "action_publish": "the desk manager",
        "action_unhelpful": READERS,
        "action_withdraw": "the desk manager",
        "suggest": ANYONE,
    },
    "school.mediation.party": {
        "action_answer": "who speaks for the side, or the mediator",
        "action_position": "who speaks for the side, or the mediator",
    },
    "school.rapid.alarm": {
        "action_acknowledge": "who was alarmed, members, the desk",
    },
    "school.rapid.group": {
        "action_alarms": READERS,
        "action_channel": "the members of the group",
    },
    "school.safeguarding.check": {
        "action_done": "the people named for the safety of children",
        "action_not_needed": "the people named for the safety of children",
    },
    "school.service": {
        "action_ask": READERS,
        "action_tickets": READERS,
    },
    "school.settings": {
        "action_open_desk_page": "whoever opened the dialog",
    },
    "school.suggestion.opening": {
        "action_register_letters": "who opens the box",
        "action_sign": "who opens the box, two different people",
        "action_skip": "the head of the desk",
        "action_take_back": "who signed first",
    },
    "school.suggestion.skip": {
        "action_confirm": "whoever opened it; the opening checks",
    },
    "school.ticket": {
        "action_answer": DESK,
        "action_ask": DESK,
        "action_assign": DESK,
        "action_close": DESK,
        "action_complaint_accused": DESK,
        "action_complaint_assign": DESK,
        "action_complaint_cause": DESK,
        "action_complaint_complex": DESK,
        "action_complaint_plan": DESK,
        "action_complaint_register": DESK,
        "action_confirm": "the requester, the desk",
        "action_further_help": "the requester, the desk",
        "action_involve": DESK,
        "action_jump": "the desk manager",
        "action_jump_back": "the desk manager",
        "action_link_cause": DESK,
        "action_make_improvement": DESK,
        "action_mediation_end": DESK,
        "action_mediation_propose": DESK,
        "action_merge": DESK,
        "action_on_site": DESK,
        "action_open_effects": READERS,
        "action_open_my_page": READERS,
        "action_phone_confirm": DESK,
        "action_refer": DESK,
        "action_refuse": DESK,
        "action_rejected_files": DESK,
        "action_reopen": "the requester, the desk",
        "action_reply": "the requester",
        "action_repair_order": DESK,
        "action_resume": DESK,
        "action_safeguarding_end": "the people named for the safety of children",
        "action_safeguarding_raise": DESK,
        "action_safeguarding_take": "the people named for the safety of children",
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
    "school.ticket.review": {
        "action_look": "the desk manager who was not rated himself",
        "action_open_ticket": READERS,
        "action_settle": "the desk manager who was not rated himself",
    },
    "school.ticket.step": {
        "action_confirm": "whoever opened it; the ticket checks",
    },
}
