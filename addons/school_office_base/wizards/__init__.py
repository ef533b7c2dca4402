# people
from . import delegation_revoke
from . import settings
from . import person
from . import person_leave
from . import open_school
from . import open_school_department
from . import open_school_person
from . import close_school

# evidence
from . import mail_compose
from . import evidence_settings
from . import register_print
from . import register_verification

# clock
from . import calendar_preview
from . import calendar_import
from . import service_hours

# approval
from . import approval_decide
from . import approval_submit
from . import approval_publish
from . import approval_oral

# receipts
from . import custody_offer
from . import receipt_send
from . import receipt_settings
from . import receipt_step

# procedures and quality
from . import appraisal_drop
from . import procedures_settings
