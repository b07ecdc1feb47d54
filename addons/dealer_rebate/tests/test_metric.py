# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged, warmup

from .common import golden
from .metric_common import MONTHS, Q1, Q2, YEAR, MetricCommon


@tagged("post_install", "-at_install")
class TestMetric(MetricCommon):
    """What metrics read: reported, counted, computed, with windows; the golden cases of R8, R10."""

    # ------------------------------------------------------------------
    # Golden cases
    # ------------------------------------------------------------------

    def _complaints(self, cases, **vals):
        quarters = {"Q1": "2026-02-10", "Q2": "2026-05-10"}
        metric = self._create_metric("complaints", "items", **vals)
        self._items(
            metric,
            *[
                {
                    "customer": case["customer"],
                    "vehicle": case["vehicle"],
                    "date": quarters[case["quarter"]],
                    "weight": case["weight"],
                    "exempt": case.get("exempt", False),
                }
                for case in cases
            ],
        )
        return metric

    def test_R8_weights(self):
        """R8: the same customer and vehicle count at most 3 a quarter; exempt ones besides."""
        given, expect = golden("R8-weights")
        limit = golden("R8-heaviest-first")[0]["max_per_customer_vehicle_quarter"]
        metric = self._complaints(given["cases"], item_limit=limit)
        self.assertEqual(self._read(metric, YEAR), expect["complaints"])

    def test_R8_heaviest_first(self):
        """R8: of the same customer and vehicle the heaviest count first."""
        given, expect = golden("R8-heaviest-first")
        metric = self._complaints(
            given["cases"], item_limit=given["max_per_customer_vehicle_quarter"]
        )
        self.assertEqual(self._read(metric, YEAR), expect["complaints"])

    def test_R8_without_complaints_there_are_none(self):
        """R8: no complaint is the value 0; capitals and blanks make no other customer."""
        metric = self._create_metric("complaints", "items", item_limit=1)
        self.assertEqual(self._read(metric, YEAR), 0)
        self._items(
            metric,
            {"customer": "Li Wei", "vehicle": "1", "date": "2026-01-05"},
            {"customer": " li wei", "vehicle": "1 ", "date": "2026-01-06"},
            {"date": "2026-01-07"},
            {"date": "2026-01-07"},
            {"customer": "Li Wei", "vehicle": "2", "date": "2026-01-05", "quantity": 3},
        )
        # One of the two spellings, two that name nobody, one of three pieces.
        self.assertEqual(self._read(metric, YEAR), 4)
        self.assertEqual(self._read(metric, YEAR, dealer=self.dealer_2), 0)

    def test_R10_weighted(self):
        """R10: contracts count by quantity and weight."""
        given, expect = golden("R10-weighted")
        metric = self._create_metric("contracts", "items")
        self._items(
            metric,
            *[
                {
                    "label": contract["product"],
                    "quantity": contract["qty"],
                    "weight": contract["weight"],
                    "date": "2026-06-30",
                }
                for contract in given["contracts"]
            ],
        )
        self.assertEqual(self._read(metric, YEAR), expect["weighted"])
        self.assertEqual(self._read(metric, Q1), 0)

    def test_R10_penetration_is_a_share(self):
        """R10: penetration = weighted contracts ÷ the year's eligible units."""
        weighted = golden("R10-weighted")[1]["weighted"]
        contracts = self._create_metric("contracts", "items")
        units = self._create_metric("units", window="year")
        penetration = self._create_metric(
            "penetration",
            "computed",
            measure="share",
            operand_id=contracts.id,
            divisor_id=units.id,
            window="year",
        )
        self._items(contracts, {"quantity": weighted, "date": "2026-05-01"})
        self.assertIsNone(self._read(penetration, Q1), "without eligible units there is no share")
        self._value(units, YEAR, weighted * 4)
        self.assertEqual(self._read(penetration, Q1), 25)

    def test_R3_reported_months_add_up(self):
        """R3: verified months make quarter and year, exactly, to the cent."""
        given, _expect = golden("R3-edge")
        metric = self._create_metric("reported_sales")
        for month, amount in zip(MONTHS, given["months"], strict=True):
            self._value(metric, month, amount)
        found = metric._read_values(self.agreement, MONTHS)
        for month, amount in zip(MONTHS, given["months"], strict=True):
            self.assertEqual(
                found[metric.id, self.dealer.id, 0, month[0]], self._decimal(amount), month
            )
        total = sum(self._decimal(amount) for amount in given["months"])
        self.assertEqual(self._read(metric, Q1), total)
        self.assertEqual(self._read(metric, YEAR), total)

    def test_R3_late(self):
        """R3: a late month is marked for that month only; it still counts for the quarter."""
        given, _expect = golden("R3-late")
        metric = self._create_metric("reported_sales", has_deadline=True, deadline_days=5)
        for month, amount, late in zip(
            MONTHS, given["months"], given["submitted_late"], strict=True
        ):
            deadline = metric._get_deadline(month[1])
            with freeze_time(deadline.replace(second=59) if not late else date(2026, 5, 1)):
                value = self._value(metric, month, amount)
            self.assertEqual(value.is_late, late)
        values = self.env["rebate.metric.value"]
        late = values._read_late(metric, MONTHS)
        self.assertEqual(late, {(self.dealer.id, 0, MONTHS[1][0])})
        self.assertFalse(values._read_late(metric, [Q1]), "no report of exactly the quarter")
        self.assertEqual(self._read(metric, Q1), sum(given["months"]))

    # ------------------------------------------------------------------
    # Reported values and windows
    # ------------------------------------------------------------------

    def test_only_verified_values_count(self):
        """A figure counts once another person verified it, or when handed in, as set."""
        strict = self._create_metric("strict")
        loose = self._create_metric("loose", needs_verification=False)
        for metric in (strict, loose):
            self._value(metric, Q1, 10, verify=False)
        self.assertIsNone(self._read(strict))
        self.assertEqual(self._read(loose), 10)

    def test_aggregation(self):
        """Shorter periods make longer ones by sum, last or average."""
        for aggregation, expected in (("sum", 90), ("last", 20), ("average", 30)):
            with self.subTest(aggregation):
                metric = self._create_metric(f"by_{aggregation}", aggregation=aggregation)
                for month, value in zip(MONTHS, (30, 40, 20), strict=True):
                    self._value(metric, month, value)
                self.assertEqual(self._read(metric), expected)
                self.assertIsNone(self._read(metric, Q2))
                self.assertIsNone(self._read(metric, (Q1[0], date(2026, 1, 30))))

    def test_longest_periods_inside_the_window_count_once(self):
        """A quarter that was reported besides its months replaces them; nothing counts twice."""
        metric = self._create_metric("reported_sales")
        for month in MONTHS:
            self._value(metric, month, 100)
        self._value(metric, (date(2026, 4, 1), date(2026, 4, 30)), 7)
        self._value(metric, Q1, 310)
        self.assertEqual(self._read(metric, Q1), 310)
        self.assertEqual(self._read(metric, MONTHS[1]), 100)
        self.assertEqual(self._read(metric, YEAR), 317)

    def test_windows(self):
        """Period, year to date and whole year; two windows with the same first day need keys."""
        months = [*MONTHS, (date(2026, 4, 1), date(2026, 4, 30)), (date(2026, 7, 1), Q2[1])]
        metric = self._create_metric("sales")
        ytd = self._create_metric("sales_ytd", "formula", formula="sales", window="ytd")
        year = self._create_metric("sales_year", "formula", formula="sales", window="year")
        for number, month in enumerate(months[:4]):
            self._value(metric, month, 10**number)
        self._value(metric, (date(2026, 7, 1), date(2026, 7, 31)), 50000)
        for window, expected in (
            (Q1, {"sales": 111, "sales_ytd": 111, "sales_year": 51111}),
            (Q2, {"sales": 1000, "sales_ytd": 1111, "sales_year": 51111}),
        ):
            found = (metric | ytd | year)._read_values(self.agreement, [window])
            self.assertEqual(
                {m.code: found[m.id, self.dealer.id, 0, window[0]] for m in metric | ytd | year},
                expected,
            )
        with self.assertRaises(ValueError):
            metric._read_values(self.agreement, [Q1, YEAR])
        found = metric._read_values(
            self.agreement, [(date(2026, 1, 1), *Q1), (date(2026, 1, 2), *YEAR)]
        )
        self.assertEqual(found[metric.id, self.dealer.id, 0, date(2026, 1, 2)], 51111)

    def test_fiscal_year(self):
        """Years are those of accounting where the metric says so."""
        self.company.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        metric = self._create_metric("sales")
        ytd = self._create_metric(
            "sales_ytd", "formula", formula="sales", window="ytd", fiscal_year=True
        )
        self._value(metric, Q1, 10)
        self._value(metric, Q2, 20)
        self.assertEqual(self._read(ytd, Q2), 20)
        self.assertEqual(self._read(ytd, (date(2026, 1, 1), date(2026, 3, 31))), 10)

    def test_stores_add_up_for_the_dealer(self):
        """R2: a store's figures are the store's where stores earn, and add up for the dealer."""
        stores = self._create_stores(self.dealer, "A", "B")
        metric = self._create_metric("reported_sales")
        for store, value in zip(stores, (10, 5), strict=True):
            self._value(metric, Q1, value, outlet_id=store.id)
        self.assertEqual(self._read(metric), 15)
        by_store = self._create_agreement(
            self._create_table([(0, 2)]), name="By store", subject="store"
        )
        found = metric._read_values(by_store, [Q1])
        self.assertEqual(
            found,
            {
                (metric.id, self.dealer.id, store.id, Q1[0]): value
                for store, value in zip(stores, (10, 5), strict=True)
            },
        )
        one = metric._read_values(by_store, [Q1], subjects=[(self.dealer.id, stores[1].id)])
        self.assertEqual(list(one.values()), [5])

    def _create_stores(self, dealer, *codes):
        # Stores are the network's: whoever keeps rebates only reads them.
        return (
            self.env["aftersales.outlet"]
            .sudo()
            .create(
                [
                    {"name": code, "code": f"T-{code}", "kind": "store", "partner_id": dealer.id}
                    for code in codes
                ]
            )
        )

    def test_store_of_another_dealer_is_refused(self):
        """A store belongs to one dealer; a contact stands for its dealer."""
        store = self._create_stores(self.dealer_2, "C")
        metric = self._create_metric("sales")
        with self.assertRaises(ValidationError):
            self._value(metric, Q1, 1, outlet_id=store.id)
        contact = self.env["res.partner"].create({"name": "Anna", "parent_id": self.dealer.id})
        self.assertEqual(self._value(metric, Q1, 1, dealer=contact).partner_id, self.dealer)

    # ------------------------------------------------------------------
    # Computed metrics
    # ------------------------------------------------------------------

    def test_R6_completion_of_turnover(self):
        """R6: turnover ÷ target; targets of months add up; a hole in them is no target."""
        turnover = self._create_metric("turnover", "computed", measure="turnover")
        completion = self._create_metric(
            "completion", "computed", measure="completion", operand_id=turnover.id
        )
        self._invoice(self.dealer, "2026-02-15", 950)
        self._invoice(self.dealer, "2026-03-15", -50)
        for month in MONTHS[:2]:
            self._target(turnover, month, 300)
        self.assertEqual(self._read(turnover), 900)
        self.assertIsNone(self._read(completion), "no target for March, so none for the quarter")
        self._target(turnover, MONTHS[2], 400)
        self.assertEqual(self._read(completion), 90)
        self.assertIsNone(self._read(completion, dealer=self.dealer_2))
        self._target(turnover, Q1, 500, dealer=self.dealer_2)
        self.assertEqual(self._read(completion, dealer=self.dealer_2), 0)

    def test_R6_nothing_is_divided_by_zero(self):
        """R6: a target of 0 gives no completion."""
        sales = self._create_metric("sales")
        completion = self._create_metric(
            "completion", "computed", measure="completion", operand_id=sales.id
        )
        self._value(sales, Q1, 10)
        self._target(sales, Q1, 0)
        self.assertIsNone(self._read(completion))

    def test_R6_months_reached(self):
        """R6: whole months of the year up to the window's end whose completion is 100 %."""
        given, _expect = golden("R6-adjust-up")
        sales = self._create_metric("sales")
        completion = self._create_metric(
            "completion", "computed", measure="completion", operand_id=sales.id
        )
        reached = self._create_metric(
            "months", "computed", measure="months_reached", operand_id=completion.id
        )
        for number in range(1, 13):
            month = (date(2026, number, 1), date(2026, number, 28))
            month = next(m for m in completion._get_months(YEAR[1]) if m[0] == month[0])
            self._target(sales, month, 100)
            hit = number <= given["months_at_100pct"]
            self._value(sales, month, 100 if hit else Decimal("99.99"))
        self.assertEqual(self._read(reached, YEAR), given["months_at_100pct"])
        self.assertEqual(self._read(reached, Q2), 6)
        # A month that has not ended at the window's end is not judged.
        self.assertEqual(self._read(reached, (date(2026, 1, 1), date(2026, 3, 30))), 2)
        self.assertEqual(self._read(reached, YEAR, dealer=self.dealer_2), 0)

    def test_R13_growth(self):
        """R13: growth against the same days of the previous year; on nothing there is none."""
        given, expect = golden("R13-growth")
        turnover = self._create_metric("turnover", "computed", measure="turnover")
        growth = self._create_metric("growth", "computed", measure="growth", operand_id=turnover.id)
        self._invoice(self.dealer, "2025-02-15", given["previous"])
        self._invoice(self.dealer, "2026-02-15", given["current"])
        self._invoice(self.dealer_2, "2026-02-15", given["current"])
        self.assertEqual(self._read(growth), self._decimal(expect["growth_pct"]))
        self.assertIsNone(self._read(growth, dealer=self.dealer_2))
        leap = (date(2024, 2, 1), date(2024, 2, 29))
        self.assertEqual(growth._get_previous(leap), (date(2023, 2, 1), date(2023, 2, 28)))
        after = (date(2025, 2, 1), date(2025, 2, 28))
        self.assertEqual(growth._get_previous(after), (date(2024, 2, 1), date(2024, 2, 29)))

    def test_R9_growth_of_accident_parts(self):
        """R9: measured besides: growth of accident-part purchases; other parts do not count."""
        wizard = self.env["rebate.policy.import"].create(
            {"template": "r09_innovation_bonus", "date_start": "2026-01-01"}
        )
        wizard.action_import()
        metrics = self.env["rebate.metric"].search(
            [("code", "in", ("accident_purchases", "accident_growth"))]
        )
        purchases = metrics.filtered(lambda metric: metric.measure == "turnover")
        purchases.product_ids = self.product_a
        for day, accident, other in (("2025-02-15", 1000, 500), ("2026-02-15", 1250, 5000)):
            vals = self._prepare_invoice(self.dealer, day, (accident, other))
            vals["invoice_line_ids"][1][2]["product_id"] = self.product_b.id
            self._post_invoices(vals)
        self.assertEqual(self._read(purchases), 1250)
        self.assertEqual(self._read(metrics - purchases), 25)

    def test_quantity_in_a_unit(self):
        """R6: oil counts in litres, whatever unit it was sold in; other goods do not."""
        litre, cl = (
            self.env.ref("uom.product_uom_litre"),
            self.env.ref("uom.product_uom_cubic_foot"),
        )
        self.assertTrue(litre._has_common_reference(cl))
        metric = self._create_metric(
            "oil", "computed", measure="quantity", uom_id=litre.id, unit="l"
        )
        self.assertEqual(metric.basis, "quantity")
        oil = self.env["product.product"].create({"name": "Oil", "uom_id": litre.id})
        invoice = self._prepare_invoice(self.dealer, "2026-02-01", [10, 10])
        invoice["invoice_line_ids"][0][2].update(
            {"product_id": oil.id, "quantity": 12, "product_uom_id": litre.id}
        )
        self._post_invoices(invoice)
        self.assertEqual(self._read(metric), 12)

    def test_R4_paid_late(self):
        """R4: invoices not fully paid on their due date, each judged once, when it falls due."""
        late = self._create_metric("late", "computed", measure="paid_late")
        invoices = self._post_invoices(
            *[
                self._prepare_invoice(self.dealer, "2026-01-10", [100], invoice_date_due=due)
                for due in ("2026-02-09", "2026-02-09", "2026-02-09", "2026-04-10")
            ]
        )
        self.assertEqual(self._read(late), 3)
        self._pay(invoices[0], "2026-02-09")
        self._pay(invoices[1], "2026-02-09", 99.99)
        self._pay(invoices[2], "2026-02-10")
        self._pay(invoices[3], "2026-04-11")
        self.assertEqual(self._read(late), 2, "one cent short, one day late")
        self.assertEqual(self._read(late, Q2), 1)
        self.assertEqual(self._read(late, dealer=self.dealer_2), 0)
        late.late_grace_days = 1
        self.assertEqual(self._read(late), 1)
        self.assertEqual(self._read(late, Q2), 0)
        late.write({"late_grace_days": 0, "late_judged": "invoiced"})
        self.assertEqual(self._read(late), 2, "what falls due after the window is not judged")
        self.assertEqual(self._read(late, YEAR), 3)

    def _pay(self, invoice, day, amount=None):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"payment_date": day} | ({"amount": amount} if amount else {}))
        )
        wizard._create_payments()

    # ------------------------------------------------------------------
    # Targets
    # ------------------------------------------------------------------

    def test_targets_of_components(self):
        """A component's targets add up over months and stores, and hold for its versions."""
        component = self.agreement.component_ids
        for month in MONTHS:
            self._target(component, month, 100)
        targets = self.env["rebate.target"]
        found = targets._read_asked([(component, *Q1), (component, *YEAR)])
        self.assertEqual(found, [{(self.dealer.id, 0): 300}, {}])
        copy = self.agreement.copy({"name": "Next version"}).component_ids
        copy.sudo().component_key = component.component_key
        self.assertEqual(targets._read_asked([(copy, *Q1)]), found[:1])

    def test_target_is_of_one_thing(self):
        """A target is of a metric or of a component, and not negative."""
        metric = self._create_metric("sales")
        with self._assert_refused():
            self._target(metric, Q1, 1, component_id=self.agreement.component_ids.id)
        with self.assertRaises(ValidationError):
            self._target(metric, Q1, -1)

    # ------------------------------------------------------------------
    # Nothing twice
    # ------------------------------------------------------------------

    def test_figures_that_would_count_twice_are_refused(self):
        """The same period, overlapping periods, and a dealer beside its stores are refused."""
        metric = self._create_metric("sales")
        store = self._create_stores(self.dealer, "A")
        self._value(metric, MONTHS[0], 1)
        overlap = (date(2026, 1, 15), date(2026, 2, 15))
        for period, vals in (
            (MONTHS[0], {}),
            (overlap, {}),
            (MONTHS[0], {"outlet_id": store.id}),
            (Q1, {"outlet_id": store.id}),
        ):
            with self.subTest(period=period, vals=vals), self._assert_refused():
                self._value(metric, period, 2, **vals)
        self._value(metric, Q1, 2)
        self._value(metric, MONTHS[0], 2, dealer=self.dealer_2)
        self.assertEqual(
            self.env["rebate.metric.value"].search_count([("metric_id", "=", metric.id)]), 3
        )

    def test_rejected_value_makes_room(self):
        """After a rejection another value may be entered; then the rejected one does not return."""
        metric = self._create_metric("sales")
        wrong = self._value(metric, Q1, 1, verify=False)
        wrong.with_user(self.verifier)._reject("Not the figures of your books")
        self.assertEqual(wrong.state, "rejected")
        right = self._value(metric, Q1, 2)
        self.assertEqual(self._read(metric), 2)
        with self._assert_refused():
            wrong.with_user(self.clerk).action_draft()
        self.assertEqual(right.state, "verified")

    def test_numbers_that_are_none(self):
        """Infinity, 1e308 and negative quantities are refused."""
        metric, items = self._create_metric("sales"), self._create_metric("cases", "items")
        for number in (1e308, -1e15, float("inf"), float("nan")):
            with (
                self.subTest(number),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self._value(metric, Q1, number)
        for vals in ({"quantity": -1}, {"weight": 1e300}):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self._items(items, {"date": "2026-01-01"} | vals)

    def test_merged_dealers_keep_all_figures(self):
        """Merging two dealers loses no value, item or target: they add up, and a note says so."""
        sales, cases = self._create_metric("sales"), self._create_metric("cases", "items")
        for dealer, value in ((self.dealer, 10), (self.dealer_2, 5)):
            self._value(sales, Q1, value, dealer=dealer)
            self._items(cases, {"date": "2026-02-01"}, dealer=dealer)
            self._target(sales, Q1, 100, dealer=dealer)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([self.dealer.id, self.dealer_2.id], self.dealer, extra_checks=False)
        self.env.invalidate_all()
        found = (sales | cases)._read_values(self.agreement, [Q1])
        self.assertEqual(found[sales.id, self.dealer.id, 0, Q1[0]], 15)
        self.assertEqual(found[cases.id, self.dealer.id, 0, Q1[0]], 2)
        targets = self.env["rebate.target"]._read_asked([(sales, *Q1)])
        self.assertEqual(targets, [{(self.dealer.id, 0): 200}])
        self.assertIn("Sales", self.dealer.message_ids[0].body + self.dealer.message_ids[1].body)
        # Steps still work for both, and a third one is refused.
        for value in self.env["rebate.metric.value"].search([("metric_id", "=", sales.id)]):
            value.with_user(self.verifier).action_draft()
        with self._assert_refused():
            self._value(sales, Q1, 1)

    # ------------------------------------------------------------------
    # Deadlines
    # ------------------------------------------------------------------

    def test_R3_deadline_in_the_companys_time_zone(self):
        """R3: the last day ends at midnight where the company is."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        metric = self._create_metric("sales", has_deadline=True, deadline_days=5)
        deadline = metric._get_deadline(date(2026, 1, 31))
        self.assertEqual(deadline, datetime(2026, 2, 5, 15, 59, 59))
        self.assertFalse(self._create_metric("free")._get_deadline(date(2026, 1, 31)))
        with freeze_time("2026-02-05 15:59:59"):
            self.assertFalse(self._value(metric, MONTHS[0], 1).is_late)
        with freeze_time("2026-02-05 16:00:00"):
            self.assertTrue(self._value(metric, MONTHS[0], 1, dealer=self.dealer_2).is_late)

    def test_R3_deadline_in_working_days(self):
        """R3: weekends and the company's holidays do not count."""
        calendar = self.company.resource_calendar_id
        calendar.tz = "Asia/Shanghai"
        metric = self._create_metric(
            "sales", has_deadline=True, deadline_days=5, deadline_type="working"
        )
        # 31 January 2026 is a Saturday: Monday 2 to Friday 6 February.
        self.assertEqual(metric._get_deadline(date(2026, 1, 31)).date(), date(2026, 2, 6))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-02-02 16:00:00",
                "date_to": "2026-02-03 15:59:59",
            }
        )
        self.assertEqual(metric._get_deadline(date(2026, 1, 31)).date(), date(2026, 2, 9))

    def test_R3_verdict_stays_and_can_be_waived(self):
        """R3: a new rule changes no verdict; a waiver is on record and lifts the forfeit."""
        metric = self._create_metric("sales", has_deadline=True, deadline_days=1)
        with freeze_time("2026-04-20"):
            value = self._value(metric, Q1, 1)
        deadline = value.deadline
        metric.deadline_days = 60
        self.assertTrue(value.is_late)
        self.assertEqual(value.deadline, deadline)
        values = self.env["rebate.metric.value"]
        self.assertTrue(values._read_late(metric, [Q1]))
        value.with_user(self.verifier).waiver = "Our portal was down"
        self.assertTrue(value.is_late)
        self.assertFalse(values._read_late(metric, [Q1]))

    # ------------------------------------------------------------------
    # Speed, terms
    # ------------------------------------------------------------------

    def _count_queries(self, metrics, windows):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = metrics._read_values(self.everybody, windows)
        return self.env.cr.sql_log_count - before, found

    @warmup
    def test_queries_do_not_depend_on_windows_or_dealers(self):
        """Many dealers and windows cost the queries of one."""
        sales = self._create_metric("sales")
        cases = self._create_metric("cases", "items")
        turnover = self._create_metric("turnover", "computed", measure="turnover")
        completion = self._create_metric(
            "completion", "computed", measure="completion", operand_id=sales.id
        )
        growth = self._create_metric("growth", "computed", measure="growth", operand_id=turnover.id)
        months = self._create_metric(
            "months", "computed", measure="months_reached", operand_id=completion.id
        )
        late = self._create_metric("late", "computed", measure="paid_late")
        ratio = self._create_metric("ratio", "formula", formula="cases / sales")
        self.everybody = self._create_agreement(
            self._create_table([(0, 3)]), name="All", dealer_scope="all"
        )
        metrics = sales | cases | turnover | completion | growth | months | late | ratio
        self._value(sales, Q1, 1)
        self._count_queries(metrics, [Q1])
        few, _found = self._count_queries(metrics, [Q1])
        for number in range(15):
            dealer = self._create_dealer(f"Dealer {number}")
            self._value(sales, Q1, 10, dealer=dealer)
            self._items(cases, {"date": "2026-02-01"}, dealer=dealer)
            self._target(sales, Q1, 10, dealer=dealer)
        many, found = self._count_queries(metrics, [*MONTHS, Q2])
        self.assertEqual(many, few)
        self.assertLess(few, 30)
        self.assertGreater(len(found), 15)

    def test_terms_of_agreements_in_force(self):
        """What an agreement in force relies on does not change, directly or through formulas."""
        base = self._create_metric("base")
        top = self._create_metric("top", "formula", formula="base * 2")
        agreement = self._create_agreement(
            self._create_table([(0, 2)]),
            name="Gated",
            activate=False,
            component_vals={"gate_ids": [Command.create({"metric_id": top.id, "threshold": 1})]},
        )
        base.aggregation = "average"
        agreement.action_activate()
        for metric, vals in ((top, {"formula": "base"}), (base, {"aggregation": "last"})):
            with self.subTest(metric.code), self.assertRaises(UserError):
                metric.write(vals)
        base.write({"name": "Another name", "needs_evidence": True})
        terms = top._get_terms()
        self.assertEqual(set(terms), {"base", "top"})

    def test_only_those_who_take_part_have_values(self):
        """What others report is none of this agreement's business."""
        sales = self._create_metric("sales")
        outsider = self._create_dealer("Outsider")
        for dealer in (self.dealer, outsider):
            self._value(sales, Q1, 1, dealer=dealer)
        found = sales._read_values(self.agreement, [Q1])
        self.assertEqual({partner for _metric, partner, _outlet, _key in found}, {self.dealer.id})

    def test_R3_a_late_store_makes_its_dealer_late(self):
        """R3: the data of a dealer are complete when those of its stores are."""
        metric = self._create_metric("sales", has_deadline=True, deadline_days=5)
        early, late = self._create_stores(self.dealer, "A", "B")
        with freeze_time("2026-02-01"):
            self._value(metric, MONTHS[0], 1, outlet_id=early.id)
        with freeze_time("2026-03-01"):
            self._value(metric, MONTHS[0], 1, outlet_id=late.id)
        self.assertEqual(
            self.env["rebate.metric.value"]._read_late(metric, MONTHS),
            {(self.dealer.id, outlet, MONTHS[0][0]) for outlet in (0, late.id)},
        )

    def test_copy_has_a_code_of_its_own(self):
        """A duplicate is another metric."""
        metric = self._create_metric("sales")
        self.assertEqual(metric.copy().code, "sales_2")
        self.assertEqual(metric.copy().code, "sales_3")
        other = self.setup_other_company()["company"]
        self.assertTrue(self._create_metric("sales", company_id=other.id))
