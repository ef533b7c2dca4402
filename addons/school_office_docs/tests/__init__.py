from . import (
    test_docs_circulation,
    test_docs_damage,
    test_docs_files,
    test_docs_forging,
    test_docs_holes,
    test_docs_http,
    test_docs_journey,
    test_docs_mail,
    test_docs_punctuality,
    test_docs_register,
    test_docs_reports,
    test_docs_rights,
    test_docs_settings,
    test_docs_speed,
)
from . import test_docs_register_secrecy
from . import test_docs_workload
from . import test_docs_tags
