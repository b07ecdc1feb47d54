# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.tools import ormcache


class LoyaltyReward(models.Model):
    """Knows which rewards are discounts without asking the database for each rebate."""

    _inherit = "loyalty.reward"

    @api.model_create_multi
    def create(self, vals_list):
        rewards = super().create(vals_list)
        self.env.registry.clear_cache()
        return rewards

    def write(self, vals):
        result = super().write(vals)
        if {"reward_type", "program_id", "discount_line_product_id"} & set(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @ormcache()
    def _get_discount_ids(self):
        """Ids of all rewards that are a discount, archived ones as well; payments are none."""
        # sudo: the ids are cached for everybody.
        rewards = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("reward_type", "=", "discount"),
                    ("discount_line_product_id", "!=", False),
                    ("program_id.program_type", "not in", ("gift_card", "ewallet")),
                ]
            )
        )
        return tuple(rewards.ids)
