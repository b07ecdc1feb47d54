# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import aftersales_kpi_month_mixin  # the dialogues inherit it
from . import aftersales_kpi_account_propose
from . import aftersales_kpi_account_propose_line
from . import aftersales_kpi_generate
from . import aftersales_kpi_role_sheet
from . import aftersales_monthly
from . import aftersales_pay_basis_import
from . import aftersales_pay_basis_propose
from . import aftersales_pay_compute
from . import aftersales_kpi_figures
from . import aftersales_kpi_figures_line
from . import aftersales_kpi_import
from . import aftersales_kpi_target_unlock
from . import aftersales_survey_call
from . import aftersales_survey_call_line
from . import aftersales_kpi_close
from . import aftersales_kpi_correct
from . import aftersales_kpi_dispute
from . import aftersales_kpi_override
from . import aftersales_kpi_renew
from . import aftersales_kpi_settle
from . import aftersales_commission_generate
from . import aftersales_kpi_attendance_propose
from . import aftersales_outlet_settle
from . import aftersales_outlet_settlement_cancel
from . import aftersales_kpi_template
