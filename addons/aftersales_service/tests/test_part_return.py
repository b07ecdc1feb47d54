# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.base.models.ir_cron import IrCron

from .common import SIGNATURE
from .custody import CustodyCommon
from .test_repair import RepairCommon
from .warranty import SOLD, WarrantyCommon


@tagged("post_install", "-at_install")
@freeze_time("2041-03-05 12:00:00")
class TestPartReturn(CustodyCommon):
    """The old part must come back, or there is no new one (S17)."""

    def test_S17_old_part_of_a_claimed_part_is_owed_when_the_job_is_done(self):
        self.company.aftersales_old_part_days = 10
        voucher = self._covered_job(quantity=2, line={"old_serial": " OLD-1 "})
        self.assertFalse(voucher.part_return_ids, "nothing was fitted yet")
        self._finish(voucher)
        self.assertRecordValues(
            voucher.part_return_ids,
            [
                {
                    "state": "owed",
                    "product_id": self.part.id,
                    "quantity": 2.0,
                    "serial": "OLD-1",
                    "maker_id": self.maker.id,
                    "technician_id": self.technician.id,
                    "outlet_id": self.outlet.id,
                    "owed_since": date(2041, 3, 5),
                    "due_on": date(2041, 3, 15),
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertTrue(voucher.part_return_ids.name)
        voucher._create_part_returns()
        self.assertEqual(len(voucher.part_return_ids), 1, "safe to run again")

    def test_S17_an_outlet_has_its_own_time(self):
        self.outlet.old_part_days = 30
        self.assertEqual(self._owed().due_on, date(2041, 4, 4))

    def test_S17_nobody_owes_what_nobody_claims(self):
        """Paid by the customer, made by ourselves, labour, or terms that do not ask for it."""
        paid = self._job(line_ids=[self._line(self.part)])
        ours = self._covered_job()
        ours.line_ids.cover_ids.payer_partner_id = False
        labour = self._covered_job(product=self.labour)
        not_asked = self._covered_job()
        self.part.categ_id.old_parts_come_back = False
        for voucher in (paid, ours, labour, not_asked):
            self._finish(voucher)
            self.assertFalse(voucher.part_return_ids)

    def test_S17_family_above_asks_for_the_old_part_too(self):
        family = self.env["product.category"].create({"name": "T family"})
        self.part.categ_id = self.env["product.category"].create(
            {"name": "T below", "parent_id": family.id}
        )
        self.assertFalse(self.part.categ_id._brings_old_parts_back())
        family.old_parts_come_back = True
        self.assertTrue(self.part.categ_id._brings_old_parts_back())

    def test_S17_no_new_part_while_the_old_one_is_owed(self):
        part = self._owed(line={"old_serial": "OLD-7"})
        picking = self._transfer(self.part, self.stock, self.van)
        with self.assertRefused(
            UserError,
            f"No new T part for Tess: the old one .OLD-7. of job {part.job_name} is owed since "
            f"2041-03-05 .{part.name}.*service supervisor",
        ):
            picking.with_user(self.storekeeper).button_validate()
        part.with_user(self.storekeeper).action_take_in()
        picking.with_user(self.storekeeper).button_validate()
        self.assertEqual(picking.state, "done")

    def test_S17_every_way_into_the_van_is_refused(self):
        self._owed()
        shelf = self.env["stock.location"].create(
            {"name": "T shelf", "location_id": self.van.id, "usage": "internal"}
        )
        supplier = self.env.ref("stock.stock_location_suppliers")
        for source, dest in (
            (self.stock, self.van),
            (self.stock, shelf),
            (self.other_van, self.van),
            (supplier, self.van),
        ):
            picking = self._transfer(self.part, source, dest)
            with self.subTest(source=source.name), self.assertRefused(UserError, "No new T part"):
                picking._action_done()
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.part.id), ("location_id", "=", self.van.id)]
        )
        with self.assertRefused(UserError, "No new T part"):
            quant.with_context(inventory_mode=True).inventory_quantity = 50
            quant.action_apply_inventory()

    def test_S17_what_is_no_issue_goes_on(self):
        """Another part, another van, out of the van, inside it, and back from a customer."""
        self._owed()
        shelf = self.env["stock.location"].create(
            {"name": "T shelf", "location_id": self.van.id, "usage": "internal"}
        )
        other = self._other_part()
        self.env["stock.quant"]._update_available_quantity(other, self.stock, 1)
        customers = self.env.ref("stock.stock_location_customers")
        for product, source, dest in (
            (other, self.stock, self.van),
            (self.part, self.stock, self.other_van),
            (self.part, self.van, self.stock),
            (self.part, self.van, shelf),
            (self.part, customers, self.van),
        ):
            picking = self._transfer(product, source, dest)
            picking._action_done()
            self.assertEqual(picking.state, "done")

    def test_S17_an_outlet_that_owes_gets_no_new_part(self):
        """Without a van the outlet owes it: at its place, and as a delivery to its address."""
        place = self.env["stock.location"].create(
            {"name": "T place", "location_id": self.warehouse.view_location_id.id}
        )
        agent = self.env["res.partner"].create({"name": "T agent"})
        self.outlet.write({"location_id": place.id, "partner_id": agent.id})
        part = self._owed()
        part._write_step({"technician_id": False})
        self.assertEqual(part.debtor, self.outlet.name)
        self._transfer(self.part, self.stock, self.van)._action_done()
        with self.assertRefused(UserError, f"No new T part for {self.outlet.name}"):
            self._transfer(self.part, self.stock, place)._action_done()
        delivery = self._transfer(
            self.part,
            self.stock,
            agent.property_stock_customer,
            partner_id=agent.id,
            picking_type_id=self.warehouse.out_type_id.id,
        )
        with self.assertRefused(UserError, f"No new T part for {self.outlet.name}"):
            delivery._action_done()

    def test_S17_other_companies_are_not_asked(self):
        self._owed()
        other = self.env["res.company"].create({"name": "T other company"})
        house = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        line = self.env["stock.move.line"].new(
            {
                "company_id": other.id,
                "product_id": self.part.id,
                "quantity": 1,
                "location_id": house.lot_stock_id.id,
                "location_dest_id": self.van.id,
            }
        )
        line._check_parts_owed()
        line.company_id = self.company
        with self.assertRefused(UserError, "No new T part"):
            line._check_parts_owed()

    def test_S17_one_query_asks_for_a_whole_transfer(self):
        products = self.env["product.product"].create(
            [
                {"name": f"T many {index}", "type": "consu", "is_storable": True}
                for index in range(20)
            ]
        )
        lines = self.env["stock.move.line"].concat(
            *(
                self.env["stock.move.line"].new(
                    {
                        "company_id": self.company.id,
                        "product_id": product.id,
                        "quantity": 1,
                        "location_id": self.stock.id,
                        "location_dest_id": self.van.id,
                    }
                )
                for product in products
            )
        )
        lines.mapped("product_id.type")
        self.env.flush_all()
        with self.assertQueryCount(1):
            lines._check_parts_owed()

    def test_S17_released_by_a_supervisor_with_a_reason(self):
        part = self._owed()
        for user in (self.technician_user, self.clerk, self.storekeeper):
            with self.assertRefused(AccessError, "Only a service supervisor"):
                part.with_user(user).action_release(reason="Lost")
        action = part.with_user(self.supervisor).action_release()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.supervisor)
            .with_context(**action["context"])
            .create({"reason": "  "})
        )
        with self.assertRefused(UserError, "Write the reason"):
            wizard.action_confirm()
        wizard.reason = "Burnt with the machine"
        wizard.action_confirm()
        self.assertEqual((part.state, part.close_reason), ("released", "Burnt with the machine"))
        self._transfer(self.part, self.stock, self.van)._action_done()
        part._take_in(self.warehouse)
        self.assertEqual(part.state, "in_custody", "it was found after all")

    def test_S17_more_time_is_the_supervisors_to_grant(self):
        part = self._owed()
        with self.assertRefused(AccessError, "grants more time"):
            part.with_user(self.storekeeper).due_on = date(2041, 12, 31)
        part.with_user(self.supervisor).due_on = date(2041, 12, 31)
        part.with_user(self.storekeeper).note = "Housing cracked"
        for name, value in (("state", "released"), ("maker_id", self.customer.id)):
            with self.assertRefused(UserError, "Use the buttons"):
                part.with_user(self.supervisor).write({name: value})
        with self.assertRefused(UserError, "cannot be deleted"):
            part.unlink()

    def test_S17_technician_sees_what_he_owes(self):
        mine = self._owed()
        others = self._owed(technician_id=self.other_technician.id)
        parts = self.env["aftersales.part.return"]
        self.assertEqual(
            parts.with_user(self.technician_user).search([("id", "in", (mine + others).ids)]), mine
        )
        self.assertEqual(
            parts.with_user(self.storekeeper).search([("id", "in", (mine + others).ids)]),
            mine + others,
        )
        with self.assertRaises(AccessError):
            mine.with_user(self.technician_user).action_take_in()
        mine.with_user(self.storekeeper).read(["job_name", "technician_id", "debtor", "unit_id"])

    def test_S17_a_storekeeper_takes_several_in_at_once(self):
        """Scanned by number, by serial, by part and by job; what is owed by somebody else too."""
        self.part.barcode = "T-BARCODE"
        by_name, by_serial, by_part, by_job = (
            self._owed(line={"old_serial": serial}) for serial in ("S-1", "S-2", "S-3", "S-4")
        )
        form = Form(self.env["aftersales.part.check.in"].with_user(self.storekeeper))
        for code in (by_name.name.lower(), "s-2", by_job.voucher_id.number, "T-BARCODE"):
            form.scan = code
            self.assertFalse(form.scan, "ready for the next one")
        wizard = form.save()
        self.assertEqual(wizard.part_return_ids, by_name + by_serial + by_part + by_job)
        warning = wizard.on_barcode_scanned("S-1")
        self.assertIn("No old part that is owed", warning["warning"]["message"])
        wizard.action_take_in()
        self.assertEqual(set(wizard.part_return_ids.mapped("state")), {"in_custody"})
        self.assertEqual(by_name.received_by_id, self.storekeeper)
        with self.assertRefused(UserError, "This step needs"):
            wizard.action_take_in()
        with self.assertRefused(UserError, "Scan or choose"):
            self.env["aftersales.part.check.in"].create({}).action_take_in()

    def test_S17_overdue_ones_show_and_are_reminded_of_once(self):
        late, fresh = self._owed(), self._owed()
        late._write_step({"due_on": fields.Date.today() - timedelta(days=1)})
        parts = self.env["aftersales.part.return"]
        self.assertEqual(
            parts.search([("is_overdue", "=", True), ("id", "in", (late + fresh).ids)]), late
        )
        self.assertTrue(late.is_overdue)
        with patch.object(IrCron, "_commit_progress", lambda *args, **kwargs: 60.0):
            parts._cron_remind()
            parts._cron_remind()
        self.assertEqual(late.activity_ids.user_id, self.technician_user)
        self.assertEqual(len(late.activity_ids), 1)
        self.assertFalse(fresh.activity_ids)
        late.with_user(self.storekeeper).action_take_in()
        self.assertFalse(late.activity_ids, "done with it")
        self.assertFalse(late.is_overdue)

    def test_S17_parts_of_another_company_are_not_seen(self):
        part = self._owed()
        other = self.env["res.company"].create({"name": "T other company"})
        user = self._user("t_other_store", "stock.group_stock_user")
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            part.with_user(user).read(["name"])

    def test_S17_the_job_shows_its_old_parts(self):
        part = self._owed()
        voucher = part.voucher_id.with_user(self.technician_user)
        self.assertEqual(voucher.part_return_count, 1)
        action = voucher.action_view_part_returns()
        self.assertEqual(
            self.env["aftersales.part.return"].with_user(self.clerk).search(action["domain"]), part
        )

    def test_S17_technicians_finish_without_any_right_on_old_parts(self):
        voucher = self._covered_job().with_user(self.technician_user)
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo"})
        voucher.action_done()
        self.assertEqual(voucher.part_return_ids.technician_id, self.technician)


@tagged("post_install", "-at_install")
class TestPartReturnByWarranty(WarrantyCommon):
    """The clause that covers a part says whether its old part comes back (S16, S17)."""

    def test_S17_the_units_own_clause_asks_for_the_old_part(self):
        self.env["aftersales.checklist"].search([]).active = False
        self.policy.term_ids.filtered(
            lambda term: term.name == "Batteries"
        ).old_part_returns = False
        # Frozen: the unit was sold when the clause still asked for it.
        later = self._unit("T-LATER")
        later._start_warranty(SOLD, "registration")
        for unit, owed in ((self.new_unit, True), (later, False)):
            voucher = self._call(
                self._line(self.seal),
                self._line(self.battery),
                self._line(self.labour),
                lot_id=unit.id,
            )
            voucher._dispatch()
            voucher._start()
            self._finish(voucher)
            found = {part.product_id: part.maker_id for part in voucher.part_return_ids}
            self.assertEqual(found.get(self.battery), self.battery_maker if owed else None)
            self.assertNotIn(self.seal, found, "a wearing part is the customer's")


@tagged("post_install", "-at_install")
class TestPartReturnInWorkshop(RepairCommon):
    """What is taken out in the workshop goes into custody, not to scrap (S17)."""

    def test_S17_a_claimed_part_is_not_scrapped_with_its_card(self):
        maker = self.env["res.partner"].create({"name": "T maker"})
        card = self._card()
        voucher = card.aftersales_voucher_id
        card.voucher_line_ids = [
            self._line(self.serial_part, lot_id=self.new_serial.id, old_serial="T-OLD-SN")
        ]
        CustodyCommon._cover.__func__(type(self), voucher.line_ids, maker)
        self._waiting(card).action_pass()
        self.assertEqual(card.move_ids.mapped("repair_line_type"), ["add"])
        voucher.goods_receipt_ids._go_out("returned", "Jo")
        self._finish(voucher)
        part = voucher.part_return_ids
        self.assertEqual((part.serial, part.technician_id), ("T-OLD-SN", self.technician))
        part.with_user(self.storekeeper).action_take_in()
        self.assertEqual(part.lot_id, self.old_serial)
        self.assertEqual(self.old_serial.location_id, self.warehouse.claim_custody_location_id)
        self.assertEqual(self._quants(maker).lot_id, self.old_serial)
