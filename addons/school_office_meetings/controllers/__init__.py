# call
from . import meeting_answer

# room

# venues
