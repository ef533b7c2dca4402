# call
from . import meeting_step
from . import meeting_answer
from . import call_settings
from . import calendar_delete

# prep
from . import meeting_prep_step
from . import meeting_rate
from . import prep_settings

# room
from . import meeting_reason
from . import room_settings

# minutes
from . import meeting_resolution_step
from . import minutes_settings

# venues
from . import venue_step
from . import venue_units
from . import venue_settings
