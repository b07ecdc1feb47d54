# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Domain


class StockWarehouse(models.Model):
    """Each warehouse has a place for customers' goods and its ways in and out (S5).

    What is not ours is described by two hooks, its places and its kinds of transfer; all the rest
    of a warehouse's set-up follows from them.
    """

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
        places, kinds = self._get_foreign_places(), self._get_foreign_kinds()
        warehouses = self.with_context(active_test=False).search(
            Domain.OR(Domain(name, "=", False) for name in [*places, *kinds])
        )
        without = warehouses.filtered(lambda warehouse: not all(warehouse[name] for name in places))
        without._create_missing_locations({})
        for warehouse in warehouses:
            vals = warehouse._create_or_update_sequences_and_picking_types()
            if vals:
                warehouse.write(vals)

    @api.model
    def _get_foreign_places(self):
        """Places for what is not ours. Hook.

        :return: dict {field: values of its location, with the letters of its ``barcode``}
        """
        return {
            "customer_goods_location_id": {
                "name": self.env._("Customer Goods"),
                "barcode": "CUSTGOODS",
            }
        }

    @api.model
    def _get_foreign_kinds(self):
        """Kinds of transfer for what is not ours. Hook.

        :return: dict {field: dict of ``name``, ``letters`` of its numbers, ``place`` (field of the
            place at our end) and ``partner`` (external id of the location at the other end);
            ``code`` is incoming or outgoing}
        """
        return {
            "goods_in_type_id": {
                "name": self.env._("Customer Goods In"),
                "code": "incoming",
                "letters": "CGI",
                "place": "customer_goods_location_id",
                "partner": "stock.stock_location_customers",
            },
            "goods_out_type_id": {
                "name": self.env._("Customer Goods Out"),
                "code": "outgoing",
                "letters": "CGO",
                "place": "customer_goods_location_id",
                "partner": "stock.stock_location_customers",
            },
        }

    def _get_locations_values(self, vals, code=False):
        values = super()._get_locations_values(vals, code)
        code = (vals.get("code") or code or "").replace(" ", "").upper()
        company_id = vals.get("company_id", self.default_get(["company_id"])["company_id"])
        for name, place in self._get_foreign_places().items():
            barcode = self._valid_barcode(f"{code}{place['barcode']}", company_id)
            values[name] = {
                "active": True,
                "usage": "internal",
                "is_customer_goods": True,
                **place,
                "barcode": barcode,
            }
        return values

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name, code)
        name, code = name or self.name, code or self.code
        for field_name, kind in self._get_foreign_kinds().items():
            letters = self[field_name].sequence_code or kind["letters"]
            values[field_name] = {
                "name": self.env._(
                    "%(warehouse)s Sequence %(kind)s", warehouse=name, kind=kind["name"].lower()
                ),
                "prefix": f"{code}/{letters}/",
                "padding": 5,
                "company_id": self.company_id.id,
            }
        return values

    def _get_picking_type_create_values(self, max_sequence):
        values, sequence = super()._get_picking_type_create_values(max_sequence)
        for name, kind in self._get_foreign_kinds().items():
            sequence += 1
            here = self[kind["place"]].id
            there = self.env.ref(kind["partner"], raise_if_not_found=False)
            there = there and there.id
            comes_in = kind["code"] == "incoming"
            values[name] = {
                "name": kind["name"],
                "code": kind["code"],
                "use_create_lots": comes_in,
                "use_existing_lots": True,
                "default_location_src_id": there if comes_in else here,
                "default_location_dest_id": here if comes_in else there,
                "sequence": sequence,
                "sequence_code": kind["letters"],
                "company_id": self.company_id.id,
            }
        return values, sequence + 1

    def _get_picking_type_update_values(self):
        values = super()._get_picking_type_update_values()
        code = self.code.replace(" ", "").upper()
        for name, kind in self._get_foreign_kinds().items():
            values[name] = {"active": self.active, "barcode": f"{code}{kind['letters']}"}
        return values
