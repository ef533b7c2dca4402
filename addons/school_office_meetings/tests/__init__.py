# call
from . import test_meetings_body

# prep

# room

# minutes

# venues
