# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import Command, api, fields, models


class LoyaltyProgram(models.Model):
    """The promotions of R5 as templates, beside those of Odoo.

    As Odoo's own they are made in the company's currency when somebody picks one, and edited
    there; their figures are only where one starts from.
    """

    _inherit = "loyalty.program"

    def write(self, vals):
        """A program that becomes a payment, or ceases to be one, changes what is a discount."""
        result = super().write(vals)
        if "program_type" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    def get_program_templates(self):
        """Add the promotions of R5 to Odoo's gallery of templates."""
        templates = super().get_program_templates()
        if self.env.context.get("menu_type") == "gift_ewallet":
            return templates
        return self._get_rebate_templates() | templates

    @api.model
    def _get_rebate_templates(self):
        """Templates of R5 as Odoo's gallery wants them. For extension."""
        return {
            "rebate_voucher": {
                "title": self.env._("Voucher for the Next Purchase"),
                "description": self.env._("From 1,000 on: a voucher of 100 for the next purchase"),
                "icon": "coupons",
            },
            "rebate_points": {
                "title": self.env._("Points for Purchases"),
                "description": self.env._("A point for each 1 spent, worth money or a gift"),
                "icon": "loyalty_cards",
            },
            "rebate_limited": {
                "title": self.env._("Limited-Time Discount"),
                "description": self.env._("A week at half price for the products with a tag"),
                "icon": "promotional_program",
            },
            "rebate_prize": {
                "title": self.env._("Prize of a Draw"),
                "description": self.env._("A coupon that brings its winner a gift"),
                "icon": "coupons",
            },
        }

    @api.model
    def _get_template_values(self):
        values = super()._get_template_values()
        templates = self._get_rebate_templates()
        return values | {
            key: {"name": templates[key]["title"]} | vals
            for key, vals in self._get_rebate_template_values().items()
        }

    @api.model
    def _get_rebate_template_values(self):
        """Values of the programs of R5. For extension."""
        return {
            "rebate_voucher": self._prepare_voucher(),
            "rebate_points": self._prepare_points(),
            "rebate_limited": self._prepare_limited(),
            "rebate_prize": self._prepare_prize(),
        }

    def _prepare_voucher(self):
        return {
            "program_type": "next_order_coupons",
            "applies_on": "future",
            "trigger": "auto",
            "portal_visible": True,
            "portal_point_name": self.env._("Voucher"),
            "rule_ids": [Command.create({"minimum_amount": 1000, "minimum_qty": 0})],
            "reward_ids": [Command.create({"discount_mode": "per_order", "discount": 100})],
            "communication_plan_ids": self._prepare_mail(),
        }

    def _prepare_points(self):
        return {
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "portal_visible": True,
            "portal_point_name": self.env._("Points"),
            "rule_ids": [
                Command.create({"reward_point_mode": "money", "reward_point_amount": 1}),
            ],
            "reward_ids": [
                Command.create(
                    {"discount_mode": "per_point", "discount": 0.01, "required_points": 100}
                ),
                Command.create(self._prepare_gift() | {"required_points": 5000}),
            ],
            "communication_plan_ids": [],
        }

    def _prepare_limited(self):
        today = fields.Date.context_today(self)
        tag = self.env.ref("dealer_rebate_loyalty.product_tag_limited")
        return {
            "program_type": "promotion",
            "applies_on": "current",
            "trigger": "auto",
            "date_from": today,
            "date_to": today + timedelta(days=6),
            "rule_ids": [Command.create({"product_tag_id": tag.id, "minimum_qty": 1})],
            "reward_ids": [
                Command.create(
                    {
                        "discount_mode": "percent",
                        "discount": 50,
                        "discount_applicability": "specific",
                        "discount_product_tag_id": tag.id,
                    }
                )
            ],
            "communication_plan_ids": [],
        }

    def _prepare_prize(self):
        return {
            "program_type": "coupons",
            "applies_on": "current",
            "trigger": "with_code",
            "portal_point_name": self.env._("Prize"),
            "rule_ids": [],
            "reward_ids": [Command.create(self._prepare_gift())],
            "communication_plan_ids": self._prepare_mail(),
        }

    def _prepare_gift(self):
        return {
            "reward_type": "product",
            "reward_product_id": self.env.ref("dealer_rebate_loyalty.product_gift").id,
            "reward_product_qty": 1,
        }

    def _prepare_mail(self):
        template = self.env.ref("loyalty.mail_template_loyalty_card", raise_if_not_found=False)
        if not template:
            return []
        return [Command.create({"trigger": "create", "mail_template_id": template.id})]
