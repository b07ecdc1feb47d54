# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import aftersales_call, aftersales_lead_follow_up, aftersales_reason
