# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import aftersales_commission_plan
from . import aftersales_commission_statement
from . import aftersales_kpi_indicator
from . import parts_booking_error
