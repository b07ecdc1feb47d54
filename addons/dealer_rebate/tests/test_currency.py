# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RebateCommon, golden


@tagged("post_install", "-at_install")
class TestCurrency(RebateCommon):
    """Documents in other currencies count at their own rate; no rate is an error."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls.env.ref("base.USD")
        cls.usd.active = True
        cls.usd.rate_ids.unlink()

    def _set_rate(self, currency, date, units_per_cny):
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": date,
                "rate": units_per_cny,
                "company_id": self.company.id,
            }
        )

    def test_R12_currency(self):
        """R12: each document counts at its own rate, rounded once."""
        given, expect = golden("R12-currency")
        agreement = self._create_agreement(self._create_table([(0, given["rate_pct"])]))
        for day, line in enumerate(given["lines"], 1):
            currency = self.env.ref(f"base.{line['currency']}")
            vals = {"currency_id": currency.id}
            if "document_rate_to_cny" in line:
                self._set_rate(currency, f"2026-02-0{day}", 1 / line["document_rate_to_cny"])
            self._invoice(self.dealer, f"2026-02-0{day}", line["amount"], **vals)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(settlement.line_ids.base, expect["basis"])
        self.assertEqual(self._paid(settlement), expect["rebate"])
        self._assert_ledger(agreement)

    def test_R12_rate_kept_on_the_document_wins(self):
        """R12: a rate table that is corrected later does not move what was invoiced."""
        self._set_rate(self.usd, "2026-01-01", 0.125)
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        self._invoice(self.dealer, "2026-02-01", 100, currency_id=self.usd.id)
        self.usd.rate_ids.write({"rate": 0.5})
        self.assertEqual(self._compute(agreement, "2026-03-31").line_ids.base, 800)

    def test_R12_missing_rate_is_an_error(self):
        """R12: a document in a currency without any rate is named, not counted at 1."""
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        self._invoice(self.dealer, "2026-02-01", 100)
        foreign = self._invoice(self.dealer, "2026-02-01", 100, currency_id=self.usd.id)
        with self.assertRaisesRegex(UserError, foreign.name):
            self._compute(agreement, "2026-03-31")

    def test_R12_agreement_in_a_third_currency(self):
        """R12: documents reach the agreement's currency over the company's, by invoice date."""
        eur = self.env.ref("base.EUR")
        eur.active = True
        eur.rate_ids.unlink()
        self._set_rate(self.usd, "2026-01-01", 0.125)
        self._set_rate(eur, "2026-01-01", 0.1)
        self._set_rate(eur, "2026-02-10", 0.2)
        agreement = self._create_agreement(
            self._create_table([(0, 10)]), currency_id=eur.id, name="EUR"
        )
        self._invoice(self.dealer, "2026-02-01", 100, currency_id=self.usd.id)  # 800 CNY, 80 EUR
        self._invoice(self.dealer, "2026-02-20", 100)  # 20 EUR
        self._invoice(self.dealer, "2026-02-20", 7, currency_id=eur.id)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(settlement.line_ids.base, 107)
        note = settlement.line_ids.credit_note_id
        self.assertEqual((note.currency_id, note.amount_untaxed), (eur, 10.7))

    def test_R12_third_currency_without_rate_is_an_error(self):
        """R12: no rate into the agreement's currency on the invoice date is an error too."""
        agreement = self._create_agreement(
            self._create_table([(0, 10)]), currency_id=self.usd.id, name="USD"
        )
        self._set_rate(self.usd, "2026-02-10", 0.125)
        invoice = self._invoice(self.dealer, "2026-02-01", 100)
        with self.assertRaisesRegex(UserError, invoice.name):
            self._compute(agreement, "2026-03-31")
