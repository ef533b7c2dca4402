import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("school_time_limit_change", {
    url: "/odoo/time-limits",
    steps: () => [
        {
            content: "Open the time limit",
            trigger: ".o_data_row td:contains(Do it in time)",
            run: "click",
        },
        {
            content: "Its rule is told in plain words",
            trigger: ".alert-info:contains(2 service hours after registration)",
        },
        {
            content: "Make the next version",
            trigger: "button[name=action_edit]",
            run: "click",
        },
        {
            content: "Allow four hours",
            trigger: ".o_field_widget[name=amount] input",
            run: "edit 4",
        },
        {
            content: "Publish it",
            trigger: "button[name=action_publish]",
            run: "click",
        },
        {
            content: "Yes, from now on",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The new rule is in force",
            trigger: ".alert-info:contains(4 service hours after registration)",
        },
        {
            content: "The old version is kept",
            trigger: ".o_field_widget[name=version_ids] .o_data_row:contains(Replaced)",
        },
    ],
});

registry.category("web_tour.tours").add("school_calendar_change", {
    url: "/odoo/school-calendar",
    steps: () => [
        {
            content: "Choose the draft",
            trigger: ".o_data_row:contains(Sports day) .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Look what it moves",
            trigger: "button[name=action_preview]",
            run: "click",
        },
        {
            content: "The preview counts",
            trigger:
                ".modal .alert:contains(Deadlines that move: 1. Days that change: 1.)",
        },
        {
            content: "Apply it",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "It is told",
            trigger: ".o_notification:contains(1 deadlines moved)",
        },
        {
            content: "And the list shows it",
            trigger: ".o_data_row:contains(Sports day) .badge:contains(Applied)",
        },
    ],
});
