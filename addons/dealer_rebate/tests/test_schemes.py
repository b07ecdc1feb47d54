# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import RebateCommon, golden


@tagged("post_install", "-at_install")
class TestSchemes(RebateCommon):
    """The schemes of R1–R14 as agreements: golden cases through invoices and settlements."""

    def _store(self, dealer, grade, **vals):
        branch = self.env["res.partner"].create(
            {"name": f"{dealer.name} {grade}", "parent_id": dealer.id, "type": "delivery"}
        )
        return (
            self.env["aftersales.outlet"]
            .sudo()
            .create(
                {
                    "name": branch.name,
                    "code": f"S{branch.id}",
                    "kind": "store",
                    "partner_id": branch.id,
                    "grade": grade,
                    "company_id": self.company.id,
                    "date_start": "2023-01-01",
                }
                | vals
            )
            .sudo(False)
        )

    def _invoice_store(self, store, date, amount):
        return self._invoice(store.dealer_id, date, amount, partner_shipping_id=store.partner_id.id)

    def _lines(self, settlement, component=0):
        key = settlement.agreement_id.component_ids[component].component_key
        return settlement.line_ids.filtered(lambda line: line.component_key == key)

    def test_R1_only_named_models(self):
        """R1: 7 % of the named models, and of nothing else."""
        given, expect = golden("R1-base")
        agreement = self._scheme(
            [
                {
                    "rate_table_id": self._percent(given["rate_pct"]).id,
                    "product_ids": [Command.set(self.product_a.ids)],
                }
            ]
        )
        invoice = self._invoice(self.dealer, "2026-02-01", given["purchases"])
        other = self._prepare_invoice(self.dealer, "2026-02-02", [5000])
        other["invoice_line_ids"][0][2]["product_id"] = self.product_b.id
        self._post_invoices(other)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement), expect["rebate"])
        self.assertEqual(settlement.line_ids.allocation_ids.document, invoice.name)

    def test_R2_cap_for_life_by_grade(self):
        """R2: an A store's total is used up in the second year."""
        given, expect = golden("R2-A-cap")
        self._check_years(given, expect["by_year"], given["lifetime_cap"])

    def test_R2_years_are_over(self):
        """R2: money is left under the cap, the three years are over."""
        given, expect = golden("R2-expired")
        self._check_years(given, expect["by_year"], given["lifetime_cap"])

    def _check_years(self, given, expected, cap):
        store = self._store(self.dealer, given["grade"])
        agreement = self._scheme(
            [
                {
                    "rate_table_id": self._percent(given["rate_pct"]).id,
                    "limit_ids": [Command.create({"grade": given["grade"], "amount": cap})],
                    "life_years": given.get("max_years", 3),
                }
            ],
            subject="store",
            period="year",
            date_start="2023-01-01",
        )
        for year, amount in zip(given["years"], expected, strict=True):
            self._invoice_store(store, f"{2022 + year['year']}-06-01", year["purchases"])
            settlement = self._settle(agreement, f"{2022 + year['year']}-12-31")
            self.assertEqual(self._paid(settlement), amount)
        self._assert_ledger(agreement)

    def test_R2_the_day_of_the_anniversary_is_out(self):
        """R2: three years from the start, by date, exclusive."""
        store = self._store(self.dealer, "A", date_start="2023-02-10")
        agreement = self._scheme(
            [{"rate_table_id": self._percent(1.5).id, "life_years": 3}], subject="store"
        )
        self._invoice_store(store, "2026-02-09", 1000)
        self._invoice_store(store, "2026-02-10", 5000)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement), 15)

    def test_R2_two_stores_of_a_dealer(self):
        """R2: the cap is the store's, not the dealer's; one credit note for the dealer."""
        given, expect = golden("R2-two-stores")
        grades = {store["grade"]: store["lifetime_cap"] for store in given["stores"]}
        agreement = self._scheme(
            [
                {
                    "rate_table_id": self._percent(given["rate_pct"]).id,
                    "limit_ids": [
                        Command.create({"grade": grade, "amount": cap})
                        for grade, cap in grades.items()
                    ],
                }
            ],
            subject="store",
        )
        stores = [self._store(self.dealer, store["grade"]) for store in given["stores"]]
        for store, figures in zip(stores, given["stores"], strict=True):
            self._invoice_store(store, "2026-02-01", figures["purchases"])
        settlement = self._settle(agreement, "2026-03-31")
        by_store = {line.outlet_id: line.amount for line in settlement.line_ids}
        self.assertEqual([by_store[store] for store in stores], expect["by_store"])
        self.assertEqual(len(settlement.line_ids.credit_note_id), 1)
        capped = settlement.line_ids.filtered("forgone")
        self.assertEqual(capped.forgone, 200000)
        self.assertIn("cap for life", capped.explanation)
        self._assert_ledger(agreement)

    def test_R2_grants_by_kind_of_store_once(self):
        """R2: one-time grants: a 2S store gets its own, in the period of its start, once."""
        store = self._store(self.dealer, "A", date_start="2026-02-10", store_format="sales_service")
        self._store(self.dealer, "B", date_start="2026-02-10", store_format="full")
        self._store(self.dealer, "B", date_start="2025-02-10", store_format="sales_service")
        agreement = self._scheme(
            [{"basis": "fixed", "fixed_amount": 40000, "store_format": "sales_service"}],
            subject="store",
        )
        first = self._settle(agreement, "2026-03-31")
        self.assertEqual(first.line_ids.outlet_id, store)
        self.assertEqual(self._paid(first), 40000)
        self.assertEqual(self._paid(self._settle(agreement, "2026-06-30")), 0)

    def test_R12_a_sum_of_each_period_ends_with_the_membership(self):
        """R12: a sum of each period is for those who are members on a day of it."""
        agreement = self._scheme(
            [{"basis": "fixed", "fixed_amount": 100, "fixed_once": False}],
            dealer_scope="member",
            member_ids=[
                Command.create({"partner_id": self.dealer.id, "date_to": "2026-04-01"}),
                Command.create({"partner_id": self.dealer_2.id, "date_from": "2026-05-01"}),
            ],
        )
        for date, first, second in (
            ("2026-03-31", 100, 0),
            ("2026-06-30", 100, 100),
            ("2026-09-30", 0, 100),
        ):
            with self.subTest(date):
                settlement = self._settle(agreement, date)
                self.assertEqual(self._paid(settlement, self.dealer), first)
                self.assertEqual(self._paid(settlement, self.dealer_2), second)

    def test_R3_month_quarter_and_year_add_up(self):
        """R3: each period is paid when it ends, and each by its own table."""
        for case_id in ("R3-quarter", "R3-edge", "R3-year"):
            with self.subTest(case_id):
                given, expect = golden(case_id)
                dealer = self._create_dealer(case_id)
                agreement = self._commercial_vehicles(dealer)
                paid = {"month": [], "quarter": [], "year": []}
                for month, amount in enumerate(given["months"], 1):
                    self._invoice(dealer, f"2026-{month:02}-15", amount)
                    settlement = self._settle(agreement, f"2026-{month:02}-15")
                    for line in settlement.line_ids:
                        paid[line.component_id.period].append(line.amount)
                self.assertEqual(paid["month"], expect["monthly"])
                quarterly = expect["quarterly"]
                if not isinstance(quarterly, list):
                    quarterly = [quarterly]
                self.assertEqual(paid["quarter"], quarterly)
                if "yearly" in expect:
                    self.assertEqual(paid["year"], [expect["yearly"]])
                self._assert_ledger(agreement)

    def _commercial_vehicles(self, dealer, **vals):
        return self._scheme(
            [
                {
                    "period": period,
                    "rate_table_id": self._create_table([(bound, rate)]).id,
                    "bundle": "Commercial vehicles",
                }
                | vals
                for period, bound, rate in (
                    ("month", 1000000, 0.5),
                    ("quarter", 3000000, 1),
                    ("year", 10000000, 2),
                )
            ],
            name=f"Commercial vehicles {dealer.name}",
            period="month",
            partner_ids=dealer.ids,
        )

    def test_R3_shorter_period_comes_several_times(self):
        """R3: a month's component of a quarterly agreement comes three times in a settlement."""
        given, expect = golden("R3-edge")
        agreement = self._scheme(
            [{"period": "month", "rate_table_id": self._create_table([(1000000, 0.5)]).id}]
        )
        for month, amount in enumerate(given["months"], 1):
            self._invoice(self.dealer, f"2026-{month:02}-15", amount)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(
            settlement.line_ids.sorted("period_from").mapped("amount"), expect["monthly"]
        )
        self.assertEqual(len(settlement.line_ids.credit_note_id), 1)

    def test_R3_not_combinable(self):
        """R3: of two groups the higher is paid, and what was forgone is shown."""
        given, expect = golden("R3-not-combinable")
        base = 1000000
        rates = {name: 100 * given[name] / base for name in ("group_a", "group_b")}
        agreement = self._scheme(
            [
                {
                    "rate_table_id": self._percent(rate).id,
                    "exclusion": "policy",
                    "bundle": name,
                }
                for name, rate in rates.items()
            ]
        )
        self._invoice(self.dealer, "2026-02-01", base)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement), expect["paid"])
        forgone = settlement.line_ids.filtered("forgone")
        self.assertEqual(forgone.forgone, expect["forgone"])
        self.assertIn("group_b", forgone.explanation)

    def test_R3_priority_before_amount(self):
        """R3: the agreement's priority decides before the amount does, if it pays at all."""
        agreement = self._scheme(
            [
                {
                    "name": "High",
                    "rate_table_id": self._percent(5).id,
                    "exclusion": "policy",
                    "priority": 2,
                },
                {
                    "name": "First",
                    "rate_table_id": self._create_table([(5000, 1)]).id,
                    "exclusion": "policy",
                    "priority": 1,
                },
            ]
        )
        self._invoice(self.dealer, "2026-02-01", 10000)
        self._invoice(self.dealer_2, "2026-02-01", 4000)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement, self.dealer), 100)
        self.assertEqual(self._paid(settlement, self.dealer_2), 200)

    def test_R5_steps(self):
        """R5: each full 1,000 gives 100, at most 500."""
        given, expect = golden("R5-step")
        agreement = self._step_agreement(given)
        expected = {}
        for amount, rebate in zip(given["amounts"], expect["rebates"], strict=True):
            dealer = self._create_dealer(f"R5 {amount}")
            self._invoice(dealer, "2026-02-01", amount)
            agreement.partner_ids |= dealer
            expected[dealer] = rebate
        agreement.action_activate()
        settlement = self._settle(agreement, "2026-03-31")
        for dealer, rebate in expected.items():
            self.assertEqual(self._paid(settlement, dealer), rebate, dealer.name)

    def test_R5_added_up_or_per_order(self):
        """R5: added up over the promotion, or order by order."""
        given, expect = golden("R5-per-order")
        for name, per_document in (("added_up", False), ("per_order", True)):
            with self.subTest(name):
                dealer = self._create_dealer(name)
                agreement = self._step_agreement(given, dealer, per_document=per_document)
                for order in given["orders"]:
                    self._invoice(dealer, "2026-02-01", order)
                agreement.action_activate()
                settlement = self._settle(agreement, "2026-03-31")
                self.assertEqual(self._paid(settlement), expect[name])
                self._assert_ledger(agreement)

    def test_R5_returns_take_back(self):
        """R5: a return within the promotion takes its step back."""
        given, expect = golden("R5-return")
        agreement = self._step_agreement(given, self.dealer)
        agreement.action_activate()
        self._invoice(self.dealer, "2026-02-01", *given["orders"])
        first = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(first), expect["first"])
        for amount in given["returns"]:
            self._invoice(self.dealer, "2026-03-01", -amount)
        again = self._settle(agreement, "2026-03-31")
        self.assertEqual(again.line_ids.earned, expect["after"])
        self.assertEqual(again.line_ids.amount, expect["after"] - expect["first"])

    def _step_agreement(self, given, dealer=None, **vals):
        table = self._create_table(
            [],
            "step",
            step_every=given["every"],
            step_amount=given["give"],
            step_cap=given["cap"],
        )
        agreement = self._create_agreement(
            table,
            activate=False,
            component_vals=vals,
            **({"partner_ids": dealer.ids} if dealer else {}),
        )
        return agreement

    def test_R11_delivery_charges(self):
        """R11: a percentage of the delivery charges, and of nothing else."""
        given, expect = golden("R11")
        delivery = self.product_b
        agreement = self._scheme(
            [
                {
                    "basis": "delivery",
                    "product_ids": [Command.set(delivery.ids)],
                    "rate_table_id": self._percent(given["rate_pct"]).id,
                }
            ]
        )
        vals = self._prepare_invoice(self.dealer, "2026-02-01", [500, *given["delivery_charges"]])
        vals["invoice_line_ids"][1][2]["product_id"] = delivery.id
        self._post_invoices(vals)
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), expect["rebate"])

    def test_R11_nobody_knows_what_delivery_is(self):
        """R11: without delivery products the message says what to choose."""
        if "delivery.carrier" in self.env:
            self.skipTest("carriers know the delivery products")
        agreement = self._scheme([{"basis": "delivery", "rate_table_id": self._percent(5).id}])
        with self.assertRaisesRegex(UserError, "delivery"):
            self._compute(agreement, "2026-03-31")

    def test_R12_group_together_or_alone(self):
        """R12: two dealers reach the tier together, and neither of them alone."""
        for case_id, mode in (("R12-group-together", "together"), ("R12-group-alone", "alone")):
            with self.subTest(case_id):
                given, expect = golden(case_id)
                dealers = {name: self._create_dealer(name) for name in given["members"]}
                for name, amount in given["members"].items():
                    self._invoice(dealers[name], "2026-02-01", amount)
                agreement = self._create_agreement(
                    self._create_table(given["tiers"]),
                    name=case_id,
                    group_mode=mode,
                    partner_ids=[dealer.id for dealer in dealers.values()],
                )
                settlement = self._settle(agreement, "2026-03-31")
                paid = {name: self._paid(settlement, dealer) for name, dealer in dealers.items()}
                self.assertEqual(paid, expect)
                self._assert_ledger(agreement)

    def test_R12_cap_lost_or_carried(self):
        """R12: what a cap cuts is lost, or waits for the next period."""
        given, expect = golden("R12-cap-carried")
        for policy in ("lost", "carried"):
            with self.subTest(policy):
                dealer = self._create_dealer(policy)
                agreement = self._scheme(
                    [
                        {
                            "rate_table_id": self._percent(given["rate_pct"]).id,
                            "cap_amount": given["cap_per_period"],
                            "cap_policy": policy,
                        }
                    ],
                    name=policy,
                    partner_ids=dealer.ids,
                )
                self._invoice(dealer, "2026-02-01", given["q1"])
                first = self._settle(agreement, "2026-03-31")
                self.assertEqual(self._paid(first), expect[policy]["q1"])
                self.assertEqual(first.line_ids.forgone, expect["lost"]["cut_q1"])
                self._invoice(dealer, "2026-05-01", given["q2"])
                second = self._settle(agreement, "2026-06-30")
                self.assertEqual(self._paid(second), expect[policy]["q2"])
                own = second.line_ids.filtered(lambda line: not line.is_restatement)
                if policy == "carried":
                    self.assertRegex(own.explanation, r"leaves .*500.00 of .*600.00")
                    left = sum((first.line_ids | own).mapped("forgone"))
                    self.assertEqual(left, expect[policy]["left"])

    def test_R12_guarantee(self):
        """R12: a guarantee holds for each period, or for all of them together."""
        given, expect = golden("R12-guarantee")
        for name, cumulative in (("per_period", False), ("cumulative", True)):
            with self.subTest(name):
                dealer = self._create_dealer(name)
                agreement = self._scheme(
                    [
                        {"rate_table_id": self._percent(100).id},
                        {
                            "basis": "guarantee",
                            "fixed_amount": given["guarantee_per_quarter"],
                            "guarantee_cumulative": cumulative,
                        },
                    ],
                    name=name,
                    partner_ids=dealer.ids,
                )
                paid = []
                for month, amount in zip((2, 5), given["earned"], strict=True):
                    self._invoice(dealer, f"2026-{month:02}-01", amount)
                    paid.append(self._paid(self._settle(agreement, f"2026-{month:02}-01")))
                self.assertEqual(paid, expect[name])
                self._assert_ledger(agreement)

    def test_R13_growth(self):
        """R13: the rate by growth over the previous year, on the whole turnover."""
        given, expect = golden("R13-growth")
        settlement = self._settle_growth(given)
        line = settlement.line_ids
        self.assertEqual(line.rate, expect["rate_pct"])
        self.assertEqual(self._paid(settlement), expect["rebate"])
        self.assertIn(f"{expect['growth_pct']:g} %", line.explanation)

    def test_R13_increment_only(self):
        """R13, switch: the same rate on what exceeds the previous year."""
        given, expect = golden("R13-growth")
        settlement = self._settle_growth(given, growth_on="increment")
        increment = given["current"] - given["previous"]
        self.assertEqual(self._paid(settlement), increment * expect["rate_pct"] / 100)

    def test_R13_dealer_without_a_previous_year(self):
        """R13: nothing, the first row, or an agreed baseline: as the agreement says."""
        given, expect = golden("R13-new-dealer")
        for how, paid, vals in (
            (given["without_previous"], expect["rebate"], {}),
            ("base", 0, {}),
            ("baseline", 0.02 * given["current"], {"growth_baseline": 400000}),
        ):
            with self.subTest(how):
                settlement = self._settle_growth(given, growth_without=how, **vals)
                self.assertEqual(self._paid(settlement), paid)

    def _settle_growth(self, given, **vals):
        dealer = self._create_dealer("Growing")
        agreement = self._scheme(
            [
                {
                    "rate_by": "growth",
                    "rate_table_id": self._create_table(given["tiers"]).id,
                }
                | vals
            ],
            name=f"Growth {dealer.id}",
            partner_ids=dealer.ids,
        )
        if given["previous"]:
            self._invoice(dealer, "2025-02-15", given["previous"])
        self._invoice(dealer, "2026-02-15", given["current"])
        settlement = self._settle(agreement, "2026-03-31")
        self._assert_ledger(agreement)
        return settlement

    def test_R14_paid_only(self):
        """R14: an invoice counts in slices, each slice once, as it is paid."""
        given, expect = golden("R14-paid-only")
        agreement = self._create_agreement(self._percent(given["rate_pct"]), paid_only=True)
        invoice = self._invoice(self.dealer, "2026-02-01", given["invoice"])
        self._pay(invoice, "2026-03-01", given["paid_by_q1"])
        first = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(first), expect["q1"])
        self._pay(invoice, "2026-05-01", given["paid_by_q2"] - given["paid_by_q1"])
        second = self._settle(agreement, "2026-06-30")
        self.assertEqual(self._paid(second), expect["q2"])
        self._assert_ledger(agreement)

    def _pay(self, invoice, date, amount):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": date, "amount": amount})._create_payments()

    def test_R12_members_by_date(self):
        """R12: only documents of the days of membership count."""
        agreement = self._create_agreement(
            self._percent(10),
            dealer_scope="member",
            member_ids=[
                Command.create(
                    {
                        "partner_id": self.dealer.id,
                        "date_from": "2026-02-01",
                        "date_to": "2026-02-28",
                    }
                )
            ],
        )
        for date in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"):
            self._invoice(self.dealer, date, 1000)
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 200)

    def test_R12_member_twice_on_a_day_is_refused(self):
        """R12: two memberships of a dealer that share a day are refused."""
        with self.assertRaisesRegex(ValidationError, "twice"):
            self._create_agreement(
                self._percent(10),
                dealer_scope="member",
                member_ids=[
                    Command.create({"partner_id": self.dealer.id, "date_to": "2026-03-01"}),
                    Command.create({"partner_id": self.dealer.id, "date_from": "2026-03-01"}),
                ],
            )

    def test_R12_parties_by_tag_and_filter(self):
        """R12: tags and filters choose who takes part; who was paid stays in."""
        tag = self.env["res.partner.category"].create({"name": "Gold"})
        self.dealer.category_id = tag
        for vals in (
            {"dealer_scope": "tag", "tag_ids": [Command.set(tag.ids)]},
            {"dealer_scope": "domain", "partner_domain": f"[('category_id', 'in', [{tag.id}])]"},
        ):
            with self.subTest(vals["dealer_scope"]):
                agreement = self._create_agreement(
                    self._percent(10), name=vals["dealer_scope"], **vals
                )
                self.dealer.category_id = tag
                self._invoice(self.dealer, "2026-02-01", 1000)
                self._invoice(self.dealer_2, "2026-02-01", 1000)
                settlement = self._settle(agreement, "2026-03-31")
                self.assertEqual(settlement.line_ids.partner_id, self.dealer)
                self.dealer.category_id = False
                self.assertEqual(self._settle(agreement, "2026-03-31").line_ids.amount, 0)

    def test_R12_filters_that_cannot_be_read(self):
        """A filter is plain data on existing fields, nothing that runs."""
        for text in ("__import__('os')", "[('nothing', '=', 1)]", "[(", "[('name', '=', uid)]"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self._create_agreement(
                    self._percent(10), dealer_scope="domain", partner_domain=text, activate=False
                )

    def test_R12_amounts_before_discount_and_with_tax(self):
        """R12: the switches of the basis: before discount, tax included."""
        tax = self._create_tax(13)
        for amount_basis, paid in (("net", 90), ("undiscounted", 100), ("total", 101.7)):
            with self.subTest(amount_basis):
                dealer = self._create_dealer(amount_basis)
                agreement = self._create_agreement(
                    self._percent(10),
                    name=amount_basis,
                    amount_basis=amount_basis,
                    partner_ids=dealer.ids,
                )
                vals = self._prepare_invoice(dealer, "2026-02-01", [1000], taxes=tax)
                vals["invoice_line_ids"][0][2]["discount"] = 10
                self._post_invoices(vals)
                self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), paid)

    def test_R12_promotion_dates(self):
        """R12: an extra rate inside a promotion's dates."""
        agreement = self._scheme(
            [
                {
                    "rate_table_id": self._percent(2).id,
                    "date_scope_from": "2026-02-01",
                    "date_scope_to": "2026-02-14",
                }
            ]
        )
        for date in ("2026-01-31", "2026-02-01", "2026-02-14", "2026-02-15"):
            self._invoice(self.dealer, date, 1000)
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 40)

    def test_R12_quantity_in_a_unit(self):
        """R12: a table of pieces, paid by the piece; dozens are converted."""
        unit, dozen = self.env.ref("uom.product_uom_unit"), self.env.ref("uom.product_uom_dozen")
        agreement = self._scheme(
            [
                {
                    "basis": "quantity",
                    "uom_id": unit.id,
                    "rate_table_id": self._create_table(
                        [(10, 1.5), (20, 2)], rate_unit="per_unit"
                    ).id,
                }
            ]
        )
        vals = self._prepare_invoice(self.dealer, "2026-02-01", [100])
        vals["invoice_line_ids"][0][2].update(quantity=2, product_uom_id=dozen.id)
        self._post_invoices(vals)
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(settlement.line_ids.base, 24)
        self.assertEqual(self._paid(settlement), 48)

    def test_R12_fiscal_year_and_own_calendar(self):
        """R12: quarters follow the company's fiscal year; a calendar may be one's own."""
        self.company.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        agreement = self._create_agreement(self._percent(10), period="half")
        first, last = agreement._get_period_bounds(agreement.date_start.replace(month=5))
        self.assertEqual((str(first), str(last)), ("2026-04-01", "2026-09-30"))
        self.assertEqual(agreement._get_period_label(first), "2026/27 H1")
        own = self._create_agreement(
            self._percent(11),
            period="custom",
            period_ids=[
                Command.create(
                    {"name": "Spring", "date_from": "2026-02-01", "date_to": "2026-04-15"}
                )
            ],
        )
        self._invoice(self.dealer, "2026-04-15", 1000)
        self._invoice(self.dealer, "2026-04-16", 1000)
        settlement = self._settle(own, "2026-03-01")
        self.assertEqual(self._paid(settlement), 110)
        self.assertIn("Spring", settlement.name)
        with self.assertRaisesRegex(UserError, "calendar"):
            own._get_period_bounds(agreement.date_start.replace(month=6))
