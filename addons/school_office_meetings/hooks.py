def post_init_hook(env):
    """Schools that exist already get the bodies, venues, limits and numbers."""
    env["res.company"].search([("is_school", "=", True)])._school_set_up()
