{
    "name": "School Office",
    "summary": "The kernel of the school office suite: schools, approvals, clocks, "
    "registers, receipts and custody",
    "version": "19.0.1.1.0",
    "category": "Services/School Office",
    "license": "LGPL-3",
    "author": "School Office Suite",
    "depends": ["hr", "mail", "resource", "portal"],
    "external_dependencies": {"python": ["chinesecalendar"]},
    "data": [
        "security/groups.xml",
        "security/discuss_rules.xml",
        # access: people
        "security/ir.model.access-people.csv",
        # access: evidence
        "security/ir.model.access-evidence.csv",
        # access: clock
        "security/ir.model.access-clock.csv",
        # access: approval
        "security/ir.model.access-approval.csv",
        # access: receipts
        "security/ir.model.access-receipts.csv",
        # access: mailboxes
        "security/ir.model.access-mail.csv",
        # access: procedures and quality
        "security/ir.model.access-procedures.csv",
        # rules: people
        "security/people_rules.xml",
        "security/isolation_rules.xml",
        # rules: evidence
        "security/evidence_rules.xml",
        # rules: clock
        "security/clock_rules.xml",
        # rules: approval
        "security/approval_rules.xml",
        # rules: receipts
        "security/receipts_rules.xml",
        # rules: mailboxes
        "security/mail_rules.xml",
        # rules: board
        "security/board_rules.xml",
        # rules: procedures and quality
        "security/procedures_rules.xml",
        # rules: dialogs of all engines
        "security/wizard_rules.xml",
        # menus first: views hang their own entries below these
        "views/menus.xml",
        # views and data: people
        "data/people_data.xml",
        "views/settings_views.xml",
        "views/post_views.xml",
        "views/place_views.xml",
        "views/term_views.xml",
        "views/delegation_views.xml",
        "views/people_views.xml",
        "views/department_views.xml",
        "views/school_views.xml",
        "views/directory_views.xml",
        # views and data: evidence
        "data/evidence_data.xml",
        "report/register_book.xml",
        "views/number_views.xml",
        "views/register_views.xml",
        "views/secrecy_views.xml",
        "views/tag_views.xml",
        "views/file_version_views.xml",
        "views/evidence_settings_views.xml",
        # views and data: clock
        "data/clock_data.xml",
        "views/calendar_exception_views.xml",
        "views/time_policy_views.xml",
        "views/time_clock_views.xml",
        "wizards/calendar_preview_views.xml",
        "wizards/calendar_import_views.xml",
        "wizards/service_hours_views.xml",
        "views/clock_menus.xml",
        # views and data: approval
        "data/approval_data.xml",
        "wizards/approval_wizard_views.xml",
        "views/approval_task_views.xml",
        "views/approval_case_views.xml",
        "views/approval_flow_views.xml",
        "views/approval_menus.xml",
        # views and data: receipts
        "data/receipts_data.xml",
        "views/receipt_views.xml",
        "views/receipt_settings_views.xml",
        "views/custody_views.xml",
        "views/notice_views.xml",
        "views/receipt_wizard_views.xml",
        "views/my_office_views.xml",
        "views/login_templates.xml",
        # views: mailboxes
        "views/mail_log_views.xml",
        # views: board
        "views/board_views.xml",
        # views and data: procedures and quality
        "data/procedures_data.xml",
        "report/procedure_sheet.xml",
        "views/procedure_views.xml",
        "views/training_views.xml",
        "views/process_views.xml",
        "views/appraisal_views.xml",
        "views/restore_test_views.xml",
        "views/procedures_settings_views.xml",
        "views/procedures_menus.xml",
    ],
    "demo": ["demo/base_demo.xml"],
    "assets": {
        "web.assets_backend": [
            # Before the styles that use its mixins
            "school_office_base/static/src/page/page.scss",
            "school_office_base/static/src/**/*",
            # Debian's Odoo lacks this file for licence reasons; the full source loads
            # it on demand, so leaving it out of the bundle harms neither.
            ("remove", "mail/static/lib/selfie_segmentation/selfie_segmentation.js"),
        ],
        "web.assets_tests": ["school_office_base/static/tests/tours/**/*"],
        "web.assets_unit_tests": ["school_office_base/static/tests/**/*.test.js"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "application": True,
}
