# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.fields import Command

from .common import ServiceCommon


class CustodyCommon(ServiceCommon):
    """A maker who pays for parts and wants the old ones, and a storekeeper."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Old parts only: what the checklists ask is tested with them.
        cls.env["aftersales.checklist"].search([]).active = False
        cls.storekeeper = cls._user("t_store", "stock.group_stock_user")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.custody = cls.warehouse.claim_custody_location_id
        cls.stock = cls.warehouse.lot_stock_id
        cls.maker = cls.env["res.partner"].create(
            {"name": "T maker", "street": "5 Works Road", "city": "Makerton"}
        )
        cls.env["stock.quant"]._update_available_quantity(cls.part, cls.stock, 20)

    @classmethod
    def _covered_job(cls, product=None, quantity=1.0, maker=None, **values):
        """A job in progress with a part that a maker pays for and whose old one he wants."""
        line = cls._line(product or cls.part, quantity, **values.pop("line", {}))
        voucher = cls._job(line_ids=[line], **values)
        cls._cover(voucher.line_ids, maker or cls.maker)
        return voucher

    @classmethod
    def _cover(cls, line, maker, **values):
        category = line.product_id.categ_id
        if not category:
            category = line.product_id.categ_id = cls.env["product.category"].create(
                {"name": "T family of parts"}
            )
        category.old_parts_come_back = True
        line.cover_ids.unlink()
        return cls.env["aftersales.cover"].create(
            {
                "voucher_line_id": line.id,
                "payer": "maker",
                "payer_partner_id": maker.id,
                "share": 100.0,
                "clause": "T clause",
                "is_manual": True,
                "reason": "T reason",
                **values,
            }
        )

    @classmethod
    def _owed(cls, product=None, at=None, **values):
        """An old part that is owed, of a job that is done."""
        voucher = cls._covered_job(product, **values)
        return cls._finish(voucher, at).part_return_ids

    @classmethod
    def _held(cls, product=None, **values):
        """An old part in custody."""
        part = cls._owed(product, **values)
        part._take_in(cls.warehouse)
        return part

    @classmethod
    def _transfer(cls, product, source, dest, quantity=1.0, **values):
        """A transfer that is ready to be validated."""
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": cls.warehouse.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": dest.id,
                        }
                    )
                ],
                **values,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        return picking

    def _other_part(self):
        return self.env["product.product"].create(
            {"name": "T second part", "type": "consu", "is_storable": True}
        )

    def _quants(self, owner=None):
        return self.env["stock.quant"].search(
            [
                ("owner_id", "=", (owner or self.maker).id),
                ("company_id", "=", self.company.id),
                ("location_id.usage", "=", "internal"),
                ("quantity", "!=", 0),
            ]
        )
