from odoo.tools import SQL

REPEATED = (
    "school_approval_case__applicant_id_index",
    "school_mail_log__company_id_index",
    "school_notice__company_id_index",
    "school_number__company_id_index",
    "school_number__series_id_index",
    "school_outside_act__company_id_index",
    "school_receipt__company_id_index",
    "school_register_entry__company_id_index",
    "school_register_entry__register_id_index",
    "school_time_clock__policy_id_index",
    "school_time_reminder__clock_id_index",
    "school_workday__company_id_index",
)


def migrate(cr, version):
    """Drop indexes that only repeat the beginning of another: writing kept them up."""
    for name in REPEATED:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
