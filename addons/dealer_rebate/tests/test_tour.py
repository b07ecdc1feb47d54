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

    def test_R4_R14_accountant_from_template_to_restatement(self):
        """R4, R14: a ready scheme, a posted quarter, a late return: the next quarter says why."""
        self.env["ir.default"].set("rebate.policy.import", "date_start", "2026-01-01")
        # Payable long after the test is forgotten: nothing is paid late.
        terms = {"invoice_date_due": "2099-12-31", "invoice_payment_term_id": False}
        self._invoice(self.dealer, "2026-02-01", 20000, **terms)
        self.env.user.password = "accountman"
        self.start_tour(
            "/odoo/rebate-agreements", "dealer_rebate_from_template", login="accountman"
        )
        agreement = self.env["rebate.agreement"].search([("partner_ids", "in", self.dealer.ids)])
        first = agreement.settlement_ids
        self.assertEqual((agreement.state, agreement.payout), ("active", "credit_note"))
        self.assertEqual((first.state, self._paid(first)), ("posted", 1400))
        self._invoice(self.dealer, "2026-03-20", -5000, **terms)
        self._invoice(self.dealer, "2026-05-02", 30000, **terms)
        self.start_tour(
            f"/odoo/rebate-agreements/{agreement.id}", "dealer_rebate_restates", login="accountman"
        )
        second = agreement.settlement_ids - first
        self.assertEqual((second.state, self._paid(second)), ("posted", 2350))
        self.assertEqual(len(second.line_ids.credit_note_id), 1)
        self._assert_ledger(agreement)
