# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.fields import Command
from odoo.tests import tagged

from .common import NetworkCommon


@tagged("post_install", "-at_install")
class TestDemand(NetworkCommon):
    def _rows(self):
        self.env.flush_all()
        demand = self.env["aftersales.area.demand"]
        demand.invalidate_model()
        return {row.area_id: row for row in demand.search([("company_id", "=", self.company.id)])}

    def test_N1_which_areas_first(self):
        far = self.env["aftersales.area"].create(
            {"name": "T far", "code": "T-F", "service_distance": 100}
        )
        self.prospect.area_ids = far
        values = {"area_id": far.id, "outlet_id": self.outlet.id}
        vouchers = self._voucher(**values) + self._voucher(**values)
        vouchers[0]._dispatch()
        struck = self._voucher(**values)
        struck._cancel("Called twice")
        self._voucher()
        rows = self._rows()
        self.assertEqual(
            (rows[far].job_count, rows[far].site_count, rows[far].weighted), (2, 1, 200.0)
        )
        self.assertEqual((rows[far].is_covered, rows[far].prospect_count), (False, 1))
        self.assertTrue(rows[self.district].is_covered, "by the outlet of the region above")
        self.assertEqual(list(rows)[0], far, "what is not covered comes first")
        found = rows[far].action_view_outlets()
        self.assertEqual(self.env[found["res_model"]].search(found["domain"]), self.prospect)

    def test_N1_other_companies_do_not_count(self):
        company = self.env["res.company"].create({"name": "T elsewhere"})
        self.outlet.copy(
            {
                "code": "T-X",
                "company_id": company.id,
                "technician_ids": [Command.clear()],
                "area_ids": [Command.set(self.area.ids)],
            }
        )
        self.outlet.area_ids = False
        self._voucher(outlet_id=self.outlet.id)
        self.assertFalse(self._rows()[self.district].is_covered)
        seen = self.env["aftersales.area.demand"].with_user(self.manager).search([])
        self.assertEqual(seen.company_id, self.company)
