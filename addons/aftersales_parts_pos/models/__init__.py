# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import parts_price
from . import parts_price_publication
from . import pos_config
from . import pos_order
from . import pos_order_line
from . import pos_session
from . import product_combo_item
from . import product_pricelist
from . import product_pricelist_item
from . import product_product
from . import product_template
from . import res_partner
