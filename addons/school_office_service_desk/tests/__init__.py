# desk
from . import test_desk_questions
from . import test_desk_ticket

# complaints

# public

# quality

# intake
