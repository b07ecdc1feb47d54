# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import test_access
from . import test_appointment
from . import test_callback
from . import test_collect
from . import test_complaint
from . import test_discipline
from . import test_clock
from . import test_deadline
from . import test_demo
from . import test_dispatch
from . import test_estimate
from . import test_fee_schedule
from . import test_checklist
from . import test_goods
from . import test_job
from . import test_performance
from . import test_register
from . import test_reports
from . import test_rework
from . import test_service_type
from . import test_tours
from . import test_unit
from . import test_waiting
