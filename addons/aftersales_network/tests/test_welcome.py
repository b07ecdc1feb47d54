# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import NetworkCommon


@tagged("post_install", "-at_install")
class TestWelcome(NetworkCommon):
    def _delivery(self, partner):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(self.part, warehouse.lot_stock_id, 5)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "partner_id": partner.id,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": partner.property_stock_customer.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.part.id,
                            "product_uom_qty": 1,
                            "location_id": warehouse.lot_stock_id.id,
                            "location_dest_id": partner.property_stock_customer.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def test_N1_a_new_agent_gets_its_pack_once(self):
        pack = self._make_agent()
        self.assertEqual(pack.item_ids.step_id, self.front + self.shipment)
        self.prospect._change_phase("organisation", "Back")
        self.prospect._change_phase("operation", "Again")
        self.assertEqual(self.prospect.pack_ids, pack)
        with self.assertRefused(UserError, "under way already"):
            self.prospect.action_welcome()

    def test_N1_no_pack_for_prospects_and_own_points(self):
        self.assertFalse(self.prospect.pack_ids)
        own = self.env["aftersales.outlet"].create(
            {"name": "T own", "code": "T-O", "phase": "organisation"}
        )
        own._change_phase("operation", "Opened")
        self.assertFalse(own.pack_ids)

    @freeze_time("2026-03-02 09:00:00")
    def test_N1_S8_ten_working_days_of_the_company(self):
        """From a Monday morning: two weeks of five days, whatever the company's hours are."""
        calendar = self.env["resource.calendar"].create(
            {
                "name": "T five days",
                "tz": "UTC",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create(
                        {"name": "T", "dayofweek": str(day), "hour_from": 8, "hour_to": 16}
                    )
                    for day in range(5)
                ],
            }
        )
        self.company.resource_calendar_id = calendar
        outlet = self.env["aftersales.outlet"].create(
            {"name": "T new", "code": "T-N", "kind": "agent", "phase": "organisation"}
        )
        outlet._change_phase("operation", "Signed")
        pack = outlet.pack_ids
        deadline = pack.sla_deadline_ids
        self.assertEqual((deadline.state, deadline.calendar_id), ("running", calendar))
        self.assertEqual(pack.due_at.date(), datetime(2026, 3, 16).date())
        self.assertFalse(pack.is_late)

    def test_N1_S8_days_are_the_companys(self):
        policy = self.env.ref("aftersales_network.sla_policy_welcome_pack")
        policy.write({"amount": 3, "is_company_calendar": False})
        pack = self._make_agent()
        days = (pack.due_at - pack.started_at).total_seconds() / 86400
        self.assertTrue(3 <= days < 4.01, days)

    def test_N1_overdue_shows(self):
        pack = self._make_agent()
        packs = self.env["aftersales.welcome.pack"]
        self.assertNotIn(pack, packs.search([("is_late", "=", True)]))
        with freeze_time(pack.due_at + timedelta(hours=1)):
            self.env.invalidate_all()
            self.assertTrue(pack.is_late)
            self.assertIn(pack, packs.search([("is_late", "=", True)]))
            tile = self.env.ref("aftersales_network.tile_welcome_late")
            self.assertGreaterEqual(tile.with_company(self.company).count, 1)
            self.env["aftersales.sla.deadline"].sudo()._mark_overdue()
            self.assertEqual(pack.sla_deadline_ids.state, "overdue")
            pack.item_ids._set_state("done")
            self.assertEqual(pack.sla_deadline_ids.state, "missed")

    def test_N1_who_answers_does_the_item(self):
        pack = self._make_agent()
        item = pack.item_ids[0]
        item.user_id = self.technician_user
        with self.assertRefused(AccessError, "is the task of"):
            item.with_user(self.other_user).action_done()
        item.with_user(self.technician_user).action_done()
        self.assertEqual((item.state, item.done_by_id), ("done", self.technician_user))
        self.assertEqual(pack.progress, 50.0)
        with self.assertRefused(UserError, "T shipment"):
            pack.action_done()
        with self.assertRaises(AccessError):
            pack.item_ids.with_user(self.technician_user).note = "Mine"
        with self.assertRefused(UserError, "written by the system"):
            pack.item_ids.with_user(self.manager).write({"state": "done"})

    def test_N1_the_last_item_completes_the_pack(self):
        pack = self._make_agent()
        pack.item_ids[0].action_done()
        pack.item_ids[0].action_reopen()
        self.assertEqual(pack.item_ids[0].state, "open")
        pack.item_ids[0].action_done()
        pack.item_ids[1].action_skip()
        self.assertEqual((pack.state, pack.sla_deadline_ids.state), ("done", "met"))
        with self.assertRefused(UserError, "is closed"):
            pack.item_ids[0].action_reopen()
        with self.assertRefused(UserError, "stays on record"):
            pack.unlink()

    def test_N1_first_shipment_is_done_when_it_leaves(self):
        pack = self._make_agent()
        item = pack.item_ids.filtered("is_shipment")
        self._delivery(self.customer).button_validate()
        self.assertEqual((item.state, item.picking_id), ("open", item.picking_id.browse()))
        branch = self.env["res.partner"].create({"name": "T shop", "parent_id": self.agent.id})
        picking = self._delivery(branch)
        item.picking_id = picking
        with self.assertRefused(UserError, "has not left yet"):
            item.action_done()
        picking.button_validate()
        self.assertEqual((item.state, item.picking_id), ("done", picking))

    def test_N1_first_shipment_without_a_click(self):
        pack = self._make_agent()
        picking = self._delivery(self.agent)
        picking.button_validate()
        self.assertEqual(pack.item_ids.filtered("is_shipment").picking_id, picking)

    def test_N1_shipment_to_somebody_else_is_refused(self):
        item = self._make_agent().item_ids.filtered("is_shipment")
        with self.assertRefused(ValidationError, "is no delivery to"):
            item.picking_id = self._delivery(self.customer)

    def test_N1_a_pack_is_given_up_with_a_reason(self):
        pack = self._make_agent().with_user(self.manager)
        action = pack.action_cancel()
        dialogue = self.env["aftersales.reason"].with_user(self.manager)
        dialogue = dialogue.with_context(**action["context"]).create({"reason": "They left"})
        dialogue.action_confirm()
        self.assertEqual((pack.state, pack.cancel_reason), ("cancelled", "They left"))
        self.assertEqual(pack.sudo().sla_deadline_ids.state, "dropped")
        self.assertTrue(self.prospect.with_user(self.manager).action_welcome())

    def test_N1_papers(self):
        pack = self._make_agent()
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html("aftersales_network.report_welcome", pack.ids)
        self.assertIn("T front", html.decode())
        self.env["aftersales.outlet.risk"].create({"outlet_id": self.prospect.id, "name": "T risk"})
        html, _kind = report.with_user(self.manager)._render_qweb_html(
            "aftersales_network.report_outlet", self.prospect.ids
        )
        self.assertIn("T risk", html.decode())
        self.assertIn("Signed", html.decode())

    def test_N1_promise_of_dealers_is_not_touched(self):
        """An agent's address is a partner: the promise to new dealers stays its own (S8)."""
        self._make_agent()
        self.assertFalse(self.agent.sla_deadline_ids)
        self.agent.is_dealer = True
        self.assertIn("dealer", self.agent.sla_deadline_ids.policy_id.start_type_id.mapped("code"))
