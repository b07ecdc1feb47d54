# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo story loaded completely, where demo data were asked for."""

    def test_demo_loaded(self):
        """No failure is on record, and the story's settlement is computed."""
        module = self.env["ir.module.module"].search([("name", "=", "dealer_rebate")])
        self.assertFalse(self.env["ir.demo_failure"].search([("module_id", "=", module.id)]))
        settlement = self.env.ref("dealer_rebate.settlement_parts", raise_if_not_found=False)
        if not module.demo:
            self.assertFalse(settlement)
            return
        agreement = self.env.ref("dealer_rebate.agreement_parts")
        self.assertEqual(settlement.agreement_id, agreement)
        self.assertNotIn(settlement.state, ("draft", "cancel"))
        self.assertEqual(settlement.line_ids.partner_id, agreement.partner_ids)
        self.assertTrue(any(line.amount > 0 for line in settlement.line_ids))
        self.assertTrue(
            self.env.ref("aftersales_base.user_accountant").has_group(
                "dealer_rebate.group_rebate_manager"
            )
        )

    def test_story_makes_the_accounting_that_is_missing(self):
        """Without a chart of accounts the story loads one, and a journal for rebates."""
        company = self.env["res.company"].create({"name": "No chart yet"})
        self.assertFalse(company.chart_template)
        self.env["rebate.demo"].with_company(company)._ensure_accounting(company)
        self.assertTrue(company.chart_template)
        self.assertEqual(company.rebate_journal_id.type, "sale")
        self.assertTrue(company.rebate_journal_id.default_account_id)
