"""Who may call the methods of this addon that a client can reach.

Each addon has such a table; tests/test_public_methods.py holds them against the code.
"""

READERS = "whoever reads the record"
WRITERS = "whoever may write the record"
APPROVER = "whose turn it is: the person of the task or his deputy"
ADDRESSEE = "the addressee, a receiver or head of the department, a deputy"
OFFICE = "the office, on documents it may write"
ANYONE = "whoever can sign in; answers with his own things or opens a dialog"
APPLICANT = "the applicant or author"
SENDER = "the sender, the office, or whoever may write what was sent"
ADMIN = "the administrator of that school"
OPERATOR = "the operator of the instance"
GATEWAY = "the mail gateway; changes nothing by itself"
LEADERS = "office director, leaders, heads of departments, auditors: their own school"

MAY_CALL = {
    "hr.department": {
        "action_school_people": READERS,
    },
    "hr.employee.public": {
        "action_school_add": ADMIN,
        "action_school_edit": READERS,
        "action_school_leave": READERS,
    },
    "mail.thread": {
        "message_parse": GATEWAY,
        "message_process": GATEWAY,
        "message_route": GATEWAY,
    },
    "res.company": {
        "action_school_close": OPERATOR,
        "action_school_export": OPERATOR,
        "action_school_open": OPERATOR,
        "action_school_reopen": OPERATOR,
        "cache_invalidation_fields": ANYONE,
    },
    "res.company.export": {
        "action_retry": OPERATOR,
    },
    "school.appraisal.drop": {
        "action_drop": "the office director",
    },
    "school.appraisal.entry": {
        "action_ask_drop": "the office director",
        "action_confirm": "the office director",
        "action_correct": "the office director",
        "action_open_source": READERS,
    },
    "school.approval.case": {
        "action_ask_oral": READERS,
        "action_ask_withdraw": READERS,
        "action_oral_consent": "applicant, author, or whoever may write the record",
        "action_remind": "applicant, author, or whoever may write the record",
        "action_resume": "applicant, office director, administrator",
        "action_withdraw": APPLICANT,
    },
    "school.approval.decide": {
        "action_apply": "whoever opened it; the task checks again",
        "action_close": ANYONE,
    },
    "school.approval.flow": {
        "action_edit": ADMIN,
        "action_view_cases": ANYONE,
        "action_view_versions": READERS,
    },
    "school.approval.mixin": {
        "action_approval_preview": READERS,
        "action_approval_submit": WRITERS,
    },
    "school.approval.oral": {
        "action_apply": "whoever opened it; the case checks",
    },
    "school.approval.publish": {
        "action_publish": ADMIN,
    },
    "school.approval.submit": {
        "action_submit": WRITERS,
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
    "school.approval.version": {
        "action_discard": ADMIN,
        "action_preview_publish": ADMIN,
        "action_publish": ADMIN,
    },
    "school.board": {
        "get_board": LEADERS,
        "get_workload": LEADERS,
        "open_figure": LEADERS,
    },
    "school.calendar.exception": {
        "action_preview": ADMIN,
        "action_take_back": ADMIN,
    },
    "school.calendar.import": {
        "action_import": ADMIN,
    },
    "school.calendar.preview": {
        "action_apply": ADMIN,
    },
    "school.close.wizard": {
        "action_close": OPERATOR,
        "action_reopen": OPERATOR,
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
    "school.custody.offer": {
        "action_confirm": "whoever opened it; custody checks",
    },
    "school.delegation": {
        "action_revoke": ANYONE,
    },
    "school.delegation.revoke": {
        "action_revoke": "the person himself, or " + ADMIN,
    },
    "school.directory.campaign": {
        "action_start": ADMIN,
        "action_urge": ADMIN,
    },
    "school.directory.confirmation": {
        "action_confirm": "head or receivers of the department, administrator",
    },
    "school.file.version": {
        "action_download": READERS,
    },
    "school.frozen.mixin": {
        "action_file_versions": READERS,
    },
    "school.mail.intake.mixin": {
        "message_new": GATEWAY,
        "message_update": GATEWAY,
    },
    "school.my.office": {
        "get_overview": ANYONE,
    },
    "school.number.series": {
        "action_gaps": READERS,
        "action_numbers": READERS,
    },
    "school.open.wizard": {
        "action_open": OPERATOR,
    },
    "school.person.leave": {
        "action_confirm": ADMIN,
    },
    "school.person.wizard": {
        "action_confirm": ADMIN,
        "action_send_link": ADMIN,
    },
    "school.pointer.mixin": {
        "action_open_record": READERS,
    },
    "school.procedure": {
        "action_open_current": READERS,
        "action_revise": WRITERS,
        "action_trainings": READERS,
    },
    "school.procedure.version": {
        "action_confirm_read": READERS,
        "action_submit": WRITERS,
    },
    "school.process.action": {
        "action_done": "the owner and the office",
        "action_drop": "the office",
    },
    "school.process.feedback": {
        "action_answer": "head or receivers of the department",
    },
    "school.process.review": {
        "action_close": "the office director",
        "action_urge": "the office",
    },
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
    "school.receipt.send": {
        "action_send": WRITERS,
    },
    "school.receipt.step": {
        "action_confirm": SENDER,
    },
    "school.register": {
        "action_entries": READERS,
        "action_print": ANYONE,
        "action_verify": READERS,
    },
    "school.register.print": {
        "action_print": READERS,
    },
    "school.restore.test": {
        "action_record": "the tester, the office, the administrator",
        "action_remedied": "the tester, the office, the administrator",
    },
    "school.service.hours": {
        "action_apply": ADMIN,
    },
    "school.settings": {
        "action_open": ADMIN,
    },
    "school.time.clock": {
        "action_rebuild_compare": "director, auditor, administrator",
    },
    "school.time.policy": {
        "action_clocks": ANYONE,
        "action_edit": ADMIN,
    },
    "school.time.policy.version": {
        "action_publish": ADMIN,
    },
    "school.training": {
        "action_all_present": "the trainer and the office",
        "action_cancel": "the trainer and the office",
        "action_done": "the trainer and the office",
        "action_reopen": "the office",
        "action_retrain": "the trainer and the office",
    },
}
