# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    aftersales_area,
    aftersales_area_demand,
    aftersales_outlet,
    aftersales_outlet_agreement,
    aftersales_outlet_condition,
    aftersales_outlet_contact,
    aftersales_outlet_cooperation,
    aftersales_outlet_cost,
    aftersales_outlet_phase_log,
    aftersales_outlet_risk,
    aftersales_phase_condition,
    aftersales_welcome_item,
    aftersales_welcome_pack,
    aftersales_welcome_step,
    stock_picking,
)
