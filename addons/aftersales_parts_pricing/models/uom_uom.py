# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import UserError


class UomUom(models.Model):
    """A unit that prices were published in stays, also when its parts have another one now."""

    _inherit = "uom.uom"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        """:raise UserError: naming the unit that published or proposed prices are in"""
        # Units that refer to a deleted one go with it.
        # sudo: whoever keeps units need not read prices.
        units = self.sudo().with_context(active_test=False).search([("id", "child_of", self.ids)])
        for model in ("parts.price", "parts.price.publication.line"):
            found = self.env[model].sudo().search([("uom_id", "in", units.ids)], limit=1)
            if found:
                raise UserError(
                    self.env._(
                        "Prices are published or proposed per “%(unit)s”: archive the unit instead "
                        "of deleting it.",
                        unit=found.uom_id.name,
                    )
                )
