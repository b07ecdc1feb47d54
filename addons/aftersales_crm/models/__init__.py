# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import (
    aftersales_customer_class,
    aftersales_lead_kind,
    aftersales_reminder,
    aftersales_visit,
    aftersales_visit_plan,
    aftersales_visit_run,
    aftersales_voucher,
    crm_lead,
    crm_lead_convert,
    hr_employee,
    res_company,
    res_config_settings,
    res_partner,
    stock_lot,
)
