# call
from . import test_meetings_body
from . import test_meetings_call

# prep

# room

# minutes
from . import test_meetings_minutes_resolution

# venues
