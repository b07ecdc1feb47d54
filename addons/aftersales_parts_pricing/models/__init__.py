# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import parts_field_rights_mixin  # before the models that inherit it
from . import aftersales_outlet
from . import parts_core_refusal
from . import parts_guard
from . import parts_price
from . import parts_price_approval
from . import parts_price_approval_level
from . import parts_price_drop
from . import parts_price_policy
from . import parts_price_policy_class
from . import parts_price_policy_offer
from . import parts_price_policy_publication
from . import parts_price_policy_tier
from . import parts_price_publication
from . import parts_price_publication_approval
from . import parts_price_publication_export
from . import parts_price_publication_line
from . import parts_supersession
from . import parts_price_publication_proposal
from . import parts_price_publication_withdrawal
from . import product_pricelist
from . import product_pricelist_batch
from . import product_pricelist_item
from . import product_product
from . import product_product_supersession
from . import product_template
from . import sale_order
from . import sale_order_line
from . import sale_order_line_supersession
from . import sale_order_supersession
from . import stock_location
from . import stock_move_line
from . import stock_quant
