# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import test_access, test_demo, test_lead, test_tours, test_visit, test_visit_run
