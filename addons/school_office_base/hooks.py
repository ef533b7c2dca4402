from .tools import triggers


def post_init_hook(env):
    """Give schools that exist already what a newly opened school gets.

    Accounts are given: where everybody may sign up, strangers become portal users of
    whichever school comes first.
    """
    env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2b")
    env["res.company"]._replace_placeholder_logos()
    env["res.company"]._school_set_up_all()


def uninstall_hook(env):
    """Take the triggers away, so that what is left of the database can be changed."""
    triggers.remove_functions(env.cr)
