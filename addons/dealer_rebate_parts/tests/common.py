# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command

from odoo.addons.dealer_rebate.tests.metric_common import MetricCommon


class RebatePartsCommon(MetricCommon):
    """Parts of each class that is sold, tiers, and short helpers."""

    @classmethod
    def get_default_groups(cls):
        return (
            super().get_default_groups()
            | cls.quick_ref("aftersales_base.group_aftersales_manager")
            | cls.quick_ref("aftersales_parts_pricing.group_pricing_manager")
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parts = {
            part_class: cls._create_part(part_class)
            for part_class in ("standard", "wearing", "general")
        }
        cls.classes = {
            record.part_class: record for record in cls.env["rebate.part.class"].search([])
        }
        cls.tier_a, cls.tier_b, cls.tier_c = cls.env["aftersales.dealer.tier"].create(
            [{"name": f"Tier {code}", "code": f"T-{code}"} for code in "ABC"]
        )

    @classmethod
    def _create_part(cls, part_class):
        return cls.env["product.product"].create(
            {"name": f"{part_class} part", "part_class": part_class, "taxes_id": False}
        )

    @classmethod
    def _assign(cls, dealer, tier, date_from, **vals):
        return cls.env["aftersales.dealer.tier.assignment"].create(
            {
                "partner_id": dealer.id,
                "tier_id": tier.id if tier else False,
                "date_from": date_from,
                "reason": "test",
            }
            | vals
        )

    @classmethod
    def _create_tier_agreement(cls, tiers, rate=10, **vals):
        return cls._create_agreement(
            cls._percent(rate),
            **{
                "dealer_scope": "tier",
                "partner_ids": False,
                "tier_ids": [Command.set(tiers.ids)],
            }
            | vals,
        )

    @classmethod
    def _invoice_parts(cls, dealer, date, amounts):
        """A posted invoice of ``{class or None: amount}``."""
        vals = cls._prepare_invoice(dealer, date, list(amounts.values()))
        for (_command, _id, line), part_class in zip(
            vals["invoice_line_ids"], amounts, strict=True
        ):
            line["product_id"] = cls.parts[part_class].id if part_class else cls.product_a.id
        return cls._post_invoices(vals)
