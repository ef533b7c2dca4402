# call
from . import test_meetings_body

# prep

# room

# minutes
from . import test_meetings_minutes_resolution

# venues
