# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import aftersales_voucher
from . import aftersales_voucher_line
from . import hr_employee
from . import parts_core_refusal
from . import product_product
from . import repair_order
from . import res_users
from . import sale_order_line
from . import stock_location
from . import stock_move
from . import stock_move_line
from . import stock_move_transfer
from . import stock_picking
from . import stock_picking_type
from . import stock_quant
from . import stock_warehouse
