# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_accounts import AccountsCommon


@tagged("post_install", "-at_install")
class TestRoleSheet(AccountsCommon):
    """The ratios of the month for a role (K9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map_all()
        cls.book({"repair": -200, "parts_used": 80, "units_sold": 5})
        cls.book({"repair": -100, "parts_used": 30}, date(2026, 8, 31))
        codes = ("as_margin", "sales_margin", "as_income", "reports_on_time")
        cls.role = cls.env["aftersales.kpi.role"].create(
            {"name": "Head", "indicator_ids": [(6, 0, [cls.indicator(c).id for c in codes])]}
        )

    def sheet(self, user=None, **vals):
        return (
            self.env["aftersales.kpi.role.sheet"]
            .with_user(user or self.manager)
            .create(
                {
                    "company_id": self.company.id,
                    "role_id": self.role.id,
                    "month": date(2026, 9, 20),
                    **vals,
                }
            )
        )

    def test_K9_figures_beside_target_and_month_before(self):
        rows = {row["indicator"].code: row for row in self.sheet()._get_rows()}
        margin = rows["as_margin"]
        self.assertEqual((margin["measure"].value, margin["before"].value), (60, 70))
        self.assertEqual((margin["target"], margin["is_good"], margin["fell"]), (50, True, True))
        self.assertIsNone(margin["year_before"])
        income = rows["as_income"]
        self.assertEqual((income["measure"].value, income["is_good"]), (200, None))
        self.assertIsNone(rows["sales_margin"]["measure"])
        self.assertIn("divides by zero", rows["sales_margin"]["note"])
        self.assertEqual(rows["reports_on_time"]["measure"].value, 0)

    def test_K9_agreed_target_goes_before_the_indicators_own(self):
        self.env["aftersales.kpi.target"].create(
            {
                "indicator_id": self.indicator("as_margin").id,
                "company_id": self.company.id,
                "subject_kind": "company",
                "period_start": date(2026, 9, 1),
                "value": 65,
            }
        )
        margin = next(r for r in self.sheet()._get_rows() if r["indicator"].code == "as_margin")
        self.assertEqual((margin["target"], margin["is_good"]), (65, False))

    def test_K9_sheet_of_an_outlet(self):
        """Its own figures only; what does not measure outlets is left out."""
        north = self.make_analytic("North")
        self.outlet.analytic_account_id = north
        self.book({"repair": -50}, analytic_distribution={str(north.id): 100})
        rows = {r["indicator"].code: r for r in self.sheet(outlet_id=self.outlet.id)._get_rows()}
        self.assertEqual(rows["as_income"]["measure"].value, 50)
        self.assertNotIn("reports_on_time", rows)

    def test_K9_printed_and_exported(self):
        sheet = self.sheet()
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_kpi.report_role_sheet", sheet.ids
        )
        text = html.decode()
        for words in ("After-sales margin", "60.00", "September 2026", "divides by zero"):
            self.assertIn(words, text)
        self.assertEqual(sheet.action_print()["type"], "ir.actions.report")
        self.assertEqual(sheet.action_export()["type"], "ir.actions.act_url")

    def test_K9_not_for_everybody(self):
        with self.assertRaises(AccessError):
            self.sheet(self.user)
        other = self.env["res.company"].create({"name": "KPI Sister"})
        sheet = self.sheet(self.env.user, company_id=other.id)
        with self.assertRefused(AccessError, "not among your companies"):
            sheet.with_user(self.manager)._get_rows()

    def test_K9_each_role_has_figures_to_look_at(self):
        """The roles that come with the module print, also where nothing is measured yet."""
        empty = self.env["res.company"].create({"name": "KPI Empty"})
        for name in (
            "area_head",
            "store_manager",
            "sales_manager",
            "service_manager",
            "scheme_health",
        ):
            role = self.env.ref(f"aftersales_kpi.role_{name}")
            sheet = self.sheet(self.env.user, role_id=role.id, company_id=empty.id)
            rows = sheet._get_rows()
            self.assertEqual(len(rows), len(role.indicator_ids))
            self.assertTrue(all(row["measure"] or row["note"] for row in rows))
