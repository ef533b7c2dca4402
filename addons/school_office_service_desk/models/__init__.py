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

# quality

# intake
from . import mail_company
from . import ticket_mail
