# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import test_access
from . import test_area
from . import test_dealer_tier
from . import test_demo
from . import test_outlet
from . import test_periods
