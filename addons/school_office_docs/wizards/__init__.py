from . import doc_decide
from . import doc_distribute
from . import doc_hand_out
from . import doc_register_book
from . import doc_step
from . import settings
