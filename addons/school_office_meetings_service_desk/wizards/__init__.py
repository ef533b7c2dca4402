from . import meeting_prep_step
