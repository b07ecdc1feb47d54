# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import pixel


@tagged("post_install", "-at_install", "is_tour")
class TestTours(HttpCase):
    """A month from the jobs to the employee's agreement, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ("manager", "user"):
            new_test_user(
                cls.env,
                f"kpi_tour_{role}",
                password=f"kpi_tour_{role}",
                groups=f"aftersales_kpi.group_kpi_{role}",
            )
        user = cls.env["res.users"].search([("login", "=", "kpi_tour_user")])
        department = cls.env["hr.department"].create({"name": "Tour"})
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Tess Tour", "user_id": user.id, "department_id": department.id}
        )
        outlet = cls.env["aftersales.outlet"].create(
            {"name": "Tour", "code": "KPI-TOUR", "technician_ids": [(6, 0, cls.employee.ids)]}
        )
        cls.env["aftersales.kpi.scheme"].search([]).action_archive()
        cls.env["aftersales.kpi.scheme"].create(
            {
                "name": "Tour",
                "date_from": "2020-01-01",
                "department_ids": [(6, 0, department.ids)],
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "indicator_id": cls.env.ref(f"aftersales_kpi.indicator_{name}").id,
                            "table_id": cls.env.ref(f"aftersales_kpi.rate_table_{name}").id,
                        },
                    )
                    for name in ("speed", "first_time_fix")
                ],
            }
        )
        month = fields.Date.today() + relativedelta(months=-1, day=10)
        registered = datetime.combine(month, datetime.min.time())
        voucher = cls.env["aftersales.voucher"].create(
            {
                "partner_id": cls.env["res.partner"].create({"name": "Tour customer"}).id,
                "registered_at": registered,
                "outlet_id": outlet.id,
                "technician_id": cls.employee.id,
                "signature": pixel(),
                "signed_by": "Hill",
            }
        )
        voucher._dispatch(at=registered)
        voucher._start(at=registered)
        voucher._done(at=registered + timedelta(days=1))
        cls.env["aftersales.callback"].create(
            {
                "voucher_id": voucher.id,
                "called_at": registered + timedelta(days=2),
                "outcome": "satisfied",
            }
        )

    def test_tour_month(self):
        """K1, K4: computed, one indicator disputed and settled, agreed; the month is closed."""
        self.start_tour(
            "/odoo/action-aftersales_kpi.aftersales_kpi_generate_action",
            "aftersales_kpi_manager",
            login="kpi_tour_manager",
        )
        sheet = self.env["aftersales.kpi.sheet"].search([("employee_id", "=", self.employee.id)])
        self.assertEqual((sheet.state, sheet.points), ("discussed", 20))
        close = "/odoo/action-aftersales_kpi.aftersales_kpi_close_action"
        self.start_tour("/odoo/kpi-sheets", "aftersales_kpi_dispute", login="kpi_tour_user")
        self.assertEqual((sheet.state, sheet.dispute_count), ("discussed", 1))
        self.start_tour(close, "aftersales_kpi_settle", login="kpi_tour_manager")
        self.assertEqual(sheet.dispute_count, 0)
        self.start_tour("/odoo/kpi-sheets", "aftersales_kpi_employee", login="kpi_tour_user")
        self.assertEqual(sheet.state, "agreed")
        self.start_tour(close, "aftersales_kpi_close", login="kpi_tour_manager")
        self.assertEqual(sheet.state, "locked")
