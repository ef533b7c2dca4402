# desk
from . import settings
from . import ticket_step

# complaints
from . import complaint_settings
from . import complaint_step
from . import suggestion_skip

# public
from . import public_settings

# quality
from . import desk_quality_step
from . import quality_settings

# intake
from . import intake_settings
