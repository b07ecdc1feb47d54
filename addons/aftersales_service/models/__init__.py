# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import aftersales_voucher_line_mixin  # likewise
from . import aftersales_sla_mixin
from . import account_move
from . import aftersales_callback
from . import aftersales_fault
from . import aftersales_operation
from . import aftersales_operation_fee
from . import aftersales_sla_deadline
from . import aftersales_sla_escalation
from . import aftersales_sla_event
from . import aftersales_sla_event_type
from . import aftersales_sla_policy
from . import aftersales_sla_waiver
from . import aftersales_voucher
from . import aftersales_voucher_callback
from . import aftersales_voucher_charge
from . import aftersales_voucher_estimate
from . import aftersales_voucher_line
from . import aftersales_voucher_line_estimate
from . import aftersales_voucher_line_labour
from . import aftersales_voucher_number
from . import aftersales_voucher_parts
from . import aftersales_voucher_portal
from . import aftersales_voucher_rework
from . import hr_employee
from . import product_category
from . import product_product
from . import res_company
from . import res_config_settings
from . import res_partner
from . import resource_calendar
from . import sale_order
from . import sale_order_line
from . import stock_lot
from . import stock_move
from . import stock_picking
