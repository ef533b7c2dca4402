def post_init_hook(env):
    """Schools that exist already get the services, limits and numbers of the desk."""
    env["res.company"].search([("is_school", "=", True)])._school_set_up()
