import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("school_desk_board_analysis", {
    url: "/odoo/desk-board",
    steps: () => [
        {
            content: "Half of the tickets were late: an alarm",
            trigger:
                ".o_desk_verdict_alarm button[data-figure=on_time]:contains(50 %):contains(1 / 2)",
        },
        {
            content: "The figure opens what spoils it",
            trigger: "button[data-figure=on_time]",
            run: "click",
        },
        {
            content: "It is the one late ticket",
            trigger: ".o_list_view .o_data_row:contains(The late lamp)",
        },
        {
            content: "None of those in time is there",
            trigger: ".o_list_view:not(:contains(The quick lamp))",
        },
        {
            content: "Back to the board",
            trigger: ".o_breadcrumb .breadcrumb-item a, .o_back_button",
            run: "click",
        },
        {
            content: "The analysis waits for the director",
            trigger: "button[data-todo=analysis]:contains(1)",
            run: "click",
        },
        {
            content: "Open it",
            trigger: ".o_list_view .o_data_row .o_data_cell",
            run: "click",
        },
        {
            content: "Too few people",
            trigger: ".o_form_view .o_field_widget[name=cause_people] input",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=causes] textarea",
            run: "edit Two of three were ill.",
        },
        {
            trigger: ".o_field_widget[name=measures] textarea",
            run: "edit The clerk helps until Friday.",
        },
        {
            content: "Hand it in",
            trigger: "button[name=action_submit]",
            run: "click",
        },
        {
            content: "It is handed in",
            trigger:
                ".o_statusbar_status .o_arrow_button_current[data-value=submitted]",
        },
    ],
});

tours.add("school_desk_board_phone", {
    url: "/odoo/desk-board",
    steps: () => [
        {
            content: "The counters stand on top",
            trigger: ".o_desk_counter_late button:contains(1)",
        },
        {
            content: "Who holds the late ticket is named",
            trigger: ".o_desk_late li:contains(The late lamp)",
        },
        {
            content: "One tap opens it",
            trigger: ".o_desk_late li button",
            run: "click",
        },
        {
            content: "The ticket",
            trigger:
                ".o_form_view .o_field_widget[name=name] :value(The late lamp), .o_form_view .o_field_widget[name=name]:contains(The late lamp)",
        },
    ],
});

tours.add("school_desk_wall", {
    url: "/odoo/desk-wall",
    steps: () => [
        {
            content: "Urgent and late are counted",
            trigger: ".o_desk_wall_is_red:contains(1)",
        },
        {
            content: "The red one is first",
            trigger: ".o_desk_wall_rows li:first-child.o_desk_wall_red",
        },
        {
            content: "Nobody reads what it is about or whose it is",
            trigger:
                ".o_desk_wall:not(:contains(The late lamp)):not(:contains(A red matter))",
        },
        {
            content: "It fills the screen",
            trigger: "body:not(:has(.o_main_navbar:visible))",
        },
        {
            content: "Leave it for the queue",
            trigger: ".o_desk_wall_leave",
            run: "click",
        },
        {
            content: "The queue",
            trigger: ".o_action_manager .o_list_view, .o_action_manager .o_kanban_view",
        },
    ],
});
