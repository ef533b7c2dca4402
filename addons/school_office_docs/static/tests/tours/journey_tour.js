import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const LETTER = "On fire drills in the summer term";

const card = (key) => `.o_my_office_card[data-key=${key}]`;
const letterIn = (key) => `${card(key)} .o_my_office_item:contains(${LETTER})`;
const line = (text) =>
    [".o_data_row", ".o_kanban_record"].map((row) => row + text).join(", ");

/** On the phone all buttons of a form but the first are behind "More". */
function more() {
    return {
        content: "More buttons",
        trigger: ".o_statusbar_buttons button[title=More]",
        run: "click",
        isActive: ["mobile"],
    };
}

function edit(field, value, within = "") {
    return {
        content: `Fill in ${field}`,
        trigger: `${within} .o_field_widget[name=${field}] :is(input, textarea)`,
        run: `edit ${value}`,
    };
}

/** Type and pick at the desk; on the phone a page of cards opens instead. */
function choose(field, value, within = "") {
    const input = `${within} .o_field_widget[name=${field}] input`;
    return [
        {
            content: `Look for ${value}`,
            trigger: input,
            run: `edit ${value}`,
            isActive: ["desktop"],
        },
        {
            content: `Choose ${value}`,
            trigger: `.o-autocomplete--dropdown-item:contains(${value})`,
            run: "click",
            isActive: ["desktop"],
        },
        {
            content: `Open the choices of ${field}`,
            trigger: input,
            run: "click",
            isActive: ["mobile"],
        },
        {
            content: `Choose ${value}`,
            trigger: `.o_select_create_dialog_content .o_kanban_record:contains(${value})`,
            run: "click",
            isActive: ["mobile"],
        },
    ];
}

function press(name, within = ".o_form_view") {
    return {
        content: `Press ${name}`,
        trigger: `${within} button[name=${name}]`,
        run: "click",
    };
}

tours.add("school_doc_register", {
    url: "/odoo/my-office",
    steps: () => [
        {
            content: "A letter came in",
            trigger: ".o_my_office_quick button:contains(Register a Document)",
            run: "click",
        },
        edit("name", LETTER),
        ...choose("sender_id", "Education Bureau"),
        edit("sender_number", "教办〔2026〕31号"),
        edit("pages", "4"),
        more(),
        press("action_check_all", "body"),
        {
            content: "The check list is ticked",
            trigger: ".o_field_widget[name=check_intact] input:checked",
        },
        press("action_register_and_next"),
        {
            content: "The number is told",
            trigger: ".o_notification:contains(Registered as HILL)",
        },
        {
            content: "The form is empty for the next letter",
            trigger: ".o_field_widget[name=check_intact] input:not(:checked)",
        },
    ],
});

tours.add("school_doc_send", {
    url: "/odoo/my-office",
    steps: () => [
        {
            content: "The letter waits for its next step",
            trigger: `${letterIn("docs_next_step")} .o_my_office_item_text`,
            run: "click",
        },
        {
            content: "It has a number",
            trigger: ".o_form_view .o_field_widget[name=number]:contains(HILL)",
        },
        press("action_submit"),
        {
            content: "It is with the director",
            trigger:
                ".o_form_view:not(:has(button[name=action_submit])) .o_field_widget[name=approval_trace]:contains(Proposal)",
        },
    ],
});

tours.add("school_doc_propose", {
    url: "/odoo/my-office",
    steps: () => [
        press("action_ask_approve", letterIn("approval_tasks")),
        edit("opinion", "Teaching plans the drill.", ".modal"),
        ...choose("responsible_department_id", "Teaching", ".modal"),
        press("action_approve", ".modal"),
        {
            content: "Nothing is left to decide",
            trigger: `.o_my_office:not(:has(${card("approval_tasks")}))`,
        },
    ],
});

tours.add("school_doc_instruct", {
    url: "/odoo/my-office",
    steps: () => [
        press("action_ask_approve", letterIn("approval_tasks")),
        {
            content: "The director's proposal is in view",
            trigger:
                ".modal .o_field_widget[name=proposed_opinion]:contains(Teaching plans)",
        },
        edit("opinion", "Logistics leads; report to me.", ".modal"),
        ...choose("responsible_department_id", "Logistics", ".modal"),
        edit("handling_deadline", "+10d", ".modal"),
        press("action_approve", ".modal"),
        {
            content: "Nothing is left to decide",
            trigger: `.o_my_office:not(:has(${card("approval_tasks")}))`,
        },
    ],
});

tours.add("school_doc_distribute", {
    url: "/odoo/my-office",
    steps: () => [
        {
            content: "The instructed letter is back",
            trigger: `${letterIn("docs_next_step")} .o_my_office_item_text`,
            run: "click",
        },
        press("action_distribute"),
        {
            content: "The department of the instruction is filled in",
            trigger: ".modal .o_field_widget[name=line_ids]:contains(Logistics)",
        },
        press("action_distribute", ".modal"),
        {
            content: "It is distributed",
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_distribute].btn-primary))",
        },
    ],
});

tours.add("school_doc_sign", {
    url: "/odoo/my-office",
    steps: () => [
        press("action_sign", letterIn("receipts_sign")),
        {
            content: "Signed: now it is work in hand",
            trigger: `.o_my_office:not(:has(${card("receipts_sign")})) ${letterIn("docs_in_hand")}`,
        },
    ],
});

tours.add("school_doc_finish", {
    url: "/odoo/my-office",
    steps: () => [
        {
            content: "Open the work in hand",
            trigger: `${letterIn("docs_in_hand")} .o_my_office_item_text`,
            run: "click",
        },
        press("action_finish"),
        edit("result", "Every class has left the building in three minutes.", ".modal"),
        press("action_confirm", ".modal"),
        {
            content: "The result is on record",
            trigger:
                ".o_form_view .o_field_widget[name=result]:contains(three minutes)",
        },
    ],
});

tours.add("school_doc_finished", {
    url: "/odoo/documents-all",
    steps: () => [
        {
            content: "The letter is finished",
            trigger: line(`:contains(${LETTER}):contains(Finished)`),
        },
    ],
});

tours.add("school_doc_nothing", {
    url: "/odoo/documents-all",
    steps: () => [
        {
            content: "The list is empty",
            trigger: ".o_nocontent_help:contains(No document has come in yet)",
        },
        {
            content: "The letter is nowhere",
            trigger: `.o_action_manager:not(:contains(${LETTER}))`,
        },
    ],
});

tours.add("school_doc_change_flow", {
    url: "/odoo/approval-flows",
    steps: () => [
        {
            content: "Open the flow",
            trigger: ".o_data_row td:contains(Incoming document)",
            run: "click",
        },
        press("action_edit"),
        {
            content: "One more step",
            trigger: ".o_field_widget[name=node_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        edit("name", "Reading by the archivist", ".modal"),
        ...choose("post_id", "Archiv", ".modal"),
        {
            content: "Keep the step",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "It is in the draft",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=node_ids] .o_data_row:contains(Reading by the archivist)",
        },
        press("action_preview_publish"),
        {
            content: "One document under way keeps its version",
            trigger: ".modal .alert:contains(1 cases under way keep)",
        },
        press("action_publish", ".modal"),
        {
            content: "The new version is in force",
            trigger:
                ".o_form_view:not(:has(button[name=action_preview_publish])) .o_field_widget[name=node_ids] .o_data_row:contains(Reading by the archivist)",
        },
    ],
});

tours.add("school_doc_change_limit", {
    url: "/odoo/time-limits",
    steps: () => [
        {
            content: "Open the time limit",
            trigger: ".o_data_row td:contains(Registered document to the leader)",
            run: "click",
        },
        press("action_edit"),
        {
            content: "The same for all, whatever the settings of the school say",
            trigger: ".o_field_widget[name=source] input[data-value=fixed]",
            run: "click",
        },
        edit("amount", "6"),
        press("action_publish"),
        {
            content: "Yes, from now on",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The new rule is in force",
            trigger:
                ".o_form_view:has(button[name=action_edit]) .alert-info:contains(6 service hours after registration)",
        },
    ],
});
