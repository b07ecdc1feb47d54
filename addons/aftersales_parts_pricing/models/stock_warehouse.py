# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

# Fields of the warehouse with the operation types of transfers, each with its step.
TRANSFER_TYPES = {
    "parts_ship_type_id": "ship",
    "parts_receive_type_id": "receive",
    "parts_return_type_id": "return",
    "parts_old_type_id": "old",
}


class StockWarehouse(models.Model):
    """Each warehouse can send parts to outlets and take them back without further set-up (P11)."""

    _inherit = "stock.warehouse"

    parts_transit_loc_id = fields.Many2one(
        "stock.location",
        string="On the Way to and from Outlets",
        check_company=True,
        copy=False,
        help="Where pieces lie between shipping and receipt. Only transfers move them (P11).",
    )
    parts_old_loc_id = fields.Many2one(
        "stock.location",
        string="Old Parts",
        check_company=True,
        copy=False,
        help="Where old parts of customers arrive; they stay their owner's and have no value.",
    )
    parts_ship_type_id = fields.Many2one(
        "stock.picking.type", string="Outlet Transfers", check_company=True, copy=False
    )
    parts_receive_type_id = fields.Many2one(
        "stock.picking.type", string="Transfer Receipts", check_company=True, copy=False
    )
    parts_return_type_id = fields.Many2one(
        "stock.picking.type", string="Returns from Outlets", check_company=True, copy=False
    )
    parts_old_type_id = fields.Many2one(
        "stock.picking.type", string="Returns of Old Parts", check_company=True, copy=False
    )
    parts_route_id = fields.Many2one(
        "stock.route",
        string="Route of Outlet Transfers",
        check_company=True,
        copy=False,
        help="Its push rule makes the receipt of exactly what was shipped.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new warehouse comes with its transfers."""
        warehouses = super().create(vals_list)
        warehouses._create_missing_parts_transfers()
        return warehouses

    @api.model
    def _create_parts_transfers_everywhere(self):
        """Set up the warehouses of all companies; called at each installation and upgrade."""
        self.with_context(active_test=False).search(
            [("company_id", "!=", False)]
        )._create_missing_parts_transfers()

    def _create_missing_parts_transfers(self):
        """Places, operation types and route of transfers, where a warehouse lacks them."""
        # sudo: who opens a warehouse need not hold rights on sequences and routes.
        for warehouse in self.sudo():
            warehouse = warehouse.with_company(warehouse.company_id)
            warehouse._create_missing_parts_places()
            warehouse._create_missing_parts_types()
            if not warehouse.parts_route_id:
                route = self.env["stock.route"].sudo().create(warehouse._get_parts_route_vals())
                warehouse.parts_route_id = route

    def _create_missing_parts_places(self):
        """Places that lie beside the warehouse: what is there is not for sale."""
        places = {
            "parts_transit_loc_id": {
                "name": self.env._("%(code)s: on the way to outlets", code=self.code),
                "usage": "transit",
                "is_parts_transit": True,
            },
            "parts_old_loc_id": {
                "name": self.env._("%(code)s: old parts", code=self.code),
                "usage": "internal",
            },
        }
        for name, vals in places.items():
            if not self[name]:
                vals["company_id"] = self.company_id.id
                self[name] = self.env["stock.location"].create(vals)

    def _create_missing_parts_types(self):
        vals_by_name = self._get_parts_type_vals()
        for name in vals_by_name:
            if not self[name]:
                self[name] = self.env["stock.picking.type"].create(vals_by_name[name])
        if "parts_receive_type_id" in vals_by_name:
            self.parts_receive_type_id.return_picking_type_id = self.parts_return_type_id

    def _get_parts_type_vals(self):
        """{field of the warehouse: values of its operation type}. Hook: add your own."""
        customers, __ = self._get_partner_locations()
        stock, transit = self.lot_stock_id, self.parts_transit_loc_id
        terms = {
            "parts_ship_type_id": (self.env._("Outlet Transfers"), "OTR", stock, transit),
            "parts_receive_type_id": (self.env._("Transfer Receipts"), "ORC", transit, stock),
            "parts_return_type_id": (self.env._("Returns from Outlets"), "ORT", stock, transit),
            "parts_old_type_id": (self.env._("Returns of Old Parts"), "OLD", customers, transit),
        }
        # A receipt always keeps what is open; what is sent back is what the list says.
        backorders = {"parts_receive_type_id": "always", "parts_ship_type_id": "ask"}
        return {
            name: self._get_parts_one_type_vals(*terms[name])
            | {
                "parts_transfer_step": step,
                "create_backorder": backorders.get(name, "never"),
                "code": "incoming" if step == "old" else "internal",
                "use_create_lots": step == "old",
            }
            for name, step in TRANSFER_TYPES.items()
        }

    def _get_parts_one_type_vals(self, name, code, location, location_dest):
        """Values that all operation types of transfers share."""
        return {
            "name": name,
            "sequence_code": code,
            "code": "internal",
            "default_location_src_id": location.id,
            "default_location_dest_id": location_dest.id,
            "warehouse_id": self.id,
            "company_id": self.company_id.id,
            "use_existing_lots": True,
            "sequence": 50,
        }

    def _get_parts_route_vals(self):
        """A push rule from the way to where the transfer ends; only transfers take this route."""
        return {
            "name": self.env._("%(warehouse)s: outlet transfers", warehouse=self.name),
            "company_id": self.company_id.id,
            "product_selectable": False,
            "product_categ_selectable": False,
            "warehouse_selectable": False,
            "rule_ids": [
                fields.Command.create(
                    {
                        "name": self.env._("%(code)s: receive transfer", code=self.code),
                        "action": "push",
                        "auto": "manual",
                        "location_src_id": self.parts_transit_loc_id.id,
                        "location_dest_id": self.lot_stock_id.id,
                        "picking_type_id": self.parts_receive_type_id.id,
                        "company_id": self.company_id.id,
                    }
                )
            ],
        }
