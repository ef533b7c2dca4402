from . import meeting_line
from . import meeting_body
from . import meeting_member
from . import meeting
from . import meeting_participant
from . import meeting_item

# call

# prep

# room

# minutes

# venues
