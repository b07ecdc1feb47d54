# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class AftersalesCachedMixin(models.AbstractModel):
    """Settings that methods with ``ormcache`` read: whoever changes one has them asked anew.

    For few records that seldom change and are asked on every document.
    """

    _name = "aftersales.cached.mixin"
    _description = "Records Read through a Cache"

    @api.model_create_multi
    def create(self, vals_list):
        """Empty the caches."""
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """Empty the caches."""
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        """Empty the caches."""
        self.env.registry.clear_cache()
        return super().unlink()
