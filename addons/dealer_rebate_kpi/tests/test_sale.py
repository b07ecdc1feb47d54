# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.tests import tagged

from odoo.addons.dealer_rebate.tests.common import RebateCommon


@tagged("post_install", "-at_install")
class TestSale(RebateCommon):
    """Sales as indicators know them, beside rebates."""

    def test_T6_a_rebate_paid_out_takes_nothing_off_sales(self):
        """A rival counts the rebate's own credit note as a return; a true return counts."""
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        self._invoice(self.dealer, "2026-02-01", 1000)
        settlement = self._compute(agreement, "2026-03-31")
        settlement.action_review()
        settlement.action_post()
        notes = self.env["account.move"].search([("rebate_settlement_id", "=", settlement.id)])
        self.assertEqual(notes.mapped("amount_untaxed"), [100])
        self._invoice(self.dealer, "2026-02-02", -50)
        indicator = self.env.ref("aftersales_kpi.indicator_external_sales").sudo()
        measured = indicator._measure(
            self.company, date(2026, 1, 1), date(2027, 12, 31), subject="dealer"
        )
        self.assertEqual(measured[self.dealer.id].value, 950)
