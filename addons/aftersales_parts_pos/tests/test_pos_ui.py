# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
from datetime import datetime, time, timezone

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import PartsPosCommon

READY = "Boolean(window.posmodel?.session && document.querySelector('.pos'))"
# Asks the browser for the price of each case and names those that differ.
ASK = """
(async () => {
    const models = posmodel.models;
    await posmodel.loadNewProducts([["id", "in", %(later)s]]);
    const wrong = [];
    for (const [day, productId, listId, quantity, expected] of %(cases)s) {
        luxon.Settings.now = () => day;
        const product = models["product.product"].get(productId);
        const list = models["product.pricelist"].get(listId);
        const price = product?.getPrice(list, quantity, 0, false, product);
        if (!(Math.abs(price - expected) < 1e-6)) {
            const where = `${product?.name}, ${list?.name}, ${quantity}, ${new Date(day)}`;
            wrong.push(`${where}: ${price} instead of ${expected}`);
        }
    }
    luxon.Settings.now = () => %(today)s;
    const guide = models["product.pricelist"].get(%(guide)s);
    const order = posmodel.addNewOrder({ pricelist_id: guide });
    const newcomer = models["product.product"].get(%(unpriced)s);
    await posmodel.addLineToOrder(
        { product_tmpl_id: newcomer.product_tmpl_id, product_id: newcomer }, order
    );
    if (!order.getPartsProblem()?.includes("Newcomer: not priced")) {
        wrong.push(`the part without a price is sold: ${order.getPartsProblem()}`);
    }
    if (models["product.product"].get(%(restricted)s)) {
        wrong.push("the restricted part is there");
    }
    console.log(wrong.length ? `error: ${wrong.join("; ")}` : "test successful");
    if (wrong.length) {
        console.error(wrong.join("; "));
    }
})();
"""


@tagged("post_install", "-at_install", "is_tour")
class TestPosUi(PartsPosCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = new_test_user(
            cls.env,
            "parts_pos_cashier",
            password="parts_pos_cashier",
            groups="base.group_user,point_of_sale.group_pos_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.core = cls._create_part("restricted", 10, name="Control board", barcode="PPOS-CORE")
        cls.env.flush_all()
        cls.core.product_tmpl_id._write({"available_in_pos": True, "sale_ok": True})
        cls.core.invalidate_recordset()
        cls.dealer.name = "Counter dealer"
        cls.unpriced = cls._create_part("general", 8, name="Newcomer", available_in_pos=True)

    def _create_tax(self, amount, *, included):
        group = self.env["account.tax.group"].create(
            {"name": f"Tax {amount}", "company_id": self.company.id}
        )
        return self.env["account.tax"].create(
            {
                "name": f"Tax {amount}",
                "amount": amount,
                "company_id": self.company.id,
                "country_id": self.env.ref("base.us").id,
                "tax_group_id": group.id,
                "price_include_override": "tax_included" if included else "tax_excluded",
            }
        )

    def _create_variants(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [Command.create({"name": name}) for name in ("S", "L")]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Belt",
                "is_storable": True,
                "available_in_pos": True,
                "part_class": "general",
                "is_serviceable": True,
                "categ_id": self.category.id,
                "taxes_id": False,
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        for cost, variant in enumerate(template.product_variant_ids, 5):
            variant.standard_price = cost
        return template.product_variant_ids

    def _create_lists(self):
        """Lists of the users' own beside and on top of published ones."""
        euros = self._create_list(
            "Euros",
            self._start_from(self.settlement, price_surcharge=1.5, min_quantity=10),
            self._start_from(self.settlement, price_discount=10),
            currency_id=self.eur.id,
        )
        published = {"compute_price": "formula", "base": "published_price"}
        friends = self._create_list(
            "Friends", self._start_from(self.guide, price_discount=12, price_round=0.5)
        )
        return [
            self.guide,
            self.settlement,
            friends,
            self._create_list("Family", self._start_from(friends, price_surcharge=0.25)),
            self._create_list(
                "Percent",
                {"compute_price": "percentage", "percent_price": 7, "base": "pricelist"}
                | {"base_pricelist_id": self.guide.id},
            ),
            self._create_list("From euros", self._start_from(euros, price_surcharge=2)),
            self._create_list(
                "Mixed",
                {"applied_on": "1_product", "product_tmpl_id": self.part.product_tmpl_id.id}
                | {"compute_price": "fixed", "fixed_price": 11, "min_quantity": 10},
                {"applied_on": "2_product_category", "categ_id": self.category.id}
                | {"compute_price": "percentage", "percent_price": 20, "min_quantity": 5},
                published,
                {"compute_price": "percentage", "percent_price": 50},
            ),
        ]

    def _server_prices(self, products, pricelists, days):
        """What an order line costs on the server: [[moment, product, list, quantity, price]]."""
        cases = []
        for day in days:
            moment = datetime.combine(day, time(12), timezone.utc)
            for pricelist in pricelists:
                for quantity in (1, 10):
                    order = self.env["sale.order"].create(
                        {
                            "partner_id": self.dealer.id,
                            "pricelist_id": pricelist.id,
                            "date_order": moment.replace(tzinfo=None),
                            "order_line": [
                                Command.create(
                                    {"product_id": product.id, "product_uom_qty": quantity}
                                )
                                for product in products
                            ],
                        }
                    )
                    for line in order.order_line:
                        price = line.price_unit * (1 - line.discount / 100)
                        terms = (line.product_id.id, pricelist.id, quantity, price)
                        cases.append((int(moment.timestamp() * 1000), *terms))
        return cases

    def test_P7_browser_asks_the_same_price_as_the_server(self):
        """Every list, quantity, tax, variant and day that an order line would have."""
        self.env["res.currency.rate"].create(
            {"currency_id": self.eur.id, "company_id": self.company.id, "rate": 0.8}
            | {"name": self.today}
        )
        self.company.account_fiscal_country_id = self.env.ref("base.us")
        self.company.partner_id.tz = "UTC"
        included = self._create_part("general", 7, name="Lamp", available_in_pos=True)
        included.taxes_id = self._create_tax(19, included=True)
        excluded = self._create_part("general", 9, name="Pump", available_in_pos=True)
        excluded.taxes_id = self._create_tax(7, included=False)
        later = self._create_part("general", 13, name="Later")
        goods = self.env["product.product"].create(
            {"name": "Umbrella", "list_price": 24, "available_in_pos": True, "taxes_id": False}
        )
        products = self.part | self._create_variants() | included | excluded | later | goods
        self.part.list_price = 99
        self._publish(self.policy, self._days(1))
        for part in products - goods:
            part.standard_price *= 1.3
        self._publish(self.policy, self._days(5))
        self.guide.parts_tax_included = True
        pricelists = self._create_lists()
        self._offer(*pricelists)
        days = [self._days(number) for number in (0, 1, 5)]
        cases = self._server_prices([*products, self.unpriced], pricelists, days)
        self.assertGreater(len({case[-1] for case in cases}), 50, "cases that hardly differ")
        self._open_session()
        code = ASK % {
            "cases": json.dumps(cases),
            "later": json.dumps(later.product_tmpl_id.ids),
            "today": cases[0][0],
            "guide": self.guide.id,
            "unpriced": self.unpriced.id,
            "restricted": self.core.id,
        }
        url = f"/pos/ui/{self.config.id}"
        self.browser_js(url, code, READY, login="parts_pos_cashier", timeout=90)

    def test_tour_cashier_sells_parts(self):
        """P2, P7, P9: guide price for users, settlement price for dealers, nothing restricted."""
        self.config.available_pricelist_ids = [Command.set((self.guide | self.settlement).ids)]
        self.env["pos.session"].create({"config_id": self.config.id, "user_id": self.cashier.id})
        self.start_tour(
            f"/pos/ui/{self.config.id}", "parts_pos_counter", login="parts_pos_cashier", timeout=120
        )
        order = self.env["pos.order"].search([("config_id", "=", self.config.id)])
        self.assertRecordValues(
            order, [{"partner_id": self.dealer.id, "pricelist_id": self.settlement.id}]
        )
        self.assertEqual((order.state, order.amount_total), ("paid", 15.0))
        self.assertEqual(order.lines.product_id, self.part)
        self.assertEqual(order.date_order.date(), fields.Date.today())
