# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import account_move
from . import account_move_line
from . import aftersales_outlet
from . import rate_table
from . import rate_table_line
from . import rebate_agreement
from . import rebate_agreement_earning
from . import rebate_agreement_version
from . import rebate_agreement_simulation
from . import rebate_allocation
from . import rebate_basis_mixin
from . import rebate_term_mixin
from . import rebate_component
from . import rebate_component_limit
from . import rebate_demo
from . import rebate_member
from . import rebate_period
from . import rebate_settlement
from . import rebate_settlement_computing
from . import rebate_settlement_posting
from . import rebate_settlement_line
from . import rebate_simulation
from . import rebate_simulation_line
from . import res_company
from . import res_config_settings
