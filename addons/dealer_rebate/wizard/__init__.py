# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import account_payment_register_wallet
from . import base_partner_merge
from . import base_partner_merge_member
from . import base_partner_merge_metric
from . import base_partner_merge_offer
from . import rebate_metric_import
from . import rebate_metric_reject
from . import rebate_accrual_run
from . import rebate_cutoff_report
from . import rebate_expected_settle
from . import rebate_settlement_cancel
from . import rebate_write_off
from . import rebate_policy_import
from . import rebate_standing
from . import rebate_uncounted
