# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import LoyaltyCommon

DAY, Q1 = "2026-02-10", (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31))


@tagged("post_install", "-at_install")
class TestBasis(LoyaltyCommon):
    """What promotions give lowers the turnover once, like any discount (R5)."""

    def _agreement(self, products=None, activate=False, **vals):
        scope = {"product_ids": [Command.set(products.ids)]} if products else {}
        basis = {"basis": vals.pop("basis", "turnover")}
        return self._create_agreement(
            self._percent(10), activate=activate, component_vals=scope | basis, **vals
        )

    def _base(self, products=None, **vals):
        agreement = self._agreement(products, **vals)
        found = agreement.component_ids._read_basis(agreement, [Q1])
        return float(sum(total for total, _count in found.values()))

    def test_R5_discount_counts_once(self):
        """R5: 10 % off an order of 1,000: 900 count, 540 and 360 by product, nothing twice."""
        self._create_promotion({"discount": 10})
        invoice = self._bill(self._claim(self._order(self.pump, self.filter)), DAY)
        self.assertEqual(invoice.amount_untaxed, 900)
        self.assertEqual(self._base(), 900)
        self.assertEqual(self._base(self.pump), 540)
        self.assertEqual(self._base(self.filter), 360)
        self.assertEqual(self._base(self.pump | self.filter), 900)
        self._credit(invoice, "2026-03-01")
        self.assertEqual((self._base(), self._base(self.pump)), (0, 0))

    def test_R5_discount_on_some_products(self):
        """R5: half price on one product lowers that product only."""
        self._create_promotion(
            {
                "discount": 50,
                "discount_applicability": "specific",
                "discount_product_ids": [Command.set(self.pump.ids)],
            }
        )
        self._bill(self._claim(self._order(self.pump, self.filter)), DAY)
        self.assertEqual(self._base(), 700)
        self.assertEqual(self._base(self.pump), 300)
        self.assertEqual(self._base(self.filter), 400)

    def test_R5_each_tax_bears_its_own_discount(self):
        """R5: Odoo splits a discount by taxes; each part falls on the lines with those taxes."""
        high, low = self._create_tax(13), self._create_tax(9)
        self._create_promotion({"discount": 10})
        order = self._order(
            self.pump, self.filter, taxes={self.pump: high.ids, self.filter: low.ids}
        )
        invoice = self._bill(self._claim(order), DAY)
        self.assertEqual(len(invoice.invoice_line_ids), 4)
        agreement = self._agreement(self.pump)
        rows = self.env.execute_query_dict(
            agreement.component_ids._get_basis_query(agreement, [Q1], with_taxes=True)
        )
        self.assertEqual(sum(float(row["base"]) for row in rows), 540)
        self.assertEqual({row["tax_key"] for row in rows}, {str(high.id)})

    def test_R5_before_discount_and_in_pieces(self):
        """R5: before discount neither discounts nor gifts count, and gifts are no pieces bought."""
        self._create_promotion({"discount": 10})
        self._create_promotion({"reward_type": "product", "reward_product_id": self.filter.id})
        invoice = self._bill(self._claim(self._order(self.pump)), DAY)
        self.assertEqual(invoice.amount_untaxed, 540)
        self.assertEqual(len(invoice.invoice_line_ids), 3)
        self.assertEqual(self._base(), 540)
        self.assertEqual(self._base(self.filter), 0)
        self.assertEqual(self._base(amount_basis="undiscounted"), 600)
        self.assertEqual(self._base(self.filter, amount_basis="undiscounted"), 0)
        self.assertEqual(self._base(basis="quantity"), 1)
        self.assertEqual(self._base(self.filter, basis="quantity"), 0)

    def test_R5_settled_to_the_cent(self):
        """R5, R15: a settlement on a discounted product pays its share, and the ledger agrees."""
        self._create_promotion({"discount_mode": "per_order", "discount": 100})
        self._bill(self._claim(self._order(self.pump, self.filter)), DAY)
        self._bill(self._order(self.filter), DAY)
        agreement = self._agreement(self.pump, activate=True)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement), 54)
        self._assert_ledger(agreement)
        # What did not count is told as well, discounts among it: the other product, twice.
        action = settlement.line_ids.action_view_uncounted()
        left = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(left.move_line_id.product_id, self.filter)
        self.assertEqual(set(left.mapped("reason")), {"product"})

    def test_R5_payments_are_no_discounts(self):
        """R5: a gift card pays what was turnover when it was sold; an archived discount is one."""
        card = self.env["loyalty.program"].create(
            {
                "name": "Gift cards",
                "program_type": "gift_card",
                "company_id": self.company.id,
                "reward_ids": [
                    Command.create(
                        {"discount_mode": "per_point", "discount": 1, "required_points": 1}
                    )
                ],
            }
        )
        rewards = self.env["loyalty.reward"]
        self.assertNotIn(card.reward_ids.id, rewards._get_discount_ids())
        promotion = self._create_promotion({"discount": 10})
        reward = promotion.reward_ids
        self.assertIn(reward.id, rewards._get_discount_ids())
        promotion.active = False
        self.assertIn(reward.id, rewards._get_discount_ids())
        reward.write({"reward_type": "product", "reward_product_id": self.pump.id})
        self.assertNotIn(reward.id, rewards._get_discount_ids())
