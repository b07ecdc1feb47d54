# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.tests import HttpCase, new_test_user, tagged

from .common import pixel
from .outlet_common import make_books


@tagged("post_install", "-at_install", "is_tour")
class TestOutletTour(HttpCase):
    """The accountant posts what an outlet agreed to, in a browser."""

    def test_tour_accountant_posts_a_settlement(self):
        """S10: from the list of what waits to the posted bill, one line a job."""
        company = self.env.ref("base.main_company")
        env = self.env(context={"allowed_company_ids": company.ids})
        new_test_user(
            env,
            "kpi_tour_accountant",
            password="kpi_tour_accountant",
            groups="account.group_account_invoice,aftersales_kpi.group_outlet_settlement",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        _journal, payable, _service = make_books(env, company)
        vendor = env["res.partner"].create(
            {"name": "Tour Agent", "property_account_payable_id": payable.id}
        )
        outlet = env["aftersales.outlet"].create(
            {
                "name": "Tour Agent",
                "code": "KPI-TA",
                "kind": "agent",
                "is_foreign": True,
                "partner_id": vendor.id,
            }
        )
        grade = env["aftersales.outlet.grade"].search([("coefficient", "=", 0.9)], limit=1)
        env["aftersales.outlet.grading"].create(
            {
                "outlet_id": outlet.id,
                "grade_id": grade.id,
                "date_from": date(2019, 1, 1),
                "reason": "Tour",
            }
        )
        env["aftersales.outlet.fee"].create(
            {"outlet_id": outlet.id, "amount": 80, "date_from": date(2019, 1, 1)}
        )
        job = env["aftersales.voucher"].create(
            {
                "partner_id": vendor.id,
                "registered_at": datetime(2019, 3, 4, 8),
                "outlet_id": outlet.id,
                "signature": pixel(),
                "signed_by": "Hill",
            }
        )
        job._dispatch(at=datetime(2019, 3, 4, 9))
        job._start(at=datetime(2019, 3, 5, 9))
        job._done(at=datetime(2019, 3, 5, 12))
        settlement = env["aftersales.outlet.settlement"]._generate(
            company, date(2019, 3, 1), outlet
        )
        settlement.action_send()
        settlement.action_accept()
        self.start_tour(
            "/odoo/outlet-settlements", "aftersales_outlet_accountant", login="kpi_tour_accountant"
        )
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(settlement.move_id.invoice_line_ids.mapped("price_subtotal"), [72])
