from . import test_documents_on_time
