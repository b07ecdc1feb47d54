# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import test_pos_dealer
from . import test_pos_prices
from . import test_pos_restricted
from . import test_pos_ui
