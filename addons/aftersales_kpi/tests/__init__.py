# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access
from . import test_demo
from . import test_generate
from . import test_indicator
from . import test_report
from . import test_sheet
from . import test_tours
