from . import test_minutes_as_document
