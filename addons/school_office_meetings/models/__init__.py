from . import meeting_line
from . import meeting_body
from . import meeting_member
from . import meeting
from . import meeting_participant
from . import meeting_item

# call
from . import meeting_event
from . import meeting_steps
from . import meeting_plan
from . import meeting_text
from . import meeting_body_call
from . import meeting_answer
from . import meeting_dispatch
from . import meeting_calendar
from . import meeting_board
from . import meeting_ics
from . import meeting_schedule
from . import calendar_event
from . import calendar_attendee
from . import res_company
from . import my_office_call
from . import demo_call

# prep
from . import prep_users
from . import meeting_prep_line
from . import meeting_prep
from . import meeting_body_topics
from . import meeting_topic_call
from . import meeting_topic_answer
from . import meeting_topic
from . import meeting_material
from . import meeting_checklist
from . import meeting_checklist_line
from . import meeting_task
from . import meeting_seating
from . import meeting_catering
from . import meeting_recording
from . import meeting_evaluation
from . import meeting_evaluation_answer
from . import meeting_evaluation_summary
from . import prep_company
from . import prep_my_office
from . import demo_prep

# room
from . import room_company
from . import room_line
from . import room_people
from . import meeting_presence
from . import meeting_attendance
from . import meeting_sign_in
from . import meeting_item_course
from . import meeting_recusal
from . import meeting_turn
from . import meeting_item_text
from . import meeting_item_decision
from . import meeting_ballot
from . import meeting_turnout
from . import meeting_vote
from . import meeting_statement
from . import meeting_session
from . import meeting_room
from . import room_my_office
from . import room_sheet
from . import demo_room

# minutes
from . import meeting_block_mixin
from . import minutes_item
from . import meeting_resolution
from . import meeting_resolution_steps
from . import meeting_progress
from . import meeting_extension
from . import minutes
from . import minutes_block
from . import minutes_compose
from . import minutes_steps
from . import minutes_distribute
from . import minutes_paper
from . import meeting_resolution_follow_up
from . import minutes_confirm
from . import meeting_summary
from . import minutes_company

# venues
from . import venue_company
from . import venue_feature
from . import venue_hours
from . import venue_period
from . import venue_rank
from . import venue
from . import venue_request
from . import venue_series
from . import venue_series_date
from . import venue_booking
from . import venue_booking_claim
from . import venue_booking_steps
from . import venue_booking_use
from . import venue_booking_meeting
from . import venue_feedback
from . import venue_displacement
from . import venue_use
from . import meeting_venue
