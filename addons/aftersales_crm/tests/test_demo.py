# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo tells of visits and leads in every state that people look for."""

    def test_the_story_is_told(self):
        module = self.env.ref("base.module_aftersales_crm")
        failures = self.env["ir.demo_failure"].search([("module_id", "=", module.id)])
        self.assertFalse(failures, failures.mapped("error"))
        if not module.demo:
            return
        visits = self.env["aftersales.visit"].search([])
        self.assertLessEqual({"planned", "done"}, set(visits.mapped("state")))
        late = self.env.ref("aftersales_crm.visit_quarry_overdue")
        self.assertIn(late, visits.search([("planned_on", "<", "today")]))
        leads = self.env["crm.lead"].search([("aftersales_lead_kind_id", "!=", False)])
        self.assertLessEqual(
            {"new", "followed_up", "converted"}, set(leads.mapped("aftersales_lead_state"))
        )
        converted = self.env.ref("aftersales_crm.lead_converted")
        self.assertEqual(
            converted.aftersales_voucher_id,
            self.env.ref("aftersales_service.voucher_walk_in_late"),
        )
