# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from ..models.res_partner_no_contact import MARK_SENTINEL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Who asked not to be contacted stays so when two contacts become one (S13)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        """The mark comes over with its day: it is no new one, and no limit holds it back."""
        marking = dst_partner.with_context(aftersales_marking=MARK_SENTINEL)
        return super()._update_values(src_partners, marking)
