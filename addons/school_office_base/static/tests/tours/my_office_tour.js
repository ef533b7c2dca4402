import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("school_my_office", {
    url: "/odoo/my-office",
    steps: () => [
        {
            content: "The counter says how many wait for a signature",
            trigger: ".o_my_office_counter[data-key=receipts_sign] strong:contains(1)",
        },
        {
            content: "The line says why it was sent",
            trigger:
                ".o_my_office_card[data-key=receipts_sign] .o_my_office_item:contains(Tell your classes)",
        },
        {
            content: "One tap signs",
            trigger:
                ".o_my_office_card[data-key=receipts_sign] button[name=action_sign]",
            run: "click",
        },
        {
            content: "It is gone",
            trigger:
                ".o_my_office:not(:has(.o_my_office_card[data-key=receipts_sign]))",
        },
        {
            content: "One tap marks as read",
            trigger:
                ".o_my_office_card[data-key=receipts_read] button[name=action_mark_read]",
            run: "click",
        },
        {
            content: "Nothing is left",
            trigger: ".o_my_office_todo .o_my_office_empty",
        },
    ],
});
