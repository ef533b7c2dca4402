from . import desk_kpi
from . import desk_kpi_line
