def migrate(cr, version):
    """Raise the ceiling of anonymous reports where nobody has chosen another.

    It was 60 an hour while all reporters shared one count, so that one of them could
    use it up for all; 600 since each is counted with one in 64 of the others.
    """
    cr.execute(
        """
        UPDATE res_company SET school_desk_anonymous_posts = 600
         WHERE school_desk_anonymous_posts = 60
        """
    )
