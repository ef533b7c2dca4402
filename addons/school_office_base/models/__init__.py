from . import record
from . import discuss_channel

# people
from . import company
from . import post
from . import post_holder
from . import place
from . import term
from . import delegation
from . import department
from . import users
from . import partner
from . import mail_thread

# evidence

# clock

# approval

# receipts
from . import notice
from . import receipt_company
from . import receipt_log
from . import receipt
from . import receipt_mixin
