# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class BasePartnerMergeMember(models.TransientModel):
    """Merging two members of an agreement joins the days on which they took part (R12)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        result = super()._update_foreign_keys(src_partners, dst_partner)
        # sudo: whoever may merge partners must not need rebate rights for memberships to follow.
        members = self.env["rebate.member"].sudo()
        members.search([("partner_id", "=", dst_partner.id)])._join_overlapping()
        return result
