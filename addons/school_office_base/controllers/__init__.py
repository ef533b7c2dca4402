from . import export
from . import upload
