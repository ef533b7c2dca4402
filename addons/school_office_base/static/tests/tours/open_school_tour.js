import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("school_open_third", {
    url: "/odoo/schools",
    steps: () => [
        {
            content: "Open a school",
            trigger: "button[name=action_school_open]",
            run: "click",
        },
        {
            content: "Its name",
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Forest School",
        },
        {
            content: "Its short code",
            trigger: ".modal .o_field_widget[name=school_code] input",
            run: "edit FOREST",
        },
        {
            content: "The people speak English",
            trigger: ".modal .o_field_widget[name=lang] input",
            run: "click",
        },
        {
            content: "Choose it",
            trigger: ".o_select_menu_item:contains(English)",
            run: "click",
        },
        {
            content: "The administrator",
            trigger: ".modal .o_data_row:contains(School Administrator) td[name=name]",
            run: "click",
        },
        {
            content: "His name",
            trigger: ".modal .o_selected_row td[name=name] input",
            run: "edit Forest Administrator",
        },
        {
            content: "His login",
            trigger: ".modal .o_selected_row td[name=login] input",
            run: "edit forest-admin",
        },
        {
            content: "Open it",
            trigger: ".modal button[name=action_open]",
            run: "click",
        },
        {
            content: "The login and its password are shown",
            trigger:
                ".modal .o_data_row:contains(forest-admin) td[name=password]:not(:empty)",
            timeout: 60000,
        },
        {
            content: "Done",
            trigger: ".modal footer button:contains(Done)",
            run: "click",
        },
        {
            content: "The school is in the list",
            trigger: "body:not(:has(.modal)) .o_list_view",
        },
    ],
});

tours.add("school_own_school_only", {
    url: "/odoo/my-office",
    steps: () => [
        {
            content: "His own school",
            trigger: ".o_my_office_head:contains(Forest School)",
        },
        {
            content: "He has no other school to switch to",
            trigger:
                ".o_switch_company_menu:has(button:disabled):contains(Forest School)",
        },
    ],
});

tours.add("school_own_people_only", {
    url: "/odoo/people",
    steps: () => [
        {
            content: "His own people",
            trigger:
                ".o_data_row:contains(Forest Administrator), .o_kanban_record:contains(Forest Administrator)",
        },
        {
            content: "Nobody of the other schools",
            trigger: ".o_action_manager:not(:contains(stranger)):not(:contains(clerk))",
        },
    ],
});
