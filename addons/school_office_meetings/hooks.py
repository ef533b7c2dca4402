from odoo.tools import SQL


def post_init_hook(env):
    """Schools that exist already get bodies, limits and numbers; entries a school."""
    env["res.company"]._school_set_up_all()
    # What stood in calendars before is of the school of who entered it.
    env.cr.execute(
        SQL(
            """
            UPDATE calendar_event e SET school_company_id = u.company_id
              FROM res_users u
             WHERE u.id = COALESCE(e.user_id, e.create_uid)
            """
        )
    )
    env["calendar.event"].invalidate_model(["school_company_id"])
