# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import account_move
from . import loyalty_program
from . import loyalty_reward
from . import rebate_basis_mixin
from . import rebate_draw
from . import rebate_draw_entry
from . import rebate_draw_winner
from . import sale_order
from . import sale_order_coupon_points
from . import sale_order_line
