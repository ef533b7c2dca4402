import { registry } from "@web/core/registry";

/** The clerk's morning: the red one first, then a word, then the solution. */
registry.category("web_tour.tours").add("school_desk_morning", {
    url: "/odoo/desk",
    steps: () => [
        {
            content: "The urgent request stands first",
            trigger: ".o_data_row:first-child td[name=name]:contains(Water runs)",
            run: "click",
        },
        {
            content: "I do it",
            trigger: ".o_form_view button[name=action_take]",
            run: "click",
        },
        { trigger: ".o_form_view button[name=action_solve]" },
        {
            content: "Answer",
            trigger: ".o_form_view button[name=action_answer]",
            run: "click",
        },
        {
            trigger: ".modal div[name=text] textarea",
            run: "edit We are on the way.",
        },
        {
            trigger: ".modal button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "Solve",
            trigger: "body:not(:has(.modal)) .o_form_view button[name=action_solve]",
            run: "click",
        },
        {
            trigger: ".modal div[name=text] textarea",
            run: "edit The valve is new.",
        },
        {
            trigger: ".modal button[name=action_confirm]:visible",
            run: "click",
        },
        { trigger: ".o_form_view button[name=action_close]" },
    ],
});

/** A teacher asks from the service guide and answers its questions. */
registry.category("web_tour.tours").add("school_desk_ask", {
    url: "/odoo/ask",
    steps: () => [
        {
            content: "Choose the service",
            trigger: ".o_kanban_record:contains(Copying and printing) button",
            run: "click",
        },
        {
            trigger: ".o_form_view div[name=name] input",
            run: "edit Worksheets of class 3",
        },
        {
            content: "Answer its question",
            trigger: ".o_school_answers input[type=number]",
            run: "edit 30",
        },
        {
            trigger: ".o_school_answers label:contains(Both sides) input",
            run: "click",
        },
        {
            content: "Hand it in",
            trigger: ".o_form_view button[name=action_send]",
            run: "click",
        },
        {
            content: "It is answered by a number and a promise",
            trigger: ".o_notification:contains(The office has your request)",
        },
        {
            trigger: ".o_form_view div[name=answers_text]:contains(30)",
        },
    ],
});
