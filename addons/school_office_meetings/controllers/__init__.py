# call
from . import meeting_answer

# room
from . import sign_in

# minutes
from . import minutes

# venues
from . import venue_door
