# people
from . import delegation_revoke

# evidence

# clock

# approval

# receipts
from . import receipt_send
from . import receipt_step
