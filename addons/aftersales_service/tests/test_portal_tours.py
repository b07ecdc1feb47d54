# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import HttpCase, tagged

from .portal import PortalCommon


@tagged("post_install", "-at_install", "is_tour")
class TestPortalTours(PortalCommon, HttpCase):
    """A customer and an outlet on the portal, on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_S9_user_asks_and_rates_on_the_portal(self):
        self.start_tour("/service/request", "aftersales_portal_ask", login="service_customer")
        job = self.env["aftersales.voucher"].search(
            [("lot_id", "=", self.unit.id), ("channel", "=", "web")]
        )
        self.assertEqual(job.fault_description, "It smokes")
        job.technician_id = self.technician
        job._dispatch()
        job._start()
        self._finish(job)
        url = f"/service/rate/{job._rating_get_access_token()}?rate=5"
        self.start_tour(url, "aftersales_portal_rate", login=None)
        self.assertEqual(job.rating_ids.rating, 4.0)
        self.assertEqual(job.rating_ids.feedback, "Friendly, a little late")

    def test_S7_foreign_outlet_does_a_job_on_a_phone(self):
        agent = self.env["res.partner"].create({"name": "T agent"})
        self._create_portal_user(agent, "service_agent")
        outlet = self.env["aftersales.outlet"].create(
            {
                "name": "T agent",
                "code": "T-AG",
                "kind": "agent",
                "partner_id": agent.id,
                "is_foreign": True,
            }
        )
        self.part.default_code = "QX-77"
        if "part_class" in self.part._fields:
            self.part.write({"part_class": "general", "is_serviceable": True})
        job = self._voucher(technician_id=False, outlet_id=outlet.id)
        job._dispatch()
        self.start_tour("/my/outlet-jobs", "aftersales_portal_outlet", login="service_agent")
        self.assertEqual((job.state, job.signed_by), ("done", "Cus Tomer"))
        self.assertEqual(job.work_done, "Hose replaced")
        self.assertEqual(job.line_ids.product_id, self.part)
