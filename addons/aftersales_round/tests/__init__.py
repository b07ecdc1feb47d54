# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import test_access
from . import test_documents
from . import test_finding
from . import test_plan
from . import test_safety
from . import test_schedule
from . import test_tours
from . import test_training
