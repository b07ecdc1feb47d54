# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import test_access
from . import test_demand
from . import test_below_list
from . import test_demo
from . import test_doubling
from . import test_field_rights
from . import test_guard
from . import test_kept_prices
from . import test_part_class
from . import test_portal_statement
from . import test_price_drop
from . import test_price_list
from . import test_pricelist
from . import test_pricelist_batch
from . import test_pricing
from . import test_publication
from . import test_service_bom
from . import test_supersession
from . import test_publication_lifecycle
from . import test_settlement
from . import test_statement
from . import test_reserve_plan
from . import test_return_offer
from . import test_stock_age
from . import test_why
