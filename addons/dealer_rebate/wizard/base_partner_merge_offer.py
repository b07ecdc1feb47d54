# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class BasePartnerMergeOffer(models.TransientModel):
    """Merged dealers are other parties than those that terms were offered to (R12)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        # sudo: whoever may merge partners, an offer that changed is withdrawn.
        agreements = self.env["rebate.agreement"].sudo().search([("offer_hash", "!=", False)])
        offered = agreements.filtered(
            lambda agreement: agreement.state in ("draft", "submitted") and agreement._is_offered()
        )
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        changed = offered.filtered(lambda agreement: not agreement._is_offered())
        changed._withdraw_offer(self.env._("Dealers were merged."))
        return result
