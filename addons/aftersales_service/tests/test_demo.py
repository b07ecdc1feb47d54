# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    def test_demo_loads_where_it_is_wanted(self):
        """A crash in demo data is only a warning for Odoo: here it fails."""
        module = self.env.ref("base.module_aftersales_service")
        failures = self.env["ir.demo_failure"].search([("module_id", "=", module.id)])
        self.assertFalse(failures, failures.mapped("error"))
        if not module.demo:
            return
        # States that people who try the demo cannot move on from.
        states = {
            "voucher_closed": "closed",
            "voucher_phone": "closed",
            "voucher_cancelled": "cancelled",
        }
        for name, state in states.items():
            self.assertEqual(self.env.ref(f"aftersales_service.{name}").state, state, name)
        for name in ("voucher_done", "voucher_in_progress", "voucher_dispatched"):
            self.assertTrue(self.env.ref(f"aftersales_service.{name}").number, name)
        self.assertEqual(self.env.ref("aftersales_service.voucher_waiting").state, "waiting_part")
        self.assertEqual(
            len(self.env.ref("aftersales_service.voucher_dispatched").appointment_ids), 2
        )
        self.assertTrue(self.env.ref("aftersales_service.voucher_to_sign").number)
        lakeside = self.env.ref("aftersales_service.outlet_lakeside")
        for name in ("voucher_outlet_new", "voucher_outlet_planned"):
            voucher = self.env.ref(f"aftersales_service.{name}")
            self.assertTrue(voucher.number and voucher.outlet_id == lakeside, name)
        for name in ("user_farm", "user_lakeside"):
            self.assertTrue(self.env.ref(f"aftersales_service.{name}")._is_portal(), name)
        for name in ("voucher_registered", "voucher_registered_unknown", "voucher_web"):
            self.assertTrue(self.env.ref(f"aftersales_service.{name}").reference, name)
        bench = self.env.ref("aftersales_service.goods_receipt_bench")
        self.assertTrue(bench.whereabouts or bench.state != "in_house")
        self.assertTrue(bench.voucher_id.repair_ids.inspection_ids)
        self.assertTrue(self.env.ref("aftersales_service.voucher_walk_in").checklist_line_ids)
        late = self.env.ref("aftersales_service.voucher_walk_in_late")
        self.assertTrue(late.handed_over_at and not late.is_on_time)
        overdue = self.env.ref("aftersales_service.voucher_complaint").sla_deadline_ids
        self.assertIn("overdue", overdue.mapped("state"), "the list of deadlines opens on one")
        collected = self.env.ref("aftersales_service.voucher_closed")
        # Where the price list is in another currency, nothing is collected on site.
        if collected.currency_id == collected.company_id.currency_id:
            self.assertEqual(self.env.ref("aftersales_service.handover_demo").state, "done")
            for name in ("voucher_collected", "voucher_closed"):
                self.assertTrue(self.env.ref(f"aftersales_service.{name}").collected_at, name)
            self.assertTrue(self.env["aftersales.cash.report"].search([]), "money in hand")
        accident = self.env.ref("aftersales_service.voucher_accident")
        self.assertTrue(accident.sale_order_id and accident.insurer_order_id)
        replaced = self.env.ref("aftersales_service.voucher_replaced")
        self.assertEqual(replaced.warranty_outcome, "replace")
        self.assertEqual(replaced.replacement_lot_id.entitlement_id.source, "replacement")
        self.assertTrue(self.env.ref("aftersales_service.fee_pump_tractor").amount)
        unsatisfied = self.env.ref("aftersales_service.voucher_unsatisfied")
        self.assertTrue(unsatisfied.followup_ids, "a customer was not satisfied")
        queue = self.env["aftersales.voucher"].search([("callback_due_at", "!=", False)])
        self.assertTrue(queue, "somebody is to be called back")
        for name, state in (("owed", "owed"), ("held", "in_custody"), ("sent", "sent")):
            job = self.env.ref(f"aftersales_service.voucher_part_{name}")
            self.assertEqual(job.part_return_ids.state, state, name)
        self.assertEqual(self.env.ref("aftersales_service.claim_parcel_sent").state, "sent")
        asked = self.env.ref("aftersales_service.voucher_part_asked")
        self.assertEqual((asked.state, asked.requisition_ids.state), ("waiting_part", "open"))
        complaint = self.env.ref("aftersales_service.complaint_high")
        self.assertEqual((complaint.level, complaint.state), ("high", "answered"))
        covered = self.env.ref("aftersales_service.voucher_warranty")
        self.assertEqual(covered.service_type, "C")
        self.assertEqual(set(covered.cover_ids.mapped("payer")), {"supplier", "maker", "customer"})
        self.assertTrue(self.env.ref("aftersales_service.unit_ld80_warranty").entitlement_id)
        contract = self.env.ref("aftersales_service.contract_quarry")
        self.assertEqual(contract.state, "active")
        self.assertTrue(contract.due_count, "an instalment is to be invoiced")
        self.assertEqual(
            sorted(contract.balance_ids.mapped("drawn")), [1, 2], "a visit and two filters"
        )
        self.assertTrue(self.env.ref("aftersales_service.contract_farm").is_ending)
        judged = self.env.ref("aftersales_service.complaint_judged")
        self.assertEqual(judged.discipline_ids.step, "warning")
        for name in ("complaint_late", "complaint_media"):
            self.assertEqual(self.env.ref(f"aftersales_service.{name}").state, "open", name)
        self.assertEqual(self.env.ref("aftersales_service.registration_done").state, "confirmed")
        self.assertEqual(self.env.ref("aftersales_service.registration_late").state, "waiting")
        self.assertEqual(self.env.ref("aftersales_service.policy_ld80_1").state, "ending")
        replaced = self.env.ref("aftersales_service.unit_tx200_2")
        self.assertGreater(replaced.meter_total, replaced.meter)
        campaign = self.env.ref("aftersales_service.campaign_hose")
        self.assertEqual((campaign.state, campaign.unit_count), ("open", 2))
        rules = self.env["aftersales.reminder.rule"].search([])
        self.assertIn(self.env.ref("aftersales_service.reminder_rule_maintenance"), rules)
        self.assertTrue(self.env["aftersales.reminder"].search([]), "somebody is reminded")
        self.assertTrue(self.env.ref("aftersales_service.user_hermit").aftersales_no_contact)
        claims = {"voucher_claim_answered": "answered", "voucher_claim_waiting": "submitted"}
        for name, state in claims.items():
            job = self.env.ref(f"aftersales_service.{name}")
            self.assertIn(state, job.claim_case_ids.claim_id.mapped("state"), name)
        to_claim = self.env.ref("aftersales_service.voucher_to_claim")
        self.assertTrue(to_claim.line_ids.cover_ids, "something is to be claimed")
        self.assertEqual(self.env.ref("aftersales_service.claim_dealer").kind, "dealer")
        technician = self.env.ref("aftersales_base.user_technician")
        self.assertTrue(technician.has_group("aftersales_service.group_service_technician"))
