# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
from contextlib import contextmanager
from pathlib import Path

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user

MODULE = "aftersales_parts_pricing"


def golden(case_id):
    """The golden case with this id."""
    cases = json.loads((Path(__file__).parent / "golden" / "pricing.json").read_text())
    return next(case for case in cases if case["id"] == case_id)


class PartsCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context, tracking_disable=True, no_reset_password=True, mail_notrack=True
            )
        )
        cls.usd = cls.env.ref("base.USD")
        cls.eur = cls.env.ref("base.EUR")
        (cls.usd | cls.eur).active = True
        cls.company = cls.env["res.company"].create(
            {"name": "Parts Company", "currency_id": cls.usd.id}
        )
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.env.user.company_id = cls.company
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.category = cls.env["product.category"].create({"name": "Spare parts of the test"})
        cls.today = cls.env["parts.price"]._get_price_day()
        cls.dealer = cls.env["res.partner"].create(
            {"name": "Dealer", "is_company": True, "is_dealer": True}
        )
        cls.tier_a, cls.tier_b, cls.tier_c = cls.env["aftersales.dealer.tier"].create(
            [
                {"name": f"Test tier {code}", "code": code, "company_id": cls.company.id}
                for code in "ABC"
            ]
        )

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            f"parts_{login}",
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _create_part(cls, part_class, cost=0.0, name=None, **vals):
        return cls.env["product.product"].create(
            {
                "name": name or f"{part_class} part",
                "type": "consu",
                "is_storable": True,
                "part_class": part_class,
                "is_serviceable": part_class != "restricted",
                "standard_price": cost,
                "categ_id": cls.category.id,
                "uom_id": cls.unit.id,
                "taxes_id": False,
            }
            | vals
        )

    @classmethod
    def _create_journal(cls, *partners):
        """A sales journal, and what invoices to these partners need."""
        income, receivable = cls.env["account.account"].create(
            [
                {"code": f"PARTS{n}", "name": kind, "account_type": kind}
                for n, kind in enumerate(("income", "asset_receivable"))
            ]
        )
        for partner in partners:
            partner.property_account_receivable_id = receivable
        return cls.env["account.journal"].create(
            {
                "name": "Sales of the test",
                "code": "PART",
                "type": "sale",
                "default_account_id": income.id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _create_policy(cls, mode="formula", classes=None, tiers=None, **vals):
        policy = cls.env["parts.price.policy"].create(
            {
                "name": "Test policy",
                "mode": mode,
                "categ_id": cls.category.id,
                "tier_ids": [
                    Command.create({"tier_id": tier.id, "guide_percent": percent})
                    for tier, percent in (tiers or {}).items()
                ],
            }
            | vals
        )
        for line in policy.class_ids:
            line.write((classes or {}).get(line.part_class, {}))
        policy.action_create_pricelists()
        return policy

    @classmethod
    def _propose(cls, policy, date=None):
        publication = cls.env["parts.price.publication"].create(
            {"policy_id": policy.id, "date_from": date or cls.today}
        )
        publication.action_propose()
        return publication

    @classmethod
    def _publish(cls, policy, date=None):
        publication = cls._propose(policy, date)
        publication.action_approve()
        publication.action_publish()
        return publication

    @classmethod
    def _put_in_stock(cls, product, quantity, location=None):
        cls.env["stock.quant"]._update_available_quantity(product, location or cls.stock, quantity)

    @contextmanager
    def assertRefused(self, exception, words):
        """assertRaises with Odoo's savepoint, and the sentence looked at."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), words)

    def _price(self, pricelist, product, **kwargs):
        return pricelist._get_product_price(product, 1.0, **kwargs)

    def _order(self, partner, pricelist, product, quantity=1.0, **vals):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "pricelist_id": pricelist.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                ],
            }
            | vals
        )

    def _days(self, number):
        return fields.Date.add(self.today, days=number)
