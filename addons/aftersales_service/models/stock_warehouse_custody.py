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
    def _get_foreign_goods_fields(self):
        places, kinds = super()._get_foreign_goods_fields()
        return (
            [*places, "claim_custody_location_id"],
            [*kinds, "claim_in_type_id", "claim_out_type_id"],
        )

    def _get_locations_values(self, vals, code=False):
        values = super()._get_locations_values(vals, code)
        code = (vals.get("code") or code or "").replace(" ", "").upper()
        company_id = vals.get("company_id", self.default_get(["company_id"])["company_id"])
        values["claim_custody_location_id"] = {
            "name": self.env._("Claim Custody"),
            "active": True,
            "usage": "internal",
            "is_claim_custody": True,
            "is_customer_goods": True,
            "barcode": self._valid_barcode(f"{code}CLAIMCUST", company_id),
        }
        return values

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name, code)
        name, code = name or self.name, code or self.code
        for field_name, letters, label in (
            ("claim_in_type_id", "OPI", self.env._("%s Sequence old parts in", name)),
            ("claim_out_type_id", "OPO", self.env._("%s Sequence old parts out", name)),
        ):
            letters = self[field_name].sequence_code or letters
            values[field_name] = {
                "name": label,
                "prefix": f"{code}/{letters}/",
                "padding": 5,
                "company_id": self.company_id.id,
            }
        return values

    def _get_picking_type_create_values(self, max_sequence):
        values, next_sequence = super()._get_picking_type_create_values(max_sequence)
        customers = self.env.ref("stock.stock_location_customers", raise_if_not_found=False)
        suppliers = self.env.ref("stock.stock_location_suppliers", raise_if_not_found=False)
        values["claim_in_type_id"] = {
            "name": self.env._("Old Parts In"),
            "code": "incoming",
            "use_create_lots": True,
            "use_existing_lots": True,
            "default_location_src_id": customers and customers.id,
            "default_location_dest_id": self.claim_custody_location_id.id,
            "sequence": next_sequence + 1,
            "sequence_code": "OPI",
            "company_id": self.company_id.id,
        }
        values["claim_out_type_id"] = {
            "name": self.env._("Old Parts Out"),
            "code": "outgoing",
            "use_create_lots": False,
            "use_existing_lots": True,
            "default_location_src_id": self.claim_custody_location_id.id,
            "default_location_dest_id": suppliers and suppliers.id,
            "sequence": next_sequence + 2,
            "sequence_code": "OPO",
            "company_id": self.company_id.id,
        }
        return values, next_sequence + 3

    def _get_picking_type_update_values(self):
        values = super()._get_picking_type_update_values()
        code = self.code.replace(" ", "").upper()
        values["claim_in_type_id"] = {"active": self.active, "barcode": f"{code}OPI"}
        values["claim_out_type_id"] = {"active": self.active, "barcode": f"{code}OPO"}
        return values
