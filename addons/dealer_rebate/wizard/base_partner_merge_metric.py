# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from markupsafe import Markup

from odoo import models


class BasePartnerMergeMetric(models.TransientModel):
    """Merging two dealers keeps the figures of both, and says where both now count."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Both dealers' values and targets of the same period stay and add up, as their documents
        do. No unique index holds the partner, so Odoo deletes none of them; who merged is told."""
        # sudo: whoever may merge partners must not need rebate rights for their figures to follow.
        sources = [self.env[name].sudo() for name in ("rebate.metric.value", "rebate.target")]
        moved = [model.search([("partner_id", "in", src_partners.ids)]) for model in sources]
        result = super()._update_foreign_keys(src_partners, dst_partner)
        names = []
        for figures in moved:
            figures.invalidate_recordset(["partner_id"])
            pairs = figures._find_conflicts()
            names += figures.browse({figure for figure, _other in pairs}).mapped("display_name")
        if names:
            dst_partner.message_post(
                body=Markup("%s<ul>%s</ul>")
                % (
                    self.env._(
                        "Since the merge the dealer has two figures for the same period: both "
                        "count. Check whether they were reported twice:"
                    ),
                    Markup().join(Markup("<li>%s</li>") % name for name in sorted(names)),
                )
            )
        return result
