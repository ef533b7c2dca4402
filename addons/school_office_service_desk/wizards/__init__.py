# desk
from . import settings
from . import ticket_step

# complaints

# public
from . import public_settings

# quality

# intake
from . import intake_settings
