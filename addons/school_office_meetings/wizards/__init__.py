# call

# prep

# room

# minutes
from . import meeting_resolution_step

# venues
