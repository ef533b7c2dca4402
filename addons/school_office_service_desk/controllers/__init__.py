from . import desk
from . import catalogue
from . import door
from . import my
from . import rate
from . import code

# quality
from . import results
from . import survey
