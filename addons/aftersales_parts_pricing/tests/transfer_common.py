# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command

from .common import MODULE, PartsCommon


class TransferCommon(PartsCommon):
    """An outlet with a stock of its own, published prices, and the people of a transfer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.env["hr.employee"].create({"name": "Olive Outlet"})
        cls.place = cls.env["stock.location"].create(
            {"name": "Outlet East", "usage": "internal", "company_id": cls.company.id}
        )
        cls.outlet = cls.env["aftersales.outlet"].create(
            {
                "name": "Outlet East",
                "code": "T-EAST",
                "location_id": cls.place.id,
                "manager_id": cls.manager.id,
            }
        )
        cls.part = cls._create_part("general", 10, name="Pump", default_code="T-PUMP")
        cls.other = cls._create_part("general", 4, name="Seal", default_code="T-SEAL")
        cls.policy = cls._create_policy(
            classes={"general": {"markup_percent": 50, "guide_factor": 2}}
        )
        cls._publish(cls.policy)
        for part in cls.part | cls.other:
            cls._put_in_stock(part, 100)
        cls.asker = cls._user("asker", f"{MODULE}.group_transfer_requester")
        cls.outlet.parts_user_ids = cls.asker
        cls.approver = cls._user("approver", f"{MODULE}.group_transfer_approver")
        cls.keeper = cls._user("keeper", "stock.group_stock_user")
        cls.transit = cls.warehouse.parts_transit_loc_id

    @classmethod
    def _request(cls, quantities=None, step="ship", user=None, **vals):
        """A draft transfer, entered as its user would."""
        env = cls.env(user=user or cls.asker)
        pickings = env["stock.picking"].with_context(parts_step=step)
        picking = pickings.create({"outlet_id": cls.outlet.id} | vals)
        picking._add_parts_lines({cls.part: 10} if quantities is None else quantities)
        return picking

    @classmethod
    def _approve(cls, picking, cuts=None, user=None):
        """Through the wizard, as an approver."""
        wizard = (
            cls.env["parts.transfer.approval"]
            .with_user(user or cls.approver)
            .create({"picking_id": picking.id})
        )
        for line in wizard.line_ids:
            line.write((cuts or {}).get(line.product_id, {}))
        wizard.action_approve()
        return picking.with_user(cls.keeper)

    @classmethod
    def _ship(cls, quantities=None):
        """A request that was approved and shipped whole; returns (shipment, receipt)."""
        shipment = cls._approve(cls._request(quantities))
        shipment.button_validate()
        return shipment, cls._get_receipts(shipment)

    @classmethod
    def _get_receipts(cls, picking):
        return picking.sudo().move_ids.move_dest_ids.picking_id.with_user(cls.keeper)

    def _receive(self, receipt, quantity, user=None):
        """Receive some pieces of a receipt with one line."""
        receipt = receipt.with_user(user or self.asker)
        moves = receipt.move_ids.filtered(lambda move: move.state != "done")
        moves.write({"quantity": quantity, "picked": True})
        return receipt.button_validate()

    def _report(self, receipt, quantity=1, kind="missing", user=None, **vals):
        return (
            self.env["parts.transfer.difference"]
            .with_user(user or self.asker)
            .create(
                {
                    "picking_id": receipt.id,
                    "move_id": receipt.move_ids.filtered(
                        lambda move: move.state not in ("done", "cancel")
                    )[:1].id,
                    "quantity": quantity,
                    "kind": kind,
                    "reason": "Box torn open",
                }
                | vals
            )
        )

    def _held(self, location, product=None):
        """Pieces in a place, by the books."""
        quants = self.env["stock.quant"].search(
            [
                ("location_id", "child_of", location.id),
                ("product_id", "=", (product or self.part).id),
            ]
        )
        return sum(quants.mapped("quantity"))

    def _get_open(self, product=None):
        """Rows of what is on the way, as the storekeeper sees them."""
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.env["parts.transfer.open"]
            .with_user(self.keeper)
            .search([("product_id", "=", (product or self.part).id)])
        )

    def assertClosed(self, product=None):
        """What lies on the way is exactly what is open."""
        rows = self._get_open(product)
        self.assertEqual(self._held(self.transit, product), sum(rows.mapped("quantity")))

    @classmethod
    def _many(cls, number):
        """Parts of a category of their own with stock, for counting queries."""
        category = cls.env["product.category"].create({"name": "Many parts"})
        parts = cls.env["product.product"].create(
            [
                {
                    "name": f"Part {index}",
                    "default_code": f"T-{index:04}",
                    "type": "consu",
                    "is_storable": True,
                    "part_class": "general",
                    "is_serviceable": True,
                    "standard_price": 5,
                    "categ_id": category.id,
                }
                for index in range(number)
            ]
        )
        cls.env["stock.quant"].create(
            [{"product_id": part.id, "location_id": cls.stock.id, "quantity": 50} for part in parts]
        )
        return parts

    @classmethod
    def _lines(cls, parts, quantity=2, **vals):
        return [
            Command.create(
                {
                    "product_id": part.id,
                    "product_uom_qty": quantity,
                    "product_uom": part.uom_id.id,
                }
                | vals
            )
            for part in parts
        ]
