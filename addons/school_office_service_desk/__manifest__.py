{
    "name": "School Office: Service Desk",
    "summary": "The counter, the mailbox and the phone of a school office in one queue",
    "version": "19.0.1.1.0",
    "category": "Services/School Office",
    "license": "LGPL-3",
    "author": "School Office Suite",
    "depends": [
        "school_office_base",
        "maintenance",
        "rating",
        "portal",
        "survey",
    ],
    "data": [
        "security/groups.xml",
        # access: desk
        "security/ir.model.access.csv",
        "security/desk_rules.xml",
        # access: complaints
        "security/ir.model.access-complaints.csv",
        "security/complaints_rules.xml",
        # access: public
        "security/ir.model.access-public.csv",
        "security/public_rules.xml",
        # access: quality
        "security/ir.model.access-quality.csv",
        "security/quality_rules.xml",
        # access: intake
        "security/ir.model.access-intake.csv",
        "security/intake_rules.xml",
        # desk
        "data/desk_data.xml",
        "wizards/ticket_step_views.xml",
        "wizards/settings_views.xml",
        "views/service_views.xml",
        "views/ticket_views.xml",
        "views/ticket_action_views.xml",
        "views/ticket_part_views.xml",
        "views/ticket_setting_views.xml",
        "views/desk_menus.xml",
        # complaints
        "data/complaints_data.xml",
        "report/complaint_analysis_templates.xml",
        "wizards/complaint_step_views.xml",
        "wizards/suggestion_skip_views.xml",
        "wizards/complaint_settings_views.xml",
        "views/ticket_complaint_views.xml",
        "views/suggestion_box_views.xml",
        "views/improvement_views.xml",
        "views/department_visit_views.xml",
        "views/complaint_analysis_views.xml",
        "views/complaint_setting_views.xml",
        "views/complaints_menus.xml",
        # public
        "data/public_data.xml",
        "report/door_labels.xml",
        "views/desk_layout_templates.xml",
        "views/desk_catalogue_templates.xml",
        "views/desk_form_templates.xml",
        "views/desk_ticket_templates.xml",
        "views/desk_anonymous_templates.xml",
        "views/portal_templates.xml",
        "views/desk_door_views.xml",
        "views/ticket_review_views.xml",
        "wizards/public_settings_views.xml",
        # quality
        "data/quality_data.xml",
        "wizards/desk_quality_step_views.xml",
        "wizards/quality_settings_views.xml",
        "views/desk_sample_views.xml",
        "views/desk_finding_views.xml",
        "views/desk_kpi_views.xml",
        "views/desk_survey_views.xml",
        "views/desk_plan_views.xml",
        "views/knowledge_views.xml",
        "views/desk_board_views.xml",
        "views/desk_results_templates.xml",
        "views/quality_menus.xml",
        # intake
        "views/ticket_mail_views.xml",
        "views/emergency_contact_views.xml",
        "views/rapid_group_views.xml",
        "views/ticket_repair_views.xml",
    ],
    "demo": [
        # desk
        "demo/desk_demo.xml",
        # complaints
        "demo/complaints_demo.xml",
        # public
        "demo/public_demo.xml",
        # quality
        "demo/quality_demo.xml",
        # intake
        "demo/intake_demo.xml",
    ],
    "assets": {
        "web.assets_backend": ["school_office_service_desk/static/src/**/*"],
        "web.assets_tests": ["school_office_service_desk/static/tests/tours/**/*"],
        # The pages without login: a small bundle of their own, without the framework.
        "school_office_service_desk.assets_public": [
            "school_office_service_desk/static/public/desk.css",
            "school_office_service_desk/static/public/results.css",
            "school_office_service_desk/static/public/desk.js",
        ],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "application": True,
}
