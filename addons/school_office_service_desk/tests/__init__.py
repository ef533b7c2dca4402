# desk
from . import test_desk_questions
from . import test_desk_rights
from . import test_desk_routing
from . import test_desk_speed
from . import test_desk_steps
from . import test_desk_ticket
from . import test_desk_tours

# complaints
from . import test_desk_complaints_anonymous
from . import test_desk_complaints_around
from . import test_desk_complaints_conflict
from . import test_desk_complaints_rights
from . import test_desk_complaints_tools
from . import test_desk_complaints_way

# public
from . import test_desk_public_pages
from . import test_desk_public_doors
from . import test_desk_public_tracking
from . import test_desk_public_rating
from . import test_desk_public_routes
from . import test_desk_public_code
from . import test_desk_public_crowd

# quality
from . import test_desk_quality_tools
from . import test_desk_quality_knowledge
from . import test_desk_quality_kpi
from . import test_desk_quality_sample
from . import test_desk_quality_survey

# intake
from . import test_desk_intake_mail
from . import test_desk_intake_rapid
from . import test_desk_intake_repair
from . import test_desk_intake_subject

# review
from . import test_desk_review_pages
from . import test_desk_review_secrets
