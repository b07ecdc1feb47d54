# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class BasePartnerMergeStatement(models.TransientModel):
    """Merging two dealers makes one account of their drafts; what was sent stays (P12)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # sudo: who merges needs no right on statements; the accounts are merged all the same.
        partners = self.env["res.partner"].browse(partner_ids)
        statements = self.env["parts.statement"].sudo()
        drafts = statements.search(
            [
                ("partner_id", "in", partners.commercial_partner_id.ids),
                ("state", "=", "draft"),
            ]
        )
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        drafts.invalidate_recordset()
        drafts._merge_drafts()
        return result
