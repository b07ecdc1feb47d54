# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import io

import openpyxl
from lxml import html

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_parts_pricing.controllers.portal import PartsPortal

from .portal import SECRET_COST, PortalCommon

#: Every page that a dealer opens; {…} is another dealer's or an unknown record.
PAGES = (
    "/my/parts",
    "/my/parts/list.csv",
    "/my/parts/list.xlsx",
    "/my/parts/cart",
    "/my/parts/deliveries",
    "/my/parts/deliveries/page/1",
    "/my/parts/deliveries/{delivery}",
    "/my/parts/ordered/{order}",
)
POSTS = (
    "/my/parts/cart/add",
    "/my/parts/cart/update",
    "/my/parts/cart/order",
    "/my/parts/deliveries/{delivery}/return",
)


@tagged("post_install", "-at_install")
class TestPartsPortal(PortalCommon, HttpCase):
    """A dealer's login sees that dealer's prices and records and no one else's, by any route."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_in_stock(cls.pump, 40)
        cls.order_b = cls._sold(cls.dealer_b, cls.list_b, 7)
        cls.order_a = cls._sold(cls.dealer, cls.list_a, 5)

    @classmethod
    def _sold(cls, dealer, pricelist, quantity):
        order = cls.env["sale.order"].create(
            {
                "partner_id": dealer.id,
                "pricelist_id": pricelist.id,
                "order_line": [
                    (0, 0, {"product_id": cls.pump.id, "product_uom_qty": quantity}),
                    (0, 0, {"product_id": cls.seal.id, "product_uom_qty": quantity}),
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        pump = picking.move_ids.filtered(lambda move: move.product_id == cls.pump)
        pump.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        return order

    def _ids(self, order):
        return {"delivery": self._delivery(order).id, "order": order.id}

    def _delivery(self, order):
        return order.picking_ids.filtered(lambda picking: picking.state == "done")

    def _open(self, url):
        response = self.url_open(url)
        if response.headers["Content-Type"].startswith("application/vnd"):
            book = openpyxl.load_workbook(io.BytesIO(response.content))
            rows = [[str(cell) for cell in row] for row in book.active.values]
            return response, "\n".join(" ".join(row) for row in rows)
        return response, response.text.replace(",", "")

    def _post(self, url, **data):
        page = html.fromstring(self.url_open("/my/parts").text)
        token = page.xpath("//input[@name='csrf_token']/@value")[0]
        return self.url_open(url, data={"csrf_token": token} | data)

    def _money(self, amount):
        return f"{amount:.2f}"

    def assertTellsNoSecret(self, text):
        self.assertNotIn(self._money(SECRET_COST), text)
        self.assertNotIn(self._money(self.price_b), text)
        self.assertNotIn("Secret controller", text)
        self.assertNotIn("QX-100/9", text)
        self.assertNotIn("Newcomer of the test", text)
        self.assertNotIn(self.dealer_b.name, text)
        self.assertNotIn(self.order_b.name, text)

    def test_P9_every_route_is_tried_here(self):
        routes = set()
        for name in dir(PartsPortal):
            routing = getattr(getattr(PartsPortal, name), "original_routing", None)
            if routing and getattr(PartsPortal, name).__module__ == PartsPortal.__module__:
                routes |= set(routing["routes"])
        tried = {
            page.replace("{delivery}", "<int:picking_id>")
            .replace("{order}", "<int:order_id>")
            .replace("page/1", "page/<int:page>")
            for page in PAGES + POSTS
        }
        self.assertEqual(routes, tried)
        self.assertTrue(http.root)

    def test_P9_owner_sees_its_prices_on_every_page(self):
        """What others must not see stands on its owner's pages: else nothing is proved."""
        self.authenticate("parts_dealer_b", "parts_dealer_b")
        for page in ("/my/parts", "/my/parts/list.csv", "/my/parts/list.xlsx"):
            text = self._open(page)[1]
            self.assertIn(f"{self.price_b:.2f}".rstrip("0"), text, page)
        self.assertIn(self.order_b.name, self._open("/my/parts/deliveries")[1])
        page = PAGES[6].format(**self._ids(self.order_b))
        self.assertIn("QX-100/1", self._open(page)[1])

    def test_P9_pages_show_a_dealer_its_own(self):
        self.authenticate("parts_dealer_a", "parts_dealer_a")
        for page in PAGES:
            with self.subTest(page):
                response, text = self._open(page.format(**self._ids(self.order_a)))
                self.assertEqual(response.status_code, 200)
                self.assertTellsNoSecret(text)
        for query in ("Secret", "QX-100/9", "QX-100/8", "Newcomer", "'%22<script>", "%00", "%25"):
            page = html.fromstring(
                self.url_open(f"/my/parts?q={query}&page=1&added={self.core.id}").text
            )
            self.assertTrue(page.xpath("//*[@name='nothing']") or query == "%00", query)
            self.assertFalse(
                page.xpath("//*[@name='added'] | //script[contains(text(), 'Secret')]")
            )
            self.assertLessEqual(
                set(page.xpath("//*[@name='parts']//@data-part")), {"QX-100/1", "QX-100/2"}
            )
        text = self._open("/my/parts?q=qx1001")[1]
        self.assertIn(self._money(self.price_a), text)
        self.assertIn(self._money(self.guide_price), text)
        self.assertIn('data-light="green"', text)
        # 40 pieces, 12 of them shipped: nobody is told that 28 are left.
        shown = html.fromstring(text).xpath("string(//ul[@name='parts'])")
        self.assertNotRegex(shown, r"(?<![\d.])28(?!\d)")

    def test_P9_records_of_another_dealer_do_not_exist(self):
        self.authenticate("parts_dealer_a", "parts_dealer_a")
        for ids in (self._ids(self.order_b), {"delivery": 0, "order": 0}):
            for page in PAGES[6:]:
                response, text = self._open(page.format(**ids))
                self.assertIn(response.url.rsplit("/my", 1)[1], ("/parts/deliveries", "/parts"))
                self.assertTellsNoSecret(text)
        move = self._delivery(self.order_b).move_ids[0]
        for delivery in (self._delivery(self.order_b), self._delivery(self.order_a)):
            self._post(
                f"/my/parts/deliveries/{delivery.id}/return",
                move_id=move.id,
                quantity=1,
                reason="wrong",
            )
        self.assertFalse(self.env["parts.return.request"].search([("move_id", "=", move.id)]))

    def test_P2_P9_part_that_is_not_on_the_list_is_not_bought(self):
        self.authenticate("parts_dealer_a", "parts_dealer_a")
        freight = self.env["product.product"].create({"name": "Fee", "type": "service"})
        for product_id in (self.core.id, self.unpriced.id, freight.id, 0, 10**12, "x", -1):
            for url in POSTS[:2]:
                response = self._post(url, product_id=product_id, quantity=1)
                self.assertIn("not on your list", response.text)
                self.assertTellsNoSecret(response.text.replace(",", ""))
        self.assertFalse(self.env["parts.cart.line"].search([("user_id", "=", self.user_a.id)]))

    def test_P9_strangers_are_sent_away(self):
        farm = self.env["res.partner"].create({"name": "Farm", "is_company": True})
        self._create_portal_user(farm, "parts_farm")
        ids = self._ids(self.order_a)
        for login in (None, "parts_farm"):
            self.authenticate(login, login)
            for page in PAGES:
                for token in ("", "?access_token=", f"?access_token={self.order_a.access_token}"):
                    response, text = self._open(page.format(**ids) + token)
                    self.assertRegex(response.url, "/my/?(home)?$" if login else "/web/login")
                    self.assertNotIn("QX-100/1", text)
                    self.assertNotIn(self._money(self.price_a), text)

    def test_P9_forms_ask_for_their_token_and_post(self):
        self.authenticate("parts_dealer_a", "parts_dealer_a")
        ids = self._ids(self.order_a)
        with mute_logger("odoo.http"):
            for url in POSTS:
                url = url.format(**ids)
                response = self.url_open(url, data={"product_id": self.pump.id, "quantity": 1})
                self.assertEqual(response.status_code, 400, url)
                self.assertEqual(self.url_open(url).status_code, 405, url)
        self.assertFalse(self.env["parts.cart.line"].search([("user_id", "=", self.user_a.id)]))

    def test_P9_records_by_rpc(self):
        """By RPC: no right on any model of parts and products, and no figure of ours on orders."""
        self.authenticate("parts_dealer_a", "parts_dealer_a")
        models = sorted(name for name in self.env if name.startswith("parts."))
        self.assertGreater(len(models), 10)
        models += ["product.product", "product.template", "product.pricelist", "stock.quant"]
        methods = (
            ("search_read", [[]]),
            ("web_search_read", [[], {"id": {}}]),
            ("read", [[1]]),
            ("formatted_read_group", [[], [], ["__count"]]),
            ("export_data", [[1], ["id"]]),
            ("name_search", [""]),
            ("create", [{}]),
            ("write", [[1], {}]),
        )
        with mute_logger("odoo.http", "odoo.models", "odoo.addons.base.models.ir_model"):
            for model in models:
                for method, arguments in methods:
                    answer = self._rpc(model, method, arguments)
                    self.assertIn("error", answer, f"{model}.{method}")
            for name in (
                *("guide_price_unit", "dealer_margin", "dealer_margin_percent"),
                *("superseding_product_id",),
            ):
                for order in (self.order_a, self.order_b):
                    answer = self._rpc("sale.order.line", "read", [order.order_line.ids, [name]])
                    self.assertIn("error", answer, name)
            for name in ("parts_warning", "dealer_margin", "guide_amount"):
                self.assertIn(
                    "error", self._rpc("sale.order", "read", [self.order_a.ids, [name]]), name
                )
            for method in ("_get_entries", "_search_parts", "_get_terms", "_put"):
                self.assertIn("error", self._rpc("parts.catalogue", method, [[]]))
            self.assertIn(
                "error", self._rpc("sale.order", "action_replace_superseded", [self.order_a.ids])
            )

    # ------------------------------------------------------------------
    # The dealer's way
    # ------------------------------------------------------------------

    def test_P9_dealer_orders_and_sends_back(self):
        self.company.parts_portal_order_mode = "sale"
        self.authenticate("parts_dealer_a", "parts_dealer_a")
        response = self._post(
            "/my/parts/cart/add", product_id=self.pump.id, quantity="2", q="pump", page=1
        )
        self.assertIn(
            "QX-100/1", html.fromstring(response.text).xpath("string(//*[@name='added'])")
        )
        self._post("/my/parts/cart/add", product_id=self.pump.id, quantity="1")
        self._post("/my/parts/cart/add", product_id=self.seal.id, quantity="9")
        response = self._post("/my/parts/cart/update", product_id=self.seal.id, remove="1")
        cart = html.fromstring(response.text)
        self.assertEqual(cart.xpath("//ul[@name='cart']/li/@data-part"), ["QX-100/1"])
        self.assertIn(
            self._money(3 * self.price_a), cart.xpath("string(//*[@name='total'])").replace(",", "")
        )
        wrong = self._post("/my/parts/cart/update", product_id=self.pump.id, quantity="two")
        self.assertIn("no quantity", wrong.text)
        response = self._post(
            "/my/parts/cart/order",
            reference="PO 99",
            note="<b>Soon</b>",
            address_id=self.dealer_b.id,
        )
        order = self.env["sale.order"].search([("client_order_ref", "=", "PO 99")])
        self.assertTrue(response.url.endswith(f"/my/parts/ordered/{order.id}"))
        self.assertEqual((order.state, order.partner_id), ("sale", self.dealer))
        self.assertEqual(order.partner_shipping_id, self.dealer)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [3])
        self.assertIn("empty", self._post("/my/parts/cart/order").text)
        page = html.fromstring(self.url_open("/my/parts/deliveries").text)
        self.assertIn("QX-100/2", page.xpath("//ul[@name='open']/li/@data-part"))
        self.assertEqual(page.xpath("string((//*[@name='open_quantity'])[1])"), "5")
        delivery = self._delivery(self.order_a)
        move = delivery.move_ids.filtered(lambda one: one.product_id == self.pump)
        url = f"/my/parts/deliveries/{delivery.id}/return"
        refused = self._post(url, move_id=move.id, quantity="6", reason="wrong")
        self.assertIn("5 of this delivery can still be sent back", refused.text)
        for reason in ("", "because"):
            self.assertIn(
                "choose a reason", self._post(url, move_id=move.id, quantity=1, reason=reason).text
            )
        self._post(url, move_id=move.id, quantity="2", reason="damaged", note="Dented")
        request = self.env["parts.return.request"].search([("move_id", "=", move.id)])
        self.assertEqual((request.quantity, request.reason), (2, "damaged"))
        self.assertEqual(
            (request.partner_id, request.contact_id), (self.dealer, self.user_a.partner_id)
        )
        self.assertIn(request.name, self.url_open("/my/parts/deliveries").text)

    def test_P9_part_no_longer_sold_leads_to_the_new_one(self):
        self.env["parts.supersession"].create(
            {
                "old_product_id": self.pump.id,
                "product_id": self.seal.id,
                "reason": "Bulletin",
                "use_up_stock": False,
            }
        )
        self.authenticate("parts_dealer_a", "parts_dealer_a")
        response = self._post("/my/parts/cart/add", product_id=self.pump.id, quantity="2")
        self.assertIn(
            "QX-100/2", html.fromstring(response.text).xpath("string(//*[@name='added'])")
        )

    def test_P9_pages_work_by_keyboard_and_for_readers(self):
        """Native controls, each with its label; one heading; nothing on hover only."""
        self.authenticate("parts_dealer_a", "parts_dealer_a")
        self._post("/my/parts/cart/add", product_id=self.pump.id, quantity="2")
        ids = self._ids(self.order_a)
        for url in (PAGES[0], PAGES[3], PAGES[4], PAGES[6], PAGES[7]):
            with self.subTest(url):
                page = html.fromstring(self.url_open(url.format(**ids)).text)
                (wrap,) = page.xpath("//div[@id='wrap']")
                for control in wrap.xpath(
                    ".//input[not(@type='hidden')] | .//textarea | .//select"
                ):
                    labels = wrap.xpath(".//label[@for=$id]", id=control.get("id"))
                    self.assertEqual(len(labels), 1, html.tostring(control))
                    self.assertTrue(labels[0].text_content().strip())
                for button in wrap.xpath(".//button | .//a | .//summary"):
                    self.assertTrue(
                        button.text_content().strip() or button.get("aria-label"),
                        html.tostring(button),
                    )
                self.assertEqual(len(wrap.xpath(".//h1")), 1)
                for attribute in ("onclick", "onmouseover", "tabindex"):
                    self.assertFalse(wrap.xpath(f".//*[@{attribute}]"), attribute)
