# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import aftersales_kpi_indicator
from . import aftersales_kpi_scheme
from . import aftersales_kpi_scheme_line
from . import aftersales_kpi_sheet
from . import aftersales_kpi_sheet_line
