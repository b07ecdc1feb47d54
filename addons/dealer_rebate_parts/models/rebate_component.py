# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from odoo.addons.dealer_rebate.models.rebate_agreement_version import describe_fields


class RebateComponent(models.Model):
    """Part classes are terms of a component (P1); tiers decide who gets a sum each period (P7)."""

    _inherit = "rebate.component"

    def _get_terms(self):
        terms = super()._get_terms()
        if self.part_class_ids:
            # Only where they are chosen: agreements in force keep their fingerprint.
            terms["part_classes"] = sorted(self.part_class_ids.mapped("part_class"))
        return terms

    def _get_policy_names(self):
        return (*super()._get_policy_names(), "part_class_ids")

    def _describe_terms(self):
        return super()._describe_terms() | describe_fields(self, {"part_class_ids"})

    def _compute_fixed(self, windows, partner_ids=None):
        """A sum of each period is for those who hold a chosen tier in that period."""
        earnings = super()._compute_fixed(windows, partner_ids)
        agreement = self.agreement_id
        if agreement.dealer_scope != "tier" or self.fixed_once:
            return earnings
        held = agreement._read_tier_spans({earning.subject[0] for earning in earnings})
        return [
            earning
            for earning in earnings
            if any(
                first <= earning.end and (last is None or last > earning.start)
                for first, last in held.get(earning.subject[0], ())
            )
        ]
