# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The worked examples of the rule books, through the model (golden/*.json)."""

from odoo.tests import tagged

from .common import D, RateTableCommon, cents, golden


@tagged("post_install", "-at_install")
class TestGolden(RateTableCommon):
    """Figures come from the golden files; bounds and rates of R3, R4 from the rules' text."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = golden("rebate")
        # R14 carries the tiers of R4, so that they are not copied here.
        cls.parts = cls.make_table(*cls.cases["R14-restate"]["given"]["tiers"])
        cls.month = cls.make_table((1_000_000, 0.5))
        cls.quarter = cls.make_table((3_000_000, 1))
        cls.year = cls.make_table((10_000_000, 2))

    def case(self, case_id):
        case = self.cases[case_id]
        return case["given"], case["expect"]

    def amounts(self, table, values, basis=None):
        return [cents(result.amount) for result in table.evaluate(values, basis)]

    def test_R1_base(self):
        given, expect = self.case("R1-base")
        table = self.make_table((0, given["rate_pct"]))
        self.assertEqual(self.amounts(table, [given["purchases"]]), [expect["rebate"]])

    def test_R3_months_quarters_year(self):
        for case_id in ("R3-quarter", "R3-edge", "R3-year"):
            given, expect = self.case(case_id)
            months = given["months"]
            quarters = [sum(months[i : i + 3]) for i in range(0, len(months), 3)]
            self.assertEqual(self.amounts(self.month, months), expect["monthly"])
            quarterly = expect["quarterly"]
            quarterly = quarterly if isinstance(quarterly, list) else [quarterly]
            self.assertEqual(self.amounts(self.quarter, quarters), quarterly)
            if "yearly" in expect:
                self.assertEqual(self.amounts(self.year, [sum(months)]), [expect["yearly"]])

    def test_R4_tiers(self):
        for case_id in ("R4-none", "R4-first", "R4-second", "R4-edge", "R4-top"):
            given, expect = self.case(case_id)
            paid = self.amounts(self.parts, [given["quarter_purchases"]])
            self.assertEqual(paid, [expect["rebate"]], case_id)

    def test_R4_incremental(self):
        given, expect = self.case("R4-incremental")
        slabs = self.parts.copy({"method": given["method"]})
        paid = self.amounts(slabs, [given["quarter_purchases"]])
        self.assertEqual(paid, [expect["rebate"]])

    def make_step(self, given):
        return self.make_table(
            method="step",
            step_every=float(given["every"]),
            step_amount=float(given["give"]),
            step_cap=float(given["cap"]),
        )

    def test_R5_step(self):
        given, expect = self.case("R5-step")
        table = self.make_step(given)
        self.assertEqual(self.amounts(table, given["amounts"]), expect["rebates"])

    def test_R5_per_order_and_return(self):
        given, expect = self.case("R5-per-order")
        table = self.make_step(given)
        self.assertEqual(self.amounts(table, [sum(given["orders"])]), [expect["added_up"]])
        self.assertEqual(sum(self.amounts(table, given["orders"])), expect["per_order"])
        given, expect = self.case("R5-return")
        first = sum(given["orders"])
        after = first - sum(given["returns"])
        self.assertEqual(self.amounts(table, [first, after]), [expect["first"], expect["after"]])

    def test_R6_matrix_and_gate(self):
        for case_id in ("R6-matrix", "R6-gate"):
            given, expect = self.case(case_id)
            table = self.make_table(*given["matrix"], inputs="two")
            completions = (given["purchase_completion_pct"], given["retail_completion_pct"])
            [result] = table.evaluate([completions], [given["quarter_purchases"]])
            self.assertEqual(result.rate, expect["rate_pct"])
            self.assertEqual(cents(result.amount), expect["rebate"])

    def test_R10_penetration_and_coverage(self):
        """15 % opens (included), more than 35 % adds (excluded): both readings of an edge."""
        for case_id in ("R10-open", "R10-edge"):
            given, expect = self.case(case_id)
            opens = self.make_table(*given["penetration_table_points"], method="band")
            adds = self.make_table((35, given["extra_points"]), method="band", bound="above")
            [points] = opens.evaluate([given["penetration_pct"]])
            [extra] = adds.evaluate([given["coverage_pct"]])
            self.assertEqual(points.amount + extra.amount, expect["points"])

    def test_R11_delivery(self):
        given, expect = self.case("R11")
        table = self.make_table((0, given["rate_pct"]))
        self.assertEqual(self.amounts(table, [sum(given["delivery_charges"])]), [expect["rebate"]])

    def test_R12_interim(self):
        given, expect = self.case("R12-interim")
        table = self.make_table(*given["tiers"], method=given["method"])
        half, full = self.amounts(table, [given["h1"], given["h1"] + given["h2"]])
        self.assertEqual((half, full), (given["settled_h1"], expect["full_year"]))

    def test_R12_group(self):
        given, expect = self.case("R12-group-together")
        table = self.make_table(*given["tiers"])
        volumes = list(given["members"].values())
        [together] = self.amounts(table, [sum(volumes)])
        self.assertEqual(together, sum(expect.values()))
        _given, expect = self.case("R12-group-alone")
        self.assertEqual(self.amounts(table, volumes), list(expect.values()))

    def test_R12_carry(self):
        """A negative quarter is carried by a table whose lowest row has no lower bound."""
        given, expect = self.case("R12-floor-carry")
        quarters = [given["q1"], given["q2"]]
        floor = self.make_table((0, given["rate_pct"]))
        self.assertEqual(self.amounts(floor, quarters), list(expect["floor"].values()))
        carry = self.make_table((0, given["rate_pct"]), open_below=True)
        q1, q2 = self.amounts(carry, quarters)
        self.assertEqual((q1, q2), (expect["carry"]["q1"], expect["carry"]["q2"]))

    def test_R13_growth(self):
        given, expect = self.case("R13-growth")
        growth = (given["current"] - given["previous"]) * 100 / given["previous"]
        self.assertEqual(growth, expect["growth_pct"])
        [result] = self.make_table(*given["tiers"]).evaluate([growth], [given["current"]])
        self.assertEqual(result.rate, expect["rate_pct"])
        self.assertEqual(cents(result.amount), expect["rebate"])

    def test_R14_restatement(self):
        given, expect = self.case("R14-restate")
        restated = given["q1_purchases"] + given["late_credit_note_dated_q1"]
        first, again, second = self.amounts(
            self.parts, [given["q1_purchases"], restated, given["q2_purchases"]]
        )
        self.assertEqual(first, given["q1_settled"])
        self.assertEqual(again, expect["q1_recomputed"])
        self.assertEqual(second, expect["q2_own"])

    def test_R15_accrual(self):
        given, expect = self.case("R15-accrual")
        table = self.make_table(*given["tiers"], method=given["method"])
        months = given["months"]
        to_date = [sum(months[: i + 1]) for i in range(len(months))]
        self.assertEqual(self.amounts(table, to_date), expect["accrued_to_date"])

    def test_K2_speed(self):
        """Within 3 days 10, 3 to 5 days 8, over 5 days 5: the upper bound is included."""
        case = golden("kpi")["K2-speed"]
        table = self.make_table(
            (0, 10), (3, 8), (5, 5), method="band", bound="above", open_below=True
        )
        points = [r.amount for r in table.evaluate(case["given"]["days"])]
        self.assertEqual(points, case["expect"]["points"])
        self.assertEqual([r.amount for r in table.evaluate([D(0)])], [D(10)])

    def test_K3_grades(self):
        case = golden("kpi")["K3-grades"]
        table = self.make_table(*case["given"]["bands"], method="band")
        pay = [r.amount for r in table.evaluate(case["given"]["points"])]
        self.assertEqual(pay, case["expect"]["pay"])
