# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.float_utils import float_round

from .common import golden
from .metric_common import MONTHS, Q1, YEAR, MetricCommon


@tagged("post_install", "-at_install")
class TestConditions(MetricCommon):
    """Metrics as basis and driver, gates and adjustments: golden cases through settlements."""

    def _gate(self, metric, threshold, comparison="ge", **vals):
        return Command.create(
            {"metric_id": metric.id, "threshold": threshold, "comparison": comparison} | vals
        )

    def _reported(self, period, **values):
        """Metrics with a verified value each, of the first dealer: {code: metric}."""
        metrics = {}
        for code, value in values.items():
            metrics[code] = self._create_metric(code)
            self._value(metrics[code], period, value)
        return metrics

    def _settle_one(self, component, amount, period="quarter", **vals):
        agreement = self._scheme([component], name=f"Scheme {amount}", period=period, **vals)
        if amount:
            self._invoice(self.dealer, "2026-02-01", amount)
        settlement = self._settle(agreement, "2026-03-31" if period == "quarter" else "2026-12-31")
        self._assert_ledger(agreement)
        return settlement

    def test_R3_sales_as_the_dealer_reports_them(self):
        """R3: verified reports are the basis, each stands in the ledger, and tiers are read."""
        given, expect = golden("R3-quarter")
        metric = self._create_metric("sales")
        agreement = self._commercial_vehicles(metric)
        for period, amount in zip(MONTHS, given["months"], strict=True):
            report = self._value(metric, period, amount)
        paid = {"month": [], "quarter": []}
        for _start, end in MONTHS:
            settlement = self._settle(agreement, end)
            for line in settlement.line_ids.sorted("period_from"):
                if not line.is_restatement:
                    paid[line.component_id.period].append(line.amount)
        self.assertEqual(paid["month"], expect["monthly"])
        self.assertEqual(paid["quarter"], [expect["quarterly"]])
        rows = settlement.line_ids.allocation_ids.filtered("metric_value_id")
        self.assertIn(report, rows.metric_value_id)
        self.assertIn("Sales 2026-03-01", " ".join(rows.mapped("document")))
        self.assertEqual(rows[0].action_view_document()["res_model"], "rebate.metric.value")
        self._assert_ledger(agreement)

    def test_R3_late_month_forfeits_its_own_component_only(self):
        """R3: the late month is not paid; its turnover still counts for the quarter."""
        given, expect = golden("R3-late")
        metric = self._create_metric("sales", has_deadline=True, deadline_days=40000)
        agreement = self._commercial_vehicles(metric)
        for period, amount, late in zip(
            MONTHS, given["months"], given["submitted_late"], strict=True
        ):
            value = self._value(metric, period, amount)
            value.sudo().is_late = late
        paid = {"month": [], "quarter": []}
        for _start, end in MONTHS:
            for line in self._settle(agreement, end).line_ids:
                if not line.is_restatement:
                    paid[line.component_id.period].append(line.amount)
                    if not line.amount:
                        forfeited = line
        self.assertEqual(paid["month"], expect["monthly"])
        self.assertEqual(paid["quarter"], [expect["quarterly"]])
        self.assertEqual(forfeited.forgone, 6000)
        self.assertIn("reported in time: value none, shut", forfeited.explanation)
        self.assertIn("costs", forfeited.explanation)

    def _commercial_vehicles(self, metric):
        return self._scheme(
            [
                {
                    "period": period,
                    "basis": "metric",
                    "basis_metric_id": metric.id,
                    "rate_table_id": self._create_table([(bound, rate)]).id,
                    "gate_ids": [Command.create({"kind": "in_time", "metric_id": metric.id})],
                }
                for period, bound, rate in (("month", 1000000, 0.5), ("quarter", 3000000, 1))
            ],
            name="Commercial vehicles",
            period="month",
        )

    def test_R3_only_verified_reports_count(self):
        """R3: what nobody verified is no basis."""
        metric = self._create_metric("sales")
        self._value(metric, Q1, 1000000, verify=False)
        settlement = self._settle_one(
            {
                "basis": "metric",
                "basis_metric_id": metric.id,
                "rate_table_id": self._percent(1).id,
            },
            0,
        )
        self.assertFalse(settlement.line_ids)

    def test_R6_matrix_of_two_completions(self):
        """R6: the cell that both completions reach, or nothing."""
        for case_id in ("R6-matrix", "R6-gate"):
            with self.subTest(case_id):
                given, expect = golden(case_id)
                prefix = case_id[3:].lower()
                metrics = self._reported(
                    Q1,
                    **{
                        f"{prefix}_purchase": given["purchase_completion_pct"],
                        f"{prefix}_retail": given["retail_completion_pct"],
                    },
                )
                ((first, second, rate),) = given["matrix"]
                table = self.env["rate.table"].create(
                    {
                        "name": case_id,
                        "inputs": "two",
                        "line_ids": [
                            Command.create(
                                {"from_value": first, "from_value_2": second, "value": rate}
                            )
                        ],
                    }
                )
                dealer_before = self.dealer
                purchase, retail = metrics.values()
                settlement = self._settle_one(
                    {
                        "rate_by": "matrix",
                        "rate_metric_id": purchase.id,
                        "rate_metric_2_id": retail.id,
                        "rate_table_id": table.id,
                    },
                    given["quarter_purchases"] if case_id == "R6-matrix" else 0,
                )
                self.assertEqual(dealer_before, self.dealer)
                line = settlement.line_ids.filtered(lambda line: line.partner_id == self.dealer)
                self.assertEqual(line.rate, expect["rate_pct"])
                self.assertEqual(line.amount, expect["rebate"])
                self.assertIn(purchase.name, line.explanation)

    def test_R6_adjustments_on_the_year(self):
        """R6: points for months at 100 % and for accessories, only if both completions hold."""
        for case_id in ("R6-adjust-up", "R6-adjust-both", "R6-adjust-gated"):
            with self.subTest(case_id):
                given, expect = golden(case_id)
                prefix = case_id[3:].replace("-", "_")
                metrics = self._reported(
                    YEAR,
                    **{
                        f"{prefix}_purchase": given["year_purchase_completion_pct"],
                        f"{prefix}_retail": given["year_retail_completion_pct"],
                        f"{prefix}_months": given["months_at_100pct"],
                        f"{prefix}_accessories": given["accessories_per_new_car"],
                    },
                )
                purchase, retail, months, accessories = metrics.values()
                settlement = self._settle_one(
                    {
                        "adjustment_ids": [
                            self._gate(months, 9, points=0.4),
                            self._gate(accessories, 800, "lt", points=-0.4),
                        ],
                        "gate_ids": [self._gate(purchase, 90), self._gate(retail, 90)],
                    },
                    given["year_purchases"] if case_id == "R6-adjust-up" else 0,
                    period="year",
                )
                line = settlement.line_ids
                self.assertEqual(line.amount, expect["rebate"])
                if case_id != "R6-adjust-gated":
                    self.assertEqual(float(line.trace["points"]), expect["adjust_points"])

    def test_R6_quarter_and_year_to_date_are_two_gates(self):
        """R6: judged on the quarter and on the year to date: both have to hold."""
        metric = self._create_metric("accessories")
        self._value(metric, (Q1[0], Q1[1]), 80)
        self._value(metric, (Q1[0].replace(month=4), Q1[1].replace(month=6, day=30)), 120)
        agreement = self._scheme(
            [
                {
                    "rate_table_id": self._percent(10).id,
                    "gate_ids": [
                        self._gate(metric, 100),
                        self._gate(metric, threshold, span="ytd"),
                    ],
                }
                for threshold in (200, 200.01)
            ],
            name="Two gates",
        )
        self._invoice(self.dealer, "2026-05-01", 1000)
        settlement = self._settle(agreement, "2026-06-30")
        self.assertEqual(settlement.line_ids.mapped("amount"), [100, 0])
        verdicts = settlement.line_ids[1].trace["gates"]
        self.assertEqual([verdict["holds"] for verdict in verdicts], [True, False])
        self.assertEqual(verdicts[1]["value"], "200")

    def test_R6_approved_amounts_are_taken_off_once(self):
        """R6: warranty and goodwill of the seven days before an order's date."""
        given, expect = golden("R6-seven-days")
        metric = self._create_metric("approved", "items", empty_is_zero=True)
        self._items(
            metric,
            *[
                {"date": approved["date"], "quantity": approved["amount"], "weight": 1}
                for approved in given["approved"]
            ],
        )
        agreement = self._scheme(
            [{"rate_table_id": self._percent(100).id, "deduct_metric_id": metric.id}]
        )
        for order in given["orders"]:
            self._invoice(self.dealer, order["date"], order["amount"])
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(settlement.line_ids.amount, sum(expect["amounts"]))
        self._assert_sum_of_allocations(settlement)

    def _assert_sum_of_allocations(self, settlement):
        for line in settlement.line_ids:
            self.assertEqual(
                float_round(sum(line.allocation_ids.mapped("amount_delta")), 2), line.amount
            )

    def test_R7_every_gate_is_shown(self):
        """R7: all five gates hold, or nothing is paid, and the shut one says what it cost."""
        for case_id in ("R7-open", "R7-one-shut"):
            with self.subTest(case_id):
                given, expect = golden(case_id)
                prefix = case_id[3:].replace("-", "_")
                metrics = self._reported(
                    Q1,
                    **{f"{prefix}_{name}": value for name, (value, _t) in given["gates"].items()},
                )
                settlement = self._settle_one(
                    {
                        "rate_table_id": self._percent(given["rate_pct"]).id,
                        "gate_ids": [
                            self._gate(metrics[f"{prefix}_{name}"], threshold)
                            for name, (_value, threshold) in given["gates"].items()
                        ],
                    },
                    given["purchases"] if case_id == "R7-open" else 0,
                )
                line = settlement.line_ids
                self.assertEqual(line.amount, expect["rebate"])
                failed = [gate["name"] for gate in line.trace["gates"] if not gate["holds"]]
                self.assertEqual(len(line.trace["gates"]), len(given["gates"]))
                self.assertEqual(len(failed), len(expect.get("failed", [])))
                for name, text in zip(expect.get("failed", []), failed, strict=True):
                    self.assertIn(name.title(), text)
                    self.assertEqual(line.forgone, 3000)

    def test_R7_nothing_reported_is_no_open_gate(self):
        """R7: a metric without a value shuts its gate."""
        metric = self._create_metric("paint")
        settlement = self._settle_one(
            {"rate_table_id": self._percent(3).id, "gate_ids": [self._gate(metric, 0)]}, 1000
        )
        self.assertEqual(settlement.line_ids.amount, 0)
        self.assertIn("value none, shut", settlement.line_ids.explanation)

    def test_R8_limit_by_a_formula(self):
        """R8: complaints within (cars x 1 % + 10) + (visits x 0.1 % + 20)."""
        for case_id in ("R8-limit", "R8-over"):
            with self.subTest(case_id):
                given, expect = golden(case_id)
                prefix = case_id[3:]
                metrics = self._reported(
                    YEAR,
                    **{
                        f"{prefix}_{name}": given[name]
                        for name in ("new_cars", "visits", "complaints")
                    },
                )
                limit = self._create_metric(
                    f"{prefix}_limit",
                    "formula",
                    formula=f"({prefix}_new_cars * 0.01 + 10) + ({prefix}_visits * 0.001 + 20)",
                )
                settlement = self._settle_one(
                    {
                        "rate_table_id": self._percent(0.3).id,
                        "gate_ids": [
                            self._gate(
                                metrics[f"{prefix}_complaints"],
                                0,
                                "le",
                                threshold_metric_id=limit.id,
                            )
                        ],
                    },
                    given["purchases"] if case_id == "R8-limit" else 0,
                    period="year",
                )
                line = settlement.line_ids
                self.assertEqual(line.amount, expect["rebate"])
                self.assertEqual(float(line.trace["gates"][0]["limit"]), expect["limit"])

    def test_R9_at_most_so_many_points_and_two_gates(self):
        """R9: at most 3.5 %: gates on renewal rate and number of renewals, bonus by conversion."""
        metrics = self._reported(Q1, renewal=13, renewals=10, conversion=80)
        table = self._create_table([(0, 1), (50, 3), (70, 3.5)])
        component = {
            "rate_by": "metric",
            "rate_metric_id": metrics["conversion"].id,
            "rate_table_id": table.id,
            "gate_ids": [self._gate(metrics["renewal"], 13), self._gate(metrics["renewals"], 10)],
        }
        settlement = self._settle_one(component, 1000)
        self.assertEqual(settlement.line_ids.amount, 35)
        metrics["renewals"].sudo()
        self._value(self._create_metric("few"), Q1, 9)
        few = self.env["rebate.metric"].search([("code", "=", "few")])
        component["gate_ids"] = [self._gate(metrics["renewal"], 13), self._gate(few, 10)]
        self.assertEqual(self._settle_one(component, 0).line_ids.amount, 0)

    def test_R10_penetration_opens_and_coverage_adds(self):
        """R10: >= 15 opens, > 35 adds its points."""
        for case_id in ("R10-open", "R10-edge"):
            with self.subTest(case_id):
                given, expect = golden(case_id)
                prefix = case_id[4:]
                metrics = self._reported(
                    Q1,
                    **{
                        f"{prefix}_penetration": given["penetration_pct"],
                        f"{prefix}_coverage": given["coverage_pct"],
                    },
                )
                penetration, coverage = metrics.values()
                settlement = self._settle_one(
                    {
                        "rate_by": "metric",
                        "rate_metric_id": penetration.id,
                        "rate_table_id": self._create_table(given["penetration_table_points"]).id,
                        "gate_ids": [self._gate(penetration, 15)],
                        "adjustment_ids": [
                            self._gate(coverage, 35, "gt", points=given["extra_points"])
                        ],
                    },
                    1000 if case_id == "R10-open" else 0,
                )
                line = settlement.line_ids
                self.assertEqual(line.rate, expect["points"])
                self.assertEqual(line.amount, 1000 * expect["points"] / 100)

    def test_R13_turnover_target_by_completion(self):
        """R13: a rate by completion of the dealer's target."""
        turnover = self._create_metric("purchases", "computed", measure="turnover")
        completion = self._create_metric(
            "completion", "computed", measure="completion", operand_id=turnover.id
        )
        self.env["rebate.target"].create(
            {
                "metric_id": turnover.id,
                "partner_id": self.dealer.id,
                "date_from": Q1[0],
                "date_to": Q1[1],
                "value": 800,
            }
        )
        settlement = self._settle_one(
            {
                "rate_by": "metric",
                "rate_metric_id": completion.id,
                "rate_table_id": self._create_table([(100, 2), (125, 3), (150, 4)]).id,
            },
            1000,
        )
        self.assertEqual(settlement.line_ids.amount, 30)

    def test_R4_gate_paid_in_time(self):
        """R4: the buyer paid in time, or nothing is earned."""
        late = self._create_metric("paid_late", "computed", measure="paid_late")
        for dealer in (self.dealer, self.dealer_2):
            invoice = self._invoice(dealer, "2026-02-01", 1000, invoice_date_due="2026-03-01")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": "2026-03-01"})._create_payments()
        settlement = self._settle_one(
            {
                "rate_table_id": self._percent(5).id,
                "gate_ids": [self._gate(late, 0, "le")],
            },
            0,
        )
        self.assertEqual(settlement.line_ids.mapped("amount"), [0, 50])
        self.assertEqual(settlement.line_ids.mapped("forgone"), [50, 0])

    def test_R12_conditions_are_terms(self):
        """R12: gates and adjustments of an agreement in force do not change."""
        metric = self._create_metric("score")
        agreement = self._scheme(
            [
                {
                    "rate_table_id": self._percent(3).id,
                    "gate_ids": [self._gate(metric, 5)],
                    "adjustment_ids": [self._gate(metric, 9, points=1)],
                }
            ]
        )
        component = agreement.component_ids
        for record, vals in (
            (component.gate_ids, {"threshold": 4}),
            (component.adjustment_ids, {"points": 2}),
        ):
            with self.subTest(record), self.assertRaisesRegex(UserError, "in force"):
                record.write(vals)
            with self.subTest(record), self.assertRaisesRegex(UserError, "in force"):
                record.copy()
            with self.subTest(record), self.assertRaisesRegex(UserError, "in force"):
                record.unlink()

    def test_R12_versions_differ_by_their_gates(self):
        """R12: the difference names the gate that changes."""
        metric = self._create_metric("score")
        agreement = self._scheme(
            [{"rate_table_id": self._percent(3).id, "gate_ids": [self._gate(metric, 5)]}]
        )
        version = agreement._copy_as_version(agreement.date_start)
        version.component_ids.gate_ids.threshold = 6
        self.assertIn("Score ≥ 6", version.difference)
        self.assertIn("Score ≥ 5", version.difference)

    def test_R6_metric_is_chosen(self):
        """R6: a driver, a gate or a basis without its metric is refused."""
        agreement = self._create_agreement(self._percent(3), activate=False, name="Draft")
        component = agreement.component_ids
        for vals in ({"rate_by": "metric"}, {"rate_by": "matrix"}, {"basis": "metric"}):
            with self.subTest(vals), self.assertRaises(ValidationError), self.cr.savepoint():
                component.write(vals)
        for name in ("gate_ids", "adjustment_ids"):
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                component.write({name: [Command.create({"threshold": 1})]})

    def test_R7_queries_do_not_grow_with_dealers(self):
        """R7: gates of many dealers are read at once."""
        metric = self._create_metric("paint")
        dealers = self.env["res.partner"].create(
            [{"name": f"D{n}", "is_company": True, "is_dealer": True} for n in range(30)]
        )
        agreement = self._scheme(
            [{"rate_table_id": self._percent(3).id, "gate_ids": [self._gate(metric, 5)]}],
            partner_ids=dealers.ids,
        )
        counts = []
        for some in (dealers[:2], dealers[2:]):
            self._post_invoices(
                *[self._prepare_invoice(dealer, "2026-02-01", [100]) for dealer in some]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            agreement._compute_earnings([Q1], Q1[1])
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
