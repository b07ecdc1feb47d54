# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class StockWarehouse(models.Model):
    """Each warehouse has a place for claimed parts and its ways in and out (S17)."""

    _inherit = "stock.warehouse"

    claim_custody_location_id = fields.Many2one(
        "stock.location",
        string="Claim Custody",
        check_company=True,
        copy=False,
        help="Where old parts that are claimed wait for their maker (S17).",
    )
    claim_in_type_id = fields.Many2one(
        "stock.picking.type",
        string="Old Parts In",
        check_company=True,
        copy=False,
        help="Transfers by which old parts come into custody.",
    )
    claim_out_type_id = fields.Many2one(
        "stock.picking.type",
        string="Old Parts Out",
        check_company=True,
        copy=False,
        help="Transfers by which old parts go to their maker, or to scrap.",
    )

    @api.model
    def _get_foreign_places(self):
        return super()._get_foreign_places() | {
            "claim_custody_location_id": {
                "name": self.env._("Claim Custody"),
                "barcode": "CLAIMCUST",
                "is_claim_custody": True,
            }
        }

    @api.model
    def _get_foreign_kinds(self):
        return super()._get_foreign_kinds() | {
            "claim_in_type_id": {
                "name": self.env._("Old Parts In"),
                "code": "incoming",
                "letters": "OPI",
                "place": "claim_custody_location_id",
                "partner": "stock.stock_location_customers",
            },
            "claim_out_type_id": {
                "name": self.env._("Old Parts Out"),
                "code": "outgoing",
                "letters": "OPO",
                "place": "claim_custody_location_id",
                "partner": "stock.stock_location_suppliers",
            },
        }
