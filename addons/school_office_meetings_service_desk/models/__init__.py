from . import ticket
from . import meeting_task
from . import meeting_resolution
