# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access
from . import test_article
from . import test_job
from . import test_portal
from . import test_search
from . import test_tours
