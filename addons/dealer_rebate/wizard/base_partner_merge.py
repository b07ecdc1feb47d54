# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class BasePartnerMerge(models.TransientModel):
    """Merging two dealers adds up what they have in their wallets (P12)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # sudo: counters have no write access for anyone; who merges needs no right on wallets.
        partners = self.env["res.partner"].browse(partner_ids)
        rows = self.env["rebate.wallet.balance"].sudo()
        rows = rows.search([("partner_id", "in", partners.commercial_partner_id.ids)])
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        if rows:
            rows.invalidate_recordset()
            rows._merge_rows(partners.exists().commercial_partner_id)
        return result
