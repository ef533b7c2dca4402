def post_init_hook(env):
    """Schools that exist already get the flows, limits and books of this addon."""
    env["res.company"]._school_set_up_all()
