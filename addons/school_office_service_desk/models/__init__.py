# desk
from . import service
from . import service_question
from . import ticket_line
from . import ticket_event
from . import ticket_wait_reason
from . import ticket_answer
from . import ticket
from . import ticket_intake
from . import ticket_thread
from . import ticket_clock
from . import ticket_routing
from . import ticket_steps
from . import ticket_part
from . import ticket_relation
from . import ticket_voice
from . import ticket_timer
from . import ticket_forecast
from . import ticket_coordination
from . import res_company
from . import desk_services
from . import my_office
from . import demo

# complaints

# public
from . import public_company
from . import service_alarm
from . import rating_rating
from . import ticket_outside
from . import ticket_letter
from . import ticket_rating
from . import ticket_review
from . import desk_door
from . import desk_hit
from . import desk_public
from . import desk_public_form
from . import desk_public_track
from . import desk_public_code

# quality

# intake
from . import mail_company
from . import ticket_mail
from . import emergency_contact
from . import ticket_repair
from . import rapid_group
from . import rapid_duty
from . import rapid_alarm
from . import intake_company
