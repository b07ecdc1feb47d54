# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import HttpCase, tagged

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestTour(RebateCommon, HttpCase):
    """The accountant's way through the browser."""

    def test_accountant_to_posted_credit_note(self):
        """R15: from a new settlement to posted credit notes and back, without leaving the app."""
        agreement = self._create_agreement(
            self._create_table([(0, 5), (1000, 10)]),
            name="Tour agreement",
            date_end="2026-03-31",
        )
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._invoice(self.dealer_2, "2026-02-01", 500)
        self.env.user.password = "accountman"
        self.start_tour("/odoo/rebate-settlements", "dealer_rebate_accountant", login="accountman")
        settlement = agreement.settlement_ids
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(settlement.posted_by_id, self.env.user)
        self.assertEqual(self._paid(settlement, self.dealer), 100)
        self.assertEqual(self._paid(settlement, self.dealer_2), 25)
