# people
from . import delegation_revoke

# evidence

# clock

# approval

# receipts
