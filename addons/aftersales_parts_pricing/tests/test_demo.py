# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import TransactionCase, tagged

from .common import MODULE


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    def test_demo_data_loads(self):
        module = self.env["ir.module.module"].search([("name", "=", MODULE)])
        failures = self.env["ir.demo_failure"].search([("module_id", "=", module.id)])
        self.assertFalse(failures.mapped("error"))
        if not module.demo:
            self.skipTest("installed without demo data")
        publication = self.env.ref(f"{MODULE}.publication_first")
        self.assertEqual(publication.state, "published")
        self.assertTrue(publication.price_ids)
        core = self.env.ref(f"{MODULE}.part_controller")
        self.assertEqual(core.part_class, "restricted")
        self.assertGreater(core.qty_available, 0)
        self.assertEqual(self.env.ref(f"{MODULE}.release_key").quantity_used, 1)
        self.assertEqual(self.env.ref(f"{MODULE}.picking_key").state, "done")
        self.assertEqual(self.env.ref(f"{MODULE}.release_controller").state, "asked")
        guide = self.env.ref(f"{MODULE}.policy_parts").guide_pricelist_id
        pump = self.env.ref(f"{MODULE}.part_pump")
        self.assertTrue(guide._get_published_prices(pump))
        plan = self.env.ref(f"{MODULE}.reserve_plan_main")
        self.assertEqual(plan.state, "proposed")
        self.assertGreater(plan.change_count, 5)
        self.assertGreater(len(set(plan.line_ids.mapped("demand_kind"))), 3)
        self.assertTrue(self.env.ref(f"{MODULE}.return_offer_northstar").line_ids)
        loaders = self.env.ref(f"{MODULE}.publication_loader")
        self.assertEqual(loaders.state, "published")
        self.assertEqual((loaders.ratio_count, loaders.outside_count), (2, 1))
        self.assertTrue(self.env.ref(f"{MODULE}.policy_tyres").entry_ids)
        haggled = self.env.ref(f"{MODULE}.order_southfield_haggled")
        self.assertEqual(haggled.order_line.mapped("below_list_percent"), [0.0, 12.0])
        statements = self.env.ref(f"{MODULE}.settlement_last_month").statement_ids
        self.assertEqual(len(statements), 3)
        self.assertIn("objected", statements.mapped("state"))
        for statement in statements:
            account = statement.line_ids.filtered(lambda line: line.section == "account")
            self.assertAlmostEqual(
                statement.opening_balance + sum(account.mapped("amount")),
                statement.closing_balance,
                2,
            )

    def test_demo_transfers_tell_their_story(self):
        module = self.env["ir.module.module"].search([("name", "=", MODULE)])
        if not module.demo:
            self.skipTest("installed without demo data")
        request = self.env.ref(f"{MODULE}.transfer_request")
        self.assertEqual(request.parts_transfer_step, "ship")
        self.assertTrue(request.move_ids)
        self.assertEqual(self.env.ref(f"{MODULE}.transfer_difference").outlet_id, request.outlet_id)

    def test_demo_dealers_order_and_superseded_part_are_there(self):
        module = self.env["ir.module.module"].search([("name", "=", MODULE)])
        if not module.demo:
            self.skipTest("installed without demo data")
        starter = self.env.ref(f"{MODULE}.part_starter")
        self.assertEqual(starter._get_current_part(), self.env.ref(f"{MODULE}.part_starter_new"))
        self.assertEqual(self.env.ref(f"{MODULE}.order_northstar").state, "sale")
        self.assertTrue(self.env.ref(f"{MODULE}.quotation_northstar").supersession_warning)
