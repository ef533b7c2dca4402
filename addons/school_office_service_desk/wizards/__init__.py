# desk
from . import settings
from . import ticket_step

# complaints

# public

# quality

# intake
from . import intake_settings
