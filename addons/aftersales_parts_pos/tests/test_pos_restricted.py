# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import PartsPosCommon


@tagged("post_install", "-at_install")
class TestPosRestricted(PartsPosCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.core = cls._create_part("restricted", 10, name="Control board", barcode="PPOS-CORE")
        cls.core_template = cls.core.product_tmpl_id
        cls.session = cls._open_session()

    def _loaded_ids(self):
        data = self.session.load_data([])
        return {
            model: {values["id"] for values in data[model]}
            for model in ("product.template", "product.product")
        }

    def test_P2_never_loaded_searched_or_scanned(self):
        # Past the constraint, as a database that was there before this add-on may have it.
        self.env.flush_all()
        self.core_template._write({"available_in_pos": True, "sale_ok": True})
        self.core_template.invalidate_recordset()
        loaded = self._loaded_ids()
        self.assertIn(self.part.id, loaded["product.product"])
        self.assertNotIn(self.core.id, loaded["product.product"])
        self.assertNotIn(self.core_template.id, loaded["product.template"])
        for domain in (
            [("id", "=", self.core_template.id)],
            [("name", "ilike", "Control board")],
            [("product_variant_ids.barcode", "in", ["PPOS-CORE"])],
        ):
            found = self.core_template.load_product_from_pos(self.config.id, domain)
            self.assertFalse(found["product.template"] or found["product.product"])

    def test_P2_not_by_way_of_a_combination(self):
        combo = self.env["product.combo"].create(
            {
                "name": "Set",
                "combo_item_ids": [
                    Command.create({"product_id": product.id}) for product in self.core | self.part
                ],
            }
        )
        items = self._load(combo.combo_item_ids)
        self.assertEqual({values["product_id"] for values in items.values()}, {self.part.id})

    def test_P2_not_offered_at_the_counter(self):
        with self.assertRefused(ValidationError, "Control board.*untick “Point of Sale”"):
            self.core_template.available_in_pos = True
        self.part.part_class = "restricted"
        self.assertFalse(self.part.available_in_pos)

    def test_P2_what_becomes_restricted_leaves_the_browser(self):
        templates, products = self.part.product_tmpl_id, self.part
        asked = {"product.template": templates.ids, "product.product": products.ids}
        kept = self.session.filter_local_data(asked)
        self.assertEqual(kept, {"product.template": [], "product.product": []})
        self.part.part_class = "restricted"
        self.assertEqual(self.session.filter_local_data(asked), asked)

    def test_P2_old_orders_keep_the_name_alone(self):
        self._sync(self._ui_order(self.session, self.part))
        self.part.barcode = "PPOS-FAN"
        self.part.part_class = "restricted"
        template = self.part.product_tmpl_id
        found = template.with_context(load_archived=True).load_product_from_pos(
            self.config.id, [("id", "=", template.id)]
        )
        values = found["product.template"][0]
        self.assertEqual(values["name"], "Fan")
        self.assertFalse(values["list_price"] or values["standard_price"] or values["barcode"])
        self.assertFalse(values["available_in_pos"] or values["pos_published_prices"]["lists"])
        self.assertFalse(found["product.product"][0]["barcode"])

    def test_P2_order_over_rpc_is_refused(self):
        for state in ("draft", "paid"):
            with self.assertRefused(ValidationError, "Control board: restricted core parts.*sold"):
                self._sync(self._ui_order(self.session, self.core, state=state))

    def test_P2_line_over_rpc_is_refused(self):
        order = self._sync(self._ui_order(self.session, self.part, state="draft"))
        vals = {"product_id": self.core.id, "price_subtotal": 0, "price_subtotal_incl": 0}
        with self.assertRefused(ValidationError, "Control board"):
            self.env["pos.order.line"].create({"order_id": order.id} | vals)
        with self.assertRefused(ValidationError, "Control board"):
            order.lines.product_id = self.core

    def test_P2_order_of_what_became_restricted_is_not_paid(self):
        """Core swallows the guard's refusal of the transfer: the order itself must stop."""
        sent = self._ui_order(self.session, self.part, state="draft")
        order = self._sync(sent)
        self.part.part_class = "restricted"
        paid = self._ui_order(self.session, self.part, uuid=sent["uuid"]) | {"lines": []}
        with self.assertRefused(ValidationError, "Fan: restricted"):
            self._sync(paid)
        self.assertEqual(order.state, "draft")

    def test_P2_refund_is_refused(self):
        order = self._sync(self._ui_order(self.session, self.part))
        self.part.part_class = "restricted"
        with self.assertRefused(ValidationError, "neither sold nor taken back"):
            order.refund()
        back = self._ui_order(self.session, self.part, quantity=-1.0)
        back["lines"][0][2]["refunded_orderline_id"] = order.lines.id
        with self.assertRefused(ValidationError, "neither sold nor taken back"):
            self._sync(back)
