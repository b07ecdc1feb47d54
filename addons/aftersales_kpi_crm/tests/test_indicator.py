# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.aftersales_kpi.tests.common import KpiCommon

RECEIVED = datetime(2026, 9, 10, 8)


@tagged("post_install", "-at_install")
@freeze_time("2026-10-05 12:00:00")
class TestIndicator(KpiCommon):
    """S12, S24: how leads and visits were worked in September."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls.env["res.partner"].create({"name": "Dealer", "is_company": True})
        cls.outlet.write({"kind": "store", "partner_id": cls.dealer.id})
        cls.kinds = {
            kind: cls.env["aftersales.lead.kind"].create(
                {
                    "name": kind,
                    "kind": kind,
                    "follow_up_hours": hours,
                    "visit_days": 60,
                    "company_id": cls.company.id,
                }
            )
            for kind, hours in (("accident", 72), ("routine", 0))
        }
        cls.indicators = {
            code: cls.env.ref(f"aftersales_kpi_crm.indicator_{code}")
            for code in (
                "lead_follow_up",
                "lead_follow_up_accident",
                "lead_conversion",
                "lead_count",
                "customer_visit_kept",
                "customer_visit_count",
            )
        }

    def make_lead(self, kind="accident", received=RECEIVED, hours=None, **vals):
        """A lead of Tara's, followed up so many hours after it came."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Lead",
                "aftersales_lead_kind_id": self.kinds[kind].id,
                "aftersales_received_at": received,
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.user.id,
                "aftersales_outlet_id": self.outlet.id,
                **vals,
            }
        )
        if hours is not None:
            lead._follow_up("Spoken", at=received + timedelta(hours=hours))
        return lead

    def make_visit(self, due, made=None, employee=None, **vals):
        return self.env["aftersales.visit"].create(
            {
                "partner_id": self.customer.id,
                "employee_id": (employee or self.tech).id,
                "company_id": self.company.id,
                "planned_on": due,
                "visited_on": made,
                "state": "done" if made else "planned",
                **vals,
            }
        )

    def ask(self, code, subject="employee", month=9):
        start = date(2026, month, 1)
        end = date(2026, month + 1, 1) - timedelta(1)
        return self.indicators[code]._measure(self.company, start, end, subject)

    def test_S24_follow_up_rate(self):
        """In time is up to the last second of the 72nd hour; no deadline: whenever."""
        kept = self.make_lead(hours=72)
        late = self.make_lead(hours=73)
        never = self.make_lead()
        whenever = self.make_lead("routine", hours=500)
        waiting = self.make_lead("routine")
        self.make_lead(received=datetime(2026, 10, 1), hours=1)
        measure = self.ask("lead_follow_up")[self.tech.id]
        self.assertEqual((measure.amount, measure.weight, measure.value), (2, 5, 40))
        leads = kept + late + never + whenever + waiting
        self.assertEqual(set(measure.source_ids), set(leads.ids))
        accident = self.ask("lead_follow_up_accident")[self.tech.id]
        self.assertEqual((accident.amount, accident.weight), (1, 3))

    def test_S24_what_is_not_over_is_not_judged(self):
        self.make_lead(received=datetime(2026, 10, 2, 12, 0, 1))
        self.make_lead(received=datetime(2026, 10, 2, 11, 59, 59))
        self.assertEqual(self.ask("lead_follow_up", month=10)[self.tech.id].weight, 1)

    def test_S24_R9_conversion_rate(self):
        """Of employee, outlet, dealer and company; lost leads count."""
        come, lost = self.make_lead(), self.make_lead()
        self.make_lead("routine")
        lost.action_set_lost()
        voucher = self.env["aftersales.voucher"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "contact_name": "Hill",
                "outlet_id": self.outlet.id,
                "channel": "walk_in",
            }
        )
        come.write(
            {"aftersales_voucher_id": voucher.id, "aftersales_visited_at": datetime(2026, 9, 12)}
        )
        for subject, record in (
            ("employee", self.tech),
            ("outlet", self.outlet),
            ("dealer", self.dealer),
            ("company", self.company),
        ):
            with self.subTest(subject):
                measure = self.ask("lead_conversion", subject)[record.id]
                self.assertEqual((measure.amount, measure.weight), (1, 3))
        self.assertEqual(self.ask("lead_count", "company")[self.company.id].value, 3)

    def test_S24_no_leads_of_sales_nor_of_others(self):
        self.env["crm.lead"].create(
            {"name": "Sale", "company_id": self.company.id, "user_id": self.user.id}
        )
        self.assertFalse(self.ask("lead_count"))
        self.assertFalse(self.ask("lead_follow_up", "company"))

    def test_S24_drill_down_to_the_leads(self):
        lead = self.make_lead(hours=1)
        action, measure = self.indicators["lead_follow_up"]._get_figure_action(
            self.company, date(2026, 9, 1), date(2026, 9, 30), "employee", self.tech
        )
        self.assertEqual(self.env["crm.lead"].search(action["domain"]), lead)
        self.assertEqual(
            action["views"][0][0], self.env.ref("aftersales_crm.crm_lead_view_list_service").id
        )
        self.assertEqual(measure.value, 100)

    def test_S12_visits_kept_against_planned(self):
        kept = self.make_visit(date(2026, 9, 8), date(2026, 9, 8))
        late = self.make_visit(date(2026, 9, 9), date(2026, 9, 10))
        overdue = self.make_visit(date(2026, 9, 30))
        gone = self.make_visit(date(2026, 9, 12))
        gone._cancel("Closed")
        self.make_visit(date(2026, 10, 20))
        measure = self.ask("customer_visit_kept")[self.tech.id]
        self.assertEqual((measure.amount, measure.weight), (1, 3))
        self.assertEqual(set(measure.source_ids), set((kept + late + overdue).ids))
        self.assertFalse(self.ask("customer_visit_kept", month=10), "not due yet")
        self.assertEqual(self.ask("customer_visit_count")[self.tech.id].value, 2)
        self.assertEqual(self.ask("customer_visit_count", "company")[self.company.id].value, 2)

    def test_S12_S24_formulas_say_what_counts(self):
        formula = self.indicators["lead_follow_up_accident"].formula
        self.assertIn("Only “Maker's Accident Lead” counts", formula)
        senior = self.indicators["customer_visit_count"].copy({"visit_seniority": "senior"})
        self.assertIn("Only “Senior” counts", senior.formula)
        self.make_visit(date(2026, 9, 8), date(2026, 9, 8))
        start, end = date(2026, 9, 1), date(2026, 9, 30)
        self.assertFalse(senior._measure(self.company, start, end))
