# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo's half year of rebates: complete, taken once, and no screen of the accountant empty."""

from odoo.tests import TransactionCase, tagged

from tools.inside.check_demo import empty_screens
from tools.inside.rebate_story import RebateStory
from tools.inside.story import ROOT_MENU, SIGNATURES_MENU

COUNTED = (
    "account.move",
    "rebate.agreement",
    "rebate.settlement",
    "rebate.metric.value",
    "rebate.wallet.grant",
    "rebate.accrual",
)


@tagged("post_install", "-at_install")
class TestRebateStory(TransactionCase):
    """Stands on the demo data of all add-ons, as ``./sandbox demo`` does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.story = RebateStory(cls.env)
        cls.rows = cls.story.tell()

    def _find(self, step):
        record = self.story.find(step)
        self.assertTrue(record, step)
        return record

    def _empty_screens(self):
        accountant = self.env(user=self.env.ref("aftersales_base.user_accountant"), su=False)
        return empty_screens(accountant, ROOT_MENU, apart=[SIGNATURES_MENU])

    def test_accountant_finds_no_empty_screen(self):
        self.assertEqual(self._empty_screens(), [])

    def test_an_empty_screen_is_found(self):
        self.env["rebate.simulation"].search([]).unlink()
        menu = self.env.ref("dealer_rebate.menu_rebate_simulation")
        self.assertEqual(self._empty_screens(), [menu.name])

    def test_a_step_is_taken_once(self):
        before = {model: self.env[model].search_count([]) for model in COUNTED}
        self.assertEqual(RebateStory(self.env).tell(), self.rows)
        self.assertEqual({model: self.env[model].search_count([]) for model in COUNTED}, before)

    def test_a_quarter_is_posted_and_one_is_with_the_dealers(self):
        posted, sent = self._find("quarter_before_last"), self._find("last_quarter")
        self.assertEqual((posted.state, sent.state), ("posted", "confirm"))
        self.assertEqual(self._find("paid_out").payment_state, "paid")
        self.assertEqual(
            sorted(sent.confirmation_ids.mapped("state")), ["answered", "answered", "open"]
        )
        self.assertEqual(sent.open_objection_count, 1)
        restated = sent.line_ids.filtered(lambda line: line.period_from < sent.date_from)
        self.assertEqual(len(restated), 1)

    def test_figures_are_late_waiting_and_verified(self):
        values = self.env["rebate.metric.value"].search([])
        self.assertEqual(len(values.filtered("is_late")), 1)
        self.assertEqual(self._find("open_figures").state, "submitted")
        self.assertTrue(all(values.mapped("message_attachment_count")))

    def test_money_of_wallet_supplier_and_transfers(self):
        wallet = self._find("wallet")
        self.assertFalse(wallet._check_ledger())
        self.assertEqual(self._find("hold").state, "held")
        self.assertGreater(self._find("supplier").amount_open, 0)
        self.assertTrue(self.env["rebate.penalty"].search([]))
        self.assertIn("no_bank", self._find("transfers").line_ids.mapped("problem"))
        balances = self.env["rebate.accrual.balance"].search([])
        self.assertTrue(balances)
        self.assertFalse(any(balances.mapped("difference")))

    def test_next_years_terms_have_winners_and_losers(self):
        simulation = self._find("next_year")
        self.assertEqual(simulation.agreement_id.state, "draft")
        self.assertTrue(simulation.gain_count)
        self.assertTrue(simulation.lose_count)
        self.assertTrue(self._find("offered")._is_offered())

    def test_the_dealer_can_sign(self):
        offer, request = self._find("growth"), self.story.to_sign()
        offer._sign(
            self.env.ref("aftersales_base.dealer_northstar"),
            request["params"]["name"],
            request["params"]["signature"],
            request["url"].split("terms=")[1],
            self.env.ref("aftersales_base.dealer_northstar_contact"),
        )
        self.assertEqual(offer.signature_count, 1)
