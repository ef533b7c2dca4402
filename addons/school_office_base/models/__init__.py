from . import record

# people
from . import company

# evidence

# clock

# approval

# receipts
