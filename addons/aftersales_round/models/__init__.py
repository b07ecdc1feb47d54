# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import aftersales_round_document_mixin  # the documents inherit it
from . import aftersales_checklist
from . import aftersales_checklist_line
from . import aftersales_reception
from . import aftersales_reception_appointment
from . import aftersales_round_area
from . import aftersales_round_finding
from . import aftersales_round_plan
from . import aftersales_round_plan_demo
from . import aftersales_round_score
from . import aftersales_tool_count
from . import aftersales_tool_count_line
from . import aftersales_training
from . import aftersales_training_attendee
from . import aftersales_voucher
from . import maintenance_equipment
from . import maintenance_request
from . import res_company
from . import res_config_settings
