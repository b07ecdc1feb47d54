# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access, test_demand, test_phase, test_record, test_tours, test_welcome
