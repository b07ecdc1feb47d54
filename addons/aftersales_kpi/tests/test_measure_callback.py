# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestMeasureCallback(KpiCommon):
    """What customers say, in points and in shares."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.points = cls.env.ref("aftersales_kpi.indicator_satisfaction")
        cls.service = cls.env.ref("aftersales_kpi.indicator_service_satisfaction")
        cls.product = cls.env.ref("aftersales_kpi.indicator_product_satisfaction")

    def answer(self, **vals):
        """A job whose customer gives this one answer on the phone, in September."""
        voucher = self.make_job(self.tech, outcomes=())
        self.env["aftersales.callback"].create(
            {"voucher_id": voucher.id, "called_at": datetime(2026, 9, 9), **vals}
        )
        return voucher

    def rate(self, value, at=datetime(2026, 9, 10)):
        voucher = self.make_job(self.tech, outcomes=())
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("aftersales.voucher"),
                "res_id": voucher.id,
                "rating": value,
                "consumed": True,
            }
        )
        rating.rated_on = at
        return voucher

    def test_K2_satisfaction_points(self):
        """Very satisfied 10, satisfied 8, dissatisfied 5: their mean."""
        self.answer(outcome="satisfied", service_satisfaction="very_satisfied")
        self.answer(outcome="satisfied")
        self.answer(outcome="dissatisfied")
        self.answer(outcome="no_answer")
        measure = self.measure(self.points)[self.tech.id]
        self.assertEqual((measure.amount, measure.weight), (23, 3))
        self.assertEqual(measure.rounded, Decimal("7.6667"))

    def test_K2_satisfaction_counts_ratings_too(self):
        """Five steps of the mail's link; a rating of another month counts there."""
        for value in (5, 4, 3, 2, 1):
            self.rate(value)
        self.rate(5, at=datetime(2026, 10, 1))
        measure = self.measure(self.points)[self.tech.id]
        self.assertEqual((measure.amount, measure.weight), (10 + 8 + 6 + 5 + 5, 5))

    def test_K2_each_answer_of_a_job_counts_once(self):
        voucher = self.make_job(self.tech, outcomes=("dissatisfied", "satisfied"))
        measure = self.measure(self.points)[self.tech.id]
        self.assertEqual((measure.amount, measure.weight), (13, 2))
        self.assertEqual(measure.source_ids, (voucher.id,))

    def test_K2_scores_are_configuration(self):
        self.answer(outcome="not_fixed_first")
        self.answer(outcome="bad_attitude")
        strict = self.points.copy({"score_not_fixed": 3, "score_complaint": 0})
        self.assertEqual(self.measure(strict)[self.tech.id].value, Decimal("1.5"))
        self.assertEqual(self.measure(self.points)[self.tech.id].value, 5)
        self.assertIn("not fixed 3", strict.formula)

    def test_K5_product_and_service_are_told_apart(self):
        self.answer(outcome="satisfied", product_satisfaction="dissatisfied")
        self.answer(outcome="satisfied", product_satisfaction="very_satisfied")
        self.answer(outcome="satisfied")
        self.assertEqual(self.measure(self.service)[self.tech.id].value, 80)
        self.assertEqual(self.measure(self.product)[self.tech.id].value, 75)

    def test_K5_second_answer_does_not_contradict_the_outcome(self):
        with self.assertRaises(ValidationError):
            self.answer(outcome="satisfied", service_satisfaction="dissatisfied")
        with self.assertRaises(ValidationError):
            self.answer(outcome="dissatisfied", service_satisfaction="very_satisfied")

    def test_S9_callbacks_by_outcome(self):
        self.make_job(self.tech, outcomes=("no_answer", "satisfied"))
        self.make_job(self.tech, outcomes=("not_fixed_first", "satisfied"))
        self.make_job(self.tech, outcomes=("bad_attitude",))
        expected = {"satisfied": 50, "not_fixed_first": 25, "bad_attitude": 25, "dissatisfied": 0}
        for outcome, value in expected.items():
            indicator = self.env.ref(f"aftersales_kpi.indicator_callback_{outcome}")
            self.assertEqual(self.measure(indicator)[self.tech.id].value, value, outcome)
            self.assertEqual(
                indicator.better, "higher" if outcome == "satisfied" else "lower", outcome
            )
        count = self.env.ref("aftersales_kpi.indicator_callback_bad_attitude_count")
        self.assertEqual(self.measure(count)[self.tech.id].value, 1)

    def test_answers_in_the_time_zone_of_the_company(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        voucher = self.make_job(self.tech, datetime(2026, 9, 29), outcomes=())
        self.env["aftersales.callback"].create(
            {
                "voucher_id": voucher.id,
                "called_at": datetime(2026, 9, 30, 16),
                "outcome": "satisfied",
            }
        )
        self.assertEqual(self.measure(self.points), {})
        october = self.measure(self.points, date(2026, 10, 1), date(2026, 10, 31))
        self.assertEqual(october[self.tech.id].value, 8)
