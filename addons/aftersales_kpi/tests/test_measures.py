# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import KpiCommon

# Measures that are computed from records of their own, not from rows.
MINE = {
    "accessories_per_unit",
    "accessories_ratio",
    "accessories_sold",
    "active_customers",
    "bay_turnover",
    "body_paint_income",
    "callback_count",
    "callback_share",
    "care_sold",
    "complaints",
    "complaints_per_thousand",
    "complaints_weighted",
    "direct_ratio",
    "direct_sales",
    "direct_units_sold",
    "dispute_rate",
    "disputes",
    "external_sales",
    "first_time_fix",
    "fitting_rate",
    "group_sales",
    "income_per_unit",
    "insurance_renewal_rate",
    "job_income",
    "loss_rate",
    "material_ratio",
    "new_insurance_rate",
    "oil_sold",
    "on_time_hand_over",
    "parts_sold",
    "phone_rate",
    "policies_new",
    "policies_renewed",
    "price_difference_rate",
    "product_satisfaction",
    "promises_kept",
    "quality",
    "response_dispatch",
    "response_visit",
    "rework_count",
    "rework_rate",
    "satisfaction",
    "service_satisfaction",
    "slow_stock",
    "speed",
    "units_seen",
    "units_sold",
    "visits",
}


@tagged("post_install", "-at_install")
class TestMeasures(KpiCommon):
    """What holds for each measure over documents."""

    def test_each_measure_is_shipped_as_an_indicator(self):
        """With a unit, and a formula in words that an employee can recompute (K4)."""
        records = self.env["aftersales.kpi.indicator"].search([("measure", "in", list(MINE))])
        shipped = records.filtered(
            lambda record: record.get_external_id()[record.id].startswith("aftersales_kpi.")
        )
        self.assertEqual(set(shipped.mapped("measure")), MINE)
        for indicator in shipped:
            kind = indicator._get_kind()
            self.assertTrue(indicator.unit and indicator.formula, indicator.code)
            self.assertIn(kind.model, self.env, indicator.code)
            self.assertEqual(indicator.better, kind.better, indicator.code)

    def test_one_query_for_all_subjects_of_each_measure(self):
        """However many jobs and people there are; and each kind of subject can be asked for."""
        for technician in (self.tech, self.other, self.tech):
            self.make_job(technician, outcomes=("dissatisfied", "satisfied"))
        self.env.flush_all()
        for key in sorted(MINE):
            indicator = self.env["aftersales.kpi.indicator"].search([("measure", "=", key)])[:1]
            for subject in indicator._get_kind().subjects:
                # The company's time zone, its address and what is read of the indicator.
                expected = self.measure(indicator, subject=subject)
                with self.assertQueryCount(1):
                    found = self.measure(indicator, subject=subject)
                self.assertEqual(found, expected, (key, subject))
                some = self.measure(indicator, subject=subject, subject_ids=list(found)[:1])
                self.assertEqual(some, dict(list(found.items())[:1]), (key, subject))

    def test_each_record_stands_once_a_subject(self):
        """What is kept as the sources of a figure adds up to it."""
        for technician in (self.tech, self.other, self.tech):
            self.make_job(technician, outcomes=("dissatisfied", "satisfied"))
        self.env.flush_all()
        for key in sorted(MINE):
            indicator = self.env["aftersales.kpi.indicator"].search([("measure", "=", key)])[:1]
            subject = indicator._get_kind().subjects[-1]
            scope = indicator._get_scope(self.company, *self.month_bounds(), subject=subject)
            rows = self.env.execute_query(indicator._get_rows(scope))
            keys = [(row[0], row[1]) for row in rows if row[1]]
            self.assertEqual(len(keys), len(set(keys)), key)

    def test_managers_may_read_the_records_behind_each_figure(self):
        for key in sorted(MINE):
            indicator = self.env["aftersales.kpi.indicator"].search([("measure", "=", key)])[:1]
            records = self.env[indicator._get_kind().model].with_user(self.manager)
            self.assertTrue(records.has_access("read"), key)

    def test_only_jobs_of_one_kind(self):
        self.make_job(self.tech, kind="maintenance")
        self.make_job(self.tech)
        visits = self.env.ref("aftersales_kpi.indicator_visits")
        maintenance = self.env.ref("aftersales_kpi.indicator_maintenance_visits")
        self.assertEqual(self.measure(visits)[self.tech.id].value, 2)
        self.assertEqual(self.measure(maintenance)[self.tech.id].value, 1)
        self.assertIn("Maintenance", maintenance.formula)

    def test_K4_terms_of_a_measure_are_kept_with_the_figure(self):
        """Another score later does not change what is said of an old figure."""
        points = self.env.ref("aftersales_kpi.indicator_satisfaction").copy()
        terms, formula = points._get_terms(), points.formula
        points.score_dissatisfied = 1
        self.assertNotEqual(points.formula, formula)
        self.assertEqual(self.env["aftersales.kpi.indicator"].new(terms).formula, formula)
