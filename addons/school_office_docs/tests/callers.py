"""Who may call the methods of this addon that a client can reach."""

from odoo.addons.school_office_base.tests.callers import (
    ADDRESSEE,
    APPROVER,
    OFFICE,
    READERS,
    WRITERS,
)

DEPARTMENT = "handler, head or receiver of the responsible department"

MAY_CALL = {
    "school.doc.circulation": {
        "action_start": OFFICE,
        "action_stop": OFFICE,
        "action_submit": OFFICE,
    },
    "school.doc.copy": {
        "action_hand_out": OFFICE,
        "action_take_back": OFFICE,
    },
    "school.doc.decide": {
        "action_approve": APPROVER,
        "action_return": APPROVER,
    },
    "school.doc.distribute": {
        "action_distribute": OFFICE,
    },
    "school.doc.extension": {
        "action_submit": WRITERS,
    },
    "school.doc.hand.out": {
        "action_confirm": OFFICE,
    },
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
        "action_register_and_open": OFFICE,
        "action_reopen": OFFICE,
        "action_replacement_received": WRITERS,
        "action_reply": OFFICE,
        "action_return": WRITERS,
        "action_sender_contacted": WRITERS,
        "action_sign": ADDRESSEE,
        "action_submit": OFFICE,
        "action_supervise": OFFICE,
        "action_take_in_hand": DEPARTMENT,
        "action_to_file": OFFICE,
        "action_undo_damage": WRITERS,
        "action_void": WRITERS,
    },
    "school.doc.punctuality": {
        "action_open_document": READERS,
    },
    "school.doc.register.book": {
        "action_print": READERS,
    },
    "school.doc.step": {
        "action_confirm": "whoever opened it; the document checks",
    },
}
