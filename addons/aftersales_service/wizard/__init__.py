# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from . import aftersales_register_mixin  # the registers inherit it
from . import aftersales_part_wanted_mixin
from . import aftersales_claim_match
from . import aftersales_cover_decision
from . import aftersales_estimate_answer
from . import aftersales_appointment_overrule
from . import aftersales_contract_end
from . import aftersales_contract_renew
from . import aftersales_goods_out
from . import aftersales_goods_register_print
from . import aftersales_callback_record
from . import aftersales_monthly
from . import aftersales_monthly_mail
from . import aftersales_part_ask
from . import aftersales_part_check_in
from . import aftersales_outcome
from . import aftersales_reason
from . import aftersales_call
from . import aftersales_call_foreign
from . import aftersales_call_campaign
from . import aftersales_campaign_add
from . import aftersales_register_print
from . import aftersales_repair_send_back
from . import aftersales_unit_foreign
from . import aftersales_unit_merge
from . import aftersales_unit_merge_contract
from . import aftersales_unit_merge_reminder
from . import aftersales_unit_transfer
from . import base_partner_merge
from . import aftersales_voucher_cancel
from . import aftersales_voucher_wait
from . import aftersales_sla_record
from . import aftersales_bay_enter
