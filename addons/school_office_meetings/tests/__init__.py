# call
from . import test_meetings_body
from . import test_meetings_call
from . import test_meetings_call_rights
from . import test_meetings_call_steps
from . import test_meetings_call_calendar
from . import test_meetings_call_standing

# prep
from . import test_meetings_prep_topics
from . import test_meetings_prep_materials
from . import test_meetings_prep_checks
from . import test_meetings_prep_recording
from . import test_meetings_prep_evaluation

# room
from . import (
    test_meetings_room_confided,
    test_meetings_room_pages,
    test_meetings_room_quorum,
    test_meetings_room_record,
    test_meetings_room_session,
    test_meetings_room_votes,
)

# minutes
from . import test_meetings_minutes_resolution
from . import test_meetings_minutes_way
from . import test_meetings_minutes_readers
from . import test_meetings_minutes_papers
from . import test_meetings_guest
from . import test_meetings_minutes_follow_up

# venues
from . import test_meetings_venues_booking
from . import test_meetings_venues_desk
from . import test_meetings_venues_door
from . import test_meetings_venues_meeting
from . import test_meetings_venues_use

# review
from . import test_meetings_review_lines
from . import test_meetings_review_room
