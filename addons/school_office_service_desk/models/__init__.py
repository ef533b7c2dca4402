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
from . import quality_company
from . import quality_register_entry
from . import desk_rubric
from . import desk_sample
from . import desk_sample_line
from . import desk_score
from . import desk_score_item
from . import desk_finding
from . import desk_callback
from . import desk_kpi
from . import desk_kpi_measures
from . import desk_kpi_line
from . import desk_analysis
from . import desk_survey_question
from . import desk_survey
from . import desk_survey_result
from . import desk_survey_comment
from . import desk_survey_participation
from . import survey_survey
from . import survey_question
from . import survey_user_input
from . import desk_plan
from . import desk_plan_measure
from . import knowledge_theme
from . import knowledge_article
from . import knowledge_version
from . import knowledge_feedback
from . import desk_board
from . import quality_my_office

# intake
from . import mail_company
from . import ticket_mail
from . import emergency_contact
from . import ticket_repair
from . import rapid_group
from . import rapid_duty
from . import rapid_alarm
from . import intake_company
