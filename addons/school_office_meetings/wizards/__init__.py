# call
from . import meeting_step
from . import meeting_answer

# prep

# room

# minutes
from . import meeting_resolution_step

# venues
