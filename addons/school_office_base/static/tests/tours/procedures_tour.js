import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("school_procedure_read", {
    url: "/odoo/my-office",
    steps: () => [
        {
            content: "The new procedure waits to be read",
            trigger:
                ".o_my_office_card[data-key=receipts_read] .o_my_office_item:contains(Use of seals) .o_my_office_item_text",
            run: "click",
        },
        {
            content: "The flow chart is one column on the phone",
            trigger: ".o_form_view .nav-link[name=chart]",
            run: "click",
        },
        {
            content: "It shows the steps and who does them",
            trigger: ".o_school_flow_chart svg text:contains(Apply the seal)",
        },
        {
            content: "There are no lanes",
            trigger: ".o_school_flow_chart:not(:has(.o_school_lane))",
        },
        {
            content: "Whoever opened it has read it: nothing is asked any more",
            trigger: ".o_form_view:not(:has(button[name=action_confirm_read]))",
        },
    ],
});

tours.add("school_process_answer", {
    url: "/odoo/my-office",
    steps: () => [
        {
            content: "The head finds the question on his page",
            trigger:
                ".o_my_office_card[data-key=process_feedback] .o_my_office_item:contains(quarter 2) .o_my_office_item_text",
            run: "click",
        },
        {
            content: "What did not go well",
            trigger: ".o_field_widget[name=problem] textarea",
            run: "edit Three signatures for a box of chalk.",
        },
        {
            content: "What he suggests",
            trigger: ".o_field_widget[name=suggestion] textarea",
            run: "edit One is enough.",
        },
        {
            content: "He sends it",
            trigger: "button[name=action_answer]",
            run: "click",
        },
        {
            content: "It is answered and fixed",
            trigger:
                ".o_form_view:not(:has(button[name=action_answer])) .o_field_widget[name=problem]:not(:has(textarea)):contains(Three signatures)",
        },
    ],
});
