def post_init_hook(env):
    """Schools that exist already get the services, limits and numbers of the desk."""
    env["res.company"]._school_set_up_all()


def uninstall_hook(env):
    """Take away the table that belongs to no model's fields."""
    env.cr.execute("DROP TABLE IF EXISTS school_desk_crowd")
