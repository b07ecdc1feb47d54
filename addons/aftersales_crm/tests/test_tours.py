# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.aftersales_service.tests.test_tours import TourCommon


@tagged("post_install", "-at_install", "is_tour")
class TestTours(TourCommon):
    def test_tour_supervisor_records_an_overdue_visit(self):
        """S12: from what is overdue to what was found."""
        visit = self.env["aftersales.visit"].create(
            {
                "partner_id": self.unit.user_partner_id.id,
                "employee_id": self.employee.id,
                "planned_on": fields.Date.today() - timedelta(days=9),
            }
        )
        self.start_tour("/odoo/service-visits", "aftersales_crm_visit", login="tour_supervisor")
        self.assertEqual((visit.state, visit.result), ("done", "All machines run"))
        self.assertEqual(visit.days_late, 9)

    def test_tour_clerk_follows_a_lead_up_and_it_converts(self):
        """S24: called in time, came, and counts."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Tour lead",
                "aftersales_lead_kind_id": self.env.ref("aftersales_crm.lead_kind_urgent").id,
                "partner_id": self.unit.user_partner_id.id,
                "aftersales_lot_id": self.unit.id,
                "user_id": self.clerk.id,
            }
        )
        voucher = self._register(channel="walk_in", promised_at="2099-01-01 12:00:00")
        self.start_tour("/odoo/service-leads", "aftersales_crm_lead", login="tour_clerk")
        self.assertEqual(lead.aftersales_followed_up_by_id, self.clerk)
        self.assertEqual(lead.aftersales_voucher_id, voucher)
        self.assertEqual(lead.won_status, "won")
