# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import test_access
from . import test_accrual
from . import test_cancel
from . import test_agreement
from . import test_concurrency
from . import test_currency
from . import test_demo
from . import test_formula
from . import test_earnings
from . import test_golden
from . import test_ledger
from . import test_metric
from . import test_metric_access
from . import test_metric_import
from . import test_posting
from . import test_properties
from . import test_schemes
from . import test_settlement
from . import test_simulation
from . import test_statement
from . import test_tour
from . import test_versions
from . import test_wallet
from . import test_wallet_access
from . import test_wallet_concurrency
from . import test_wallet_properties
