# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class StockWarehouse(models.Model):
    """Each warehouse has a place for units that were replaced or taken back (S16)."""

    _inherit = "stock.warehouse"

    taken_back_location_id = fields.Many2one(
        "stock.location",
        string="Units Taken Back",
        check_company=True,
        copy=False,
        help="Where units stand that were replaced or refunded under warranty: without value, in "
        "the name of the customer who gave them back, until they are scrapped or sent to their "
        "maker.",
    )

    @api.model
    def _get_foreign_places(self):
        return super()._get_foreign_places() | {
            "taken_back_location_id": {
                "name": self.env._("Units Taken Back"),
                "barcode": "TAKENBACK",
            }
        }
