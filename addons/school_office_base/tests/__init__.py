from . import test_discuss, test_mail_tools, test_record, test_tokens

# people
from . import test_people_delegation
from . import test_people_directory
from . import test_people_isolation
from . import test_people_opening
from . import test_people_posts
from . import test_people_school
from . import test_people_settings

# evidence
from . import test_evidence_canonical
from . import test_evidence_files
from . import test_evidence_number_pattern
from . import test_evidence_numbers
from . import test_evidence_registers
from . import test_evidence_search
from . import test_evidence_secrecy
from . import test_evidence_tools

# clock
from . import (
    test_clock_calendar,
    test_clock_engine,
    test_clock_timers,
    test_clock_ui,
    test_clock_worktime,
)

# approval
from . import test_approval_content
from . import test_approval_flows
from . import test_approval_modes
from . import test_approval_moves
from . import test_approval_oral
from . import test_approval_people
from . import test_approval_forging
from . import test_approval_held
from . import test_approval_savepoint
from . import test_approval_speed

# receipts
from . import (
    test_receipts_custody,
    test_receipts_my_office,
    test_receipts_my_office_decisions,
    test_receipts_notice,
    test_receipts_receipt,
    test_receipts_steps,
)

# board
from . import test_board

# tools
from . import test_rows

# accounts and exports
from . import test_account_watch
from . import test_export_formulas, test_robot_language

# procedures and quality
from . import (
    test_procedures_appraisal,
    test_procedures_chart,
    test_procedures_process,
    test_procedures_restore,
    test_procedures_sop,
    test_procedures_training,
)

# updates of databases that exist
from . import test_updates
