# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import copy
import json
import random
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.dealer_rebate.tests.metric_common import Q1

from .common import RebatePartsCommon


@tagged("post_install", "-at_install")
class TestTier(RebatePartsCommon):
    """Dealers of some tiers as parties of an agreement, by the document's date (P7, R12)."""

    def _bases(self, agreement, windows=((Q1[0], *Q1),)):
        found = agreement.component_ids[0]._read_basis(agreement, list(windows))
        bases = {}
        for (subject, _key), (total, _count) in found.items():
            bases[subject.partner_id] = bases.get(subject.partner_id, 0) + total
        return bases

    def test_R12_tier_on_the_documents_date(self):
        """R12, P7: each document counts by the tier of its own day, edges included."""
        self._assign(self.dealer, self.tier_a, "2025-06-01")
        self._assign(self.dealer, self.tier_c, "2026-02-10")
        self._assign(self.dealer, self.tier_b, "2026-03-01")
        self._assign(self.dealer, None, "2026-03-20")
        for day, amount in (
            ("2026-01-05", 1),
            ("2026-02-09", 10),
            ("2026-02-10", 100),
            ("2026-02-28", 1000),
            ("2026-03-01", 10000),
            ("2026-03-19", 100000),
            ("2026-03-20", 1000000),
        ):
            self._invoice(self.dealer, day, amount)
        for tiers, base in (
            (self.tier_a, 11),
            (self.tier_c, 1100),
            (self.tier_b, 110000),
            (self.tier_a | self.tier_b, 110011),
        ):
            with self.subTest(tiers.mapped("code")):
                agreement = self._create_tier_agreement(tiers)
                self.assertEqual(self._bases(agreement), {self.dealer.id: base})
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement), 11001.1)
        self._assert_ledger(agreement)

    def test_R12_addresses_share_the_tier_and_strangers_have_none(self):
        """R12, P7: an invoice to an address counts; a dealer without a tier does not."""
        self._assign(self.dealer, self.tier_a, "2026-01-01")
        branch = self.env["res.partner"].create(
            {"name": "Branch", "parent_id": self.dealer.id, "type": "invoice"}
        )
        self._invoice(branch, "2026-02-01", 70)
        self._invoice(self.dealer_2, "2026-02-01", 500)
        agreement = self._create_tier_agreement(self.tier_a)
        self.assertEqual(self._bases(agreement), {self.dealer.id: 70})

    def test_R12_same_day_and_other_company(self):
        """R12: of two assignments of a day the later entry holds; another company's do not."""
        other = self.setup_other_company()["company"]
        self._assign(self.dealer, self.tier_a, "2026-01-01")
        self._assign(self.dealer, self.tier_b, "2026-01-01")
        self._assign(self.dealer_2, self.tier_b, "2026-01-01", company_id=other.id)
        self._invoice(self.dealer, "2026-02-01", 70)
        self._invoice(self.dealer_2, "2026-02-01", 30)
        self.assertEqual(self._bases(self._create_tier_agreement(self.tier_a)), {})
        self.assertEqual(
            self._bases(self._create_tier_agreement(self.tier_b)), {self.dealer.id: 70}
        )

    def test_P7_same_answer_as_the_price_asks(self):
        """P7: random histories give, for every day, the tier that prices are read with."""
        chance = random.Random(7)
        start = date(2026, 1, 1)
        dealers = self.dealer | self.dealer_2
        for _step in range(24):
            self._assign(
                chance.choice(dealers),
                chance.choice([self.tier_a, self.tier_b, self.tier_c, None]),
                start + timedelta(days=chance.randrange(80)),
            )
        agreement = self._create_tier_agreement(self.tier_a | self.tier_c)
        spans = agreement._read_tier_spans()
        for offset in range(90):
            day = start + timedelta(days=offset)
            held = dealers._get_dealer_tiers(day, self.company)
            for dealer in dealers:
                inside = any(
                    first <= day and (last is None or day < last)
                    for first, last in spans.get(dealer.id, ())
                )
                self.assertEqual(
                    inside, held.get(dealer) in (self.tier_a, self.tier_c), (dealer.name, day)
                )

    def test_R14_tier_entered_late_is_a_restatement(self):
        """R14: a tier that is entered afterwards, or taken back, changes what was settled."""
        agreement = self._create_tier_agreement(self.tier_a)
        self._assign(self.dealer, self.tier_a, "2026-01-01")
        self._invoice(self.dealer, "2026-02-01", 100)
        self._invoice(self.dealer_2, "2026-02-01", 300)
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 10)
        late = self._assign(self.dealer_2, self.tier_a, "2026-01-15")
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement, self.dealer_2), 30)
        self.assertEqual(self._paid(settlement, self.dealer), 0)
        late.date_from = "2026-02-02"
        settlement = self._compute(agreement, "2026-03-31")
        lines = settlement.line_ids.filtered(lambda line: line.partner_id == self.dealer_2)
        self.assertEqual(sum(lines.mapped("amount")), -30)

    def test_R12_reports_by_the_tier_of_their_last_day(self):
        """R12: what a dealer reports counts where it holds the tier when the period ends."""
        metric = self._create_metric("own_sales")
        agreement = self._create_tier_agreement(
            self.tier_a, component_vals={"basis": "metric", "basis_metric_id": metric.id}
        )
        self._assign(self.dealer, self.tier_a, "2026-03-31")
        self._assign(self.dealer_2, self.tier_a, "2026-04-01")
        self._value(metric, Q1, 5000)
        self._value(metric, Q1, 7000, dealer=self.dealer_2)
        self.assertEqual(self._bases(agreement), {self.dealer.id: 5000})

    def test_R2_sums_while_the_tier_is_held(self):
        """R2, P7: a sum of each quarter for the quarters of the tier, a grant once at its start."""
        self._assign(self.dealer, self.tier_a, "2026-02-01")
        self._assign(self.dealer, None, "2026-05-01")
        self._assign(self.dealer, self.tier_a, "2026-11-01")
        self._assign(self.dealer_2, self.tier_b, "2026-02-01")
        for once, quarters in ((False, [1, 4, 10]), (True, [1])):
            agreement = self._create_tier_agreement(
                self.tier_a,
                component_vals={"basis": "fixed", "fixed_amount": 100, "fixed_once": once},
            )
            periods = [(date(2026, month, 1), date(2026, month + 2, 30)) for month in (1, 4, 7, 10)]
            earnings = agreement._compute_earnings(periods, date(2026, 12, 31))
            self.assertEqual([earning.start.month for earning in earnings], quarters)
            self.assertEqual({earning.subject.partner_id for earning in earnings}, {self.dealer.id})

    def test_R12_who_takes_part(self):
        """R12: whoever holds a tier within the agreement's dates is a party, others are none."""
        agreement = self._create_tier_agreement(
            self.tier_a, date_start="2026-01-01", date_end="2026-12-31"
        )
        self._assign(self.dealer, self.tier_a, "2025-01-01")
        self._assign(self.dealer, self.tier_b, "2025-12-31")
        self._assign(self.dealer_2, self.tier_a, "2026-12-31")
        both = self.dealer | self.dealer_2
        self.assertEqual(agreement._get_parties(both), self.dealer_2)
        self.assertEqual(
            {subject.partner_id: day for subject, day in agreement._get_subjects().items()},
            {self.dealer_2.id: date(2026, 12, 31)},
        )

    def test_R12_tiers_are_terms(self):
        """R12: tiers are part of the fingerprint; without any nothing is put in force."""
        agreement = self._create_tier_agreement(self.tier_a | self.tier_b)
        with self.assertRaisesRegex(UserError, "paid twice"):
            self._create_tier_agreement(self.tier_b | self.tier_a)
        self._create_tier_agreement(self.tier_b)
        with self.assertRaisesRegex(UserError, "no tiers yet"):
            self._create_tier_agreement(self.env["aftersales.dealer.tier"])
        with self.assertRaisesRegex(UserError, "in force"):
            agreement.tier_ids = self.tier_c

    def test_R12_difference_in_words(self):
        """R12: a new version says which tiers come in."""
        agreement = self._create_tier_agreement(self.tier_a)
        version = agreement._copy_as_version(self._date("2026-07-01"))
        version.tier_ids |= self.tier_b
        self.assertIn("Tiers", version.difference)
        self.assertIn("Tier A, Tier B", version.difference)

    def test_R12_tiers_move_in_a_file(self):
        """R12: a policy file names tiers by their codes; an unknown one is said."""
        agreement = self._create_tier_agreement(self.tier_a | self.tier_b)
        exported = json.loads(json.dumps(agreement._export_policy()))
        self.assertEqual(exported["agreement"]["tier_ids"], [{"code": "T-A"}, {"code": "T-B"}])
        moved = self.env["rebate.agreement"]._import_policy(copy.deepcopy(exported))
        self.assertEqual(moved.tier_ids, self.tier_a | self.tier_b)
        self.assertEqual(moved._get_terms_hash(), agreement._get_terms_hash())
        exported["agreement"]["tier_ids"] = [{"code": "T-Z"}]
        with self.assertRaisesRegex(UserError, "T-Z"):
            self.env["rebate.agreement"]._import_policy(exported)

    def test_R12_simulation_by_tier(self):
        """R12: a draft for tier A beside the present terms for all, on a past year."""
        self._assign(self.dealer, self.tier_a, "2025-04-01")
        self._invoice(self.dealer, "2025-03-01", 1000)
        self._invoice(self.dealer, "2025-05-01", 1000)
        self._invoice(self.dealer_2, "2025-05-01", 1000)
        present = self._create_agreement(self._percent(5), date_start="2025-01-01")
        offered = self._create_tier_agreement(self.tier_a, activate=False, date_start="2027-01-01")
        simulation = self.env["rebate.simulation"].create(
            {
                "agreement_id": offered.id,
                "compare_id": present.id,
                "date_from": "2025-01-01",
                "date_to": "2025-12-31",
            }
        )
        simulation.action_run()
        figures = {
            line.partner_id: (line.amount_old, line.amount_new) for line in simulation.line_ids
        }
        self.assertEqual(figures, {self.dealer: (100, 100), self.dealer_2: (50, 0)})

    def test_P7_queries_do_not_depend_on_dealers(self):
        """P7: reading a hundred dealers by tier takes as many queries as reading one."""
        agreement = self._create_tier_agreement(self.tier_a)
        window = [(Q1[0], *Q1)]
        self._assign(self.dealer, self.tier_a, "2026-01-01")
        agreement.component_ids._read_basis(agreement, window)
        dealers = self.env["res.partner"].create(
            [{"name": f"Dealer {n}", "is_company": True} for n in range(100)]
        )
        self.env["aftersales.dealer.tier.assignment"].create(
            [
                {
                    "partner_id": dealer.id,
                    "tier_id": self.tier_a.id,
                    "date_from": "2026-01-01",
                    "reason": "test",
                }
                for dealer in dealers
            ]
        )
        self._post_invoices(
            *(self._prepare_invoice(dealer, "2026-02-01", [10]) for dealer in dealers)
        )
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = agreement.component_ids._read_basis(agreement, window)
        self.assertEqual(len(found), 100)
