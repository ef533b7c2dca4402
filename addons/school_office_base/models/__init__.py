from . import record
from . import discuss_channel

# people
from . import company

# evidence

# clock

# approval

# receipts
