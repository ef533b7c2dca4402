# call
from . import meeting_step
from . import meeting_answer

# prep

# room

# minutes
from . import meeting_resolution_step

# venues
from . import venue_step
from . import venue_units
from . import venue_settings
