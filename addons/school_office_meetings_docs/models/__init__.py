from . import meeting
from . import minutes
from . import doc_incoming
