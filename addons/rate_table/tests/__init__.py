# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access
from . import test_calculators
from . import test_demo
from . import test_formula
from . import test_golden
from . import test_properties
from . import test_rate_table
from . import test_spreadsheet
from . import test_tour
