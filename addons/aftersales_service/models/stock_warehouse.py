# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Domain


class StockWarehouse(models.Model):
    """Each warehouse has a place for customers' goods and its ways in and out (S5)."""

    _inherit = "stock.warehouse"

    customer_goods_location_id = fields.Many2one(
        "stock.location",
        string="Customer Goods",
        check_company=True,
        copy=False,
        help="Where goods of customers stand while they are in the house (S5).",
    )
    goods_in_type_id = fields.Many2one(
        "stock.picking.type",
        string="Customer Goods In",
        check_company=True,
        copy=False,
        help="Transfers by which customers' goods come in.",
    )
    goods_out_type_id = fields.Many2one(
        "stock.picking.type",
        string="Customer Goods Out",
        check_company=True,
        copy=False,
        help="Transfers by which customers' goods go out again.",
    )

    @api.model
    def _create_customer_goods_data(self):
        """Give warehouses that are older than this add-on what they lack; safe to run again."""
        places, kinds = self._get_foreign_goods_fields()
        warehouses = self.with_context(active_test=False).search(
            Domain.OR(Domain(name, "=", False) for name in places + kinds)
        )
        without = warehouses.filtered(lambda warehouse: not all(warehouse[name] for name in places))
        without._create_missing_locations({})
        for warehouse in warehouses:
            vals = warehouse._create_or_update_sequences_and_picking_types()
            if vals:
                warehouse.write(vals)

    @api.model
    def _get_foreign_goods_fields(self):
        """Fields of places and of kinds of transfer for what is not ours. Hook.

        :return: two lists of names
        """
        return ["customer_goods_location_id"], ["goods_in_type_id", "goods_out_type_id"]

    def _get_locations_values(self, vals, code=False):
        values = super()._get_locations_values(vals, code)
        code = (vals.get("code") or code or "").replace(" ", "").upper()
        company_id = vals.get("company_id", self.default_get(["company_id"])["company_id"])
        values["customer_goods_location_id"] = {
            "name": self.env._("Customer Goods"),
            "active": True,
            "usage": "internal",
            "is_customer_goods": True,
            "barcode": self._valid_barcode(f"{code}CUSTGOODS", company_id),
        }
        return values

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name, code)
        name, code = name or self.name, code or self.code
        for field_name, letters, label in (
            ("goods_in_type_id", "CGI", self.env._("%s Sequence customer goods in", name)),
            ("goods_out_type_id", "CGO", self.env._("%s Sequence customer goods out", name)),
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
        values["goods_in_type_id"] = {
            "name": self.env._("Customer Goods In"),
            "code": "incoming",
            "use_create_lots": True,
            "use_existing_lots": True,
            "default_location_src_id": customers and customers.id,
            "default_location_dest_id": self.customer_goods_location_id.id,
            "sequence": next_sequence + 1,
            "sequence_code": "CGI",
            "company_id": self.company_id.id,
        }
        values["goods_out_type_id"] = {
            "name": self.env._("Customer Goods Out"),
            "code": "outgoing",
            "use_create_lots": False,
            "use_existing_lots": True,
            "default_location_src_id": self.customer_goods_location_id.id,
            "default_location_dest_id": customers and customers.id,
            "sequence": next_sequence + 2,
            "sequence_code": "CGO",
            "company_id": self.company_id.id,
        }
        return values, next_sequence + 3

    def _get_picking_type_update_values(self):
        values = super()._get_picking_type_update_values()
        code = self.code.replace(" ", "").upper()
        values["goods_in_type_id"] = {"active": self.active, "barcode": f"{code}CGI"}
        values["goods_out_type_id"] = {"active": self.active, "barcode": f"{code}CGO"}
        return values
