# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class AftersalesGuardedMixin(models.AbstractModel):
    """Protected fields that are written by methods as superuser only, on create and on write.

    For models whose methods check the right first and then write with ``sudo``. A model whose
    steps are told apart in another way takes ``aftersales.protected.mixin`` and asks by itself.
    """

    _name = "aftersales.guarded.mixin"
    _inherit = ["aftersales.protected.mixin"]
    _description = "Fields Written by the Superuser Only"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse values of protected fields.

        :raises UserError: naming the fields and what to do instead
        """
        if not self.env.su:
            for vals in vals_list:
                self._check_protected(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Refuse values of protected fields.

        :raises UserError: naming the fields and what to do instead
        """
        if not self.env.su:
            self._check_protected(vals)
        return super().write(vals)
