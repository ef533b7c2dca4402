def migrate(cr, version):
    """What comes from outside is counted by the kernel: the old counts go for good."""
    cr.execute("DROP TABLE IF EXISTS school_meeting_hit")
