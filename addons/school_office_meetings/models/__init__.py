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
from . import meeting_block_mixin
from . import minutes_item
from . import meeting_resolution
from . import meeting_resolution_steps
from . import meeting_progress
from . import meeting_extension
from . import minutes_company

# venues
