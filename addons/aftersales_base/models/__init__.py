# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import aftersales_protected_mixin  # the others inherit it
from . import aftersales_guarded_mixin
from . import aftersales_state_mixin
from . import aftersales_cached_mixin
from . import aftersales_code_mixin  # the others inherit it
from . import account_move
from . import aftersales_area
from . import aftersales_area_postcode
from . import aftersales_dealer_tier
from . import aftersales_dealer_tier_assignment
from . import aftersales_outlet
from . import aftersales_spreadsheet_mixin
from . import aftersales_step_mixin
from . import aftersales_start_tile
from . import res_partner
