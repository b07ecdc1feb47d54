# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
@freeze_time("2041-03-05 12:00:00")
class TestRequisition(ServiceCommon):
    """A voucher asks for a part that is not there, and waits for it (S26)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storekeeper = cls._user("t_store", "stock.group_stock_user")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id

    def _other_part(self):
        return self.env["product.product"].create(
            {"name": "T second part", "type": "consu", "is_storable": True}
        )

    def _fill(self, quantity):
        self.env["stock.quant"]._update_available_quantity(self.part, self.stock, quantity)

    def _ask(self, voucher, product=None, quantity=3.0, user=None):
        """Ask by the screen, as the technician."""
        mine = voucher.with_user(user or self.technician_user)
        action = mine.action_ask_part()
        form = Form(
            self.env[action["res_model"]]
            .with_user(user or self.technician_user)
            .with_context(**action["context"])
        )
        form.product_id = product or self.part
        form.quantity = quantity
        form.save().action_ask()
        return voucher.requisition_ids.sorted("id")[-1]

    def _load(self, requisition, quantity=None):
        """The storekeeper validates the transfer."""
        picking = requisition.move_ids.picking_id.filtered(lambda p: p.state != "done")
        picking = picking.with_user(self.storekeeper)
        picking.action_assign()
        if quantity:
            picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def test_S26_a_job_asks_waits_and_goes_on_when_the_part_is_in_the_van(self):
        self._fill(5)
        voucher = self._job()
        requisition = self._ask(voucher)
        self.assertRecordValues(
            requisition,
            [
                {
                    "state": "open",
                    "technician_id": self.technician.id,
                    "location_id": self.van.id,
                    "quantity": 3.0,
                    "asked_by_id": self.technician_user.id,
                    "expected_on": date(2041, 3, 5),
                    "availability": "ready",
                }
            ],
        )
        self.assertRecordValues(
            voucher,
            [
                {
                    "state": "waiting_part",
                    "waiting_product_id": self.part.id,
                    "part_expected_on": date(2041, 3, 5),
                }
            ],
        )
        picking = requisition.move_ids.picking_id
        self.assertEqual(picking.location_id, self.stock)
        self.assertEqual(picking.location_dest_id, self.van)
        self.assertIn(voucher.number, picking.origin)
        before = voucher.message_ids
        self._load(requisition)
        self.assertEqual((requisition.state, voucher.state), ("received", "in_progress"))
        self.assertEqual(requisition.quantity_received, 3)
        told = voucher.message_ids - before
        self.assertIn("3 × T part is in Test Van. The job goes on.", told[0].body)
        self.assertIn(self.technician_user.partner_id, told.partner_ids)
        self.assertEqual(self._on_hand(self.part, self.van), 13)

    def test_S26_a_part_that_is_not_in_stock_has_no_day_until_one_is_told(self):
        voucher = self._job()
        requisition = self._ask(voucher)
        self.assertFalse(requisition.expected_on)
        self.assertEqual(requisition.availability, "short")
        self.assertFalse(voucher._propose_part_expected_on(self.part, 3), "not today, by itself")
        asked = requisition.with_user(self.storekeeper)
        asked.write({"expected_on": date(2041, 3, 19), "note": "Ordered from T supplier"})
        self.assertEqual(voucher.part_expected_on, date(2041, 3, 19))
        self._fill(3)
        self._load(requisition)
        self.assertEqual(voucher.state, "in_progress")
        with self.assertRefused(UserError, "This step needs"):
            asked.expected_on = date(2041, 4, 1)

    def test_S26_a_job_goes_on_when_the_last_part_is_there(self):
        self._fill(9)
        other = self._other_part()
        voucher = self._job()
        first = self._ask(voucher)
        second = self._ask(voucher, other)
        self._load(first)
        self.assertEqual(voucher.state, "waiting_part")
        self.assertEqual(voucher.waiting_product_id, other)
        self.env["stock.quant"]._update_available_quantity(other, self.stock, 3)
        self._load(second)
        self.assertEqual(voucher.state, "in_progress")

    def test_S26_what_comes_in_two_loads_counts_together(self):
        self._fill(3)
        voucher = self._job()
        requisition = self._ask(voucher)
        self._load(requisition, quantity=1)
        self.assertEqual((requisition.state, requisition.quantity_received), ("open", 1))
        self.assertEqual(voucher.state, "waiting_part")
        self._load(requisition)
        self.assertEqual((requisition.state, requisition.quantity_received), ("received", 3))
        self.assertEqual(voucher.state, "in_progress")

    def test_S26_a_job_that_went_on_by_hand_is_left_alone(self):
        self._fill(3)
        voucher = self._job()
        requisition = self._ask(voucher)
        voucher.action_resume()
        self._load(requisition)
        self.assertEqual((requisition.state, voucher.state), ("received", "in_progress"))

    def test_S26_cancelled_by_the_store_the_dispatcher_is_told(self):
        voucher = self._voucher()
        voucher.with_user(self.supervisor).action_dispatch()
        requisition = self._ask(voucher)
        requisition.move_ids.picking_id.with_user(self.storekeeper).action_cancel()
        self.assertEqual((requisition.state, voucher.state), ("cancelled", "waiting_part"))
        activity = voucher.activity_ids.filtered(lambda a: a.user_id == self.supervisor)
        self.assertIn("does not come", activity.note)

    def test_S26_the_technician_takes_back_what_he_asked_for(self):
        voucher = self._job()
        requisition = self._ask(voucher)
        with self.assertRaises(AccessError):
            requisition.with_user(self.other_user).action_cancel()
        requisition.with_user(self.technician_user).action_cancel()
        self.assertEqual(requisition.state, "cancelled")
        self.assertEqual(requisition.move_ids.state, "cancel")

    def test_S26_a_job_that_ends_calls_its_parts_off(self):
        done, cancelled = self._job(), self._job()
        requisitions = self._ask(done) + self._ask(cancelled)
        done.action_resume()
        self._finish(done)
        cancelled._cancel("Sold the machine")
        self.assertEqual(set(requisitions.mapped("state")), {"cancelled"})
        self.assertEqual(set(requisitions.move_ids.mapped("state")), {"cancel"})

    def test_S26_asked_for_own_jobs_only(self):
        voucher = self._job(technician_id=self.other_technician.id)
        with self.assertRaises(AccessError):
            voucher.with_user(self.technician_user)._ask_part(self.part)
        with self.assertRaises(AccessError):
            self.env["aftersales.part.requisition"].with_user(self.technician_user).create({})
        requisition = self._ask(voucher, user=self.clerk)
        self.assertEqual(requisition.location_id, self.other_van, "of the job's technician")
        requisitions = self.env["aftersales.part.requisition"]
        self.assertFalse(
            requisitions.with_user(self.technician_user).search([("id", "=", requisition.id)])
        )
        self.assertTrue(
            requisitions.with_user(self.storekeeper).search([("id", "=", requisition.id)])
        )

    def test_S26_bad_requests_are_refused(self):
        voucher = self._job()
        other = self.env["res.company"].create({"name": "T other company"})
        strange = self.env["product.product"].create(
            {"name": "T strange part", "type": "consu", "company_id": other.id}
        )
        for product, quantity, sentence in (
            (self.labour, 1, "is no part"),
            (strange, 1, "of another company"),
            (self.part, 0, "above zero"),
            (self.part, float("inf"), "above zero"),
        ):
            with self.assertRefused(UserError, sentence):
                voucher._ask_part(product, quantity)
        self._ask(voucher)
        with self.assertRefused(UserError, "was asked for already"):
            voucher._ask_part(self.part)
        self.technician.van_location_id = False
        with self.assertRefused(UserError, "Tess has no van"):
            voucher._ask_part(self.serial_part)
        registered = self._voucher()
        with self.assertRefused(UserError, "This step needs"):
            registered.action_ask_part()

    def test_S26_a_route_to_the_van_is_used(self):
        """Where the company has a route, its transfer kind and its places count."""
        depot = self.env["stock.location"].create(
            {"name": "T depot", "location_id": self.warehouse.view_location_id.id}
        )
        self.env["stock.quant"]._update_available_quantity(self.part, depot, 5)
        self.env["stock.route"].create(
            {
                "name": "T load the vans",
                "product_selectable": True,
                "product_ids": [Command.set(self.part.product_tmpl_id.ids)],
                "company_id": self.company.id,
                "rule_ids": [
                    Command.create(
                        {
                            "name": "T depot to van",
                            "action": "pull",
                            "picking_type_id": self.warehouse.int_type_id.id,
                            "location_src_id": depot.id,
                            "location_dest_id": self.van.id,
                            "location_dest_from_rule": True,
                            "procure_method": "make_to_stock",
                            "company_id": self.company.id,
                        }
                    )
                ],
            }
        )
        requisition = self._ask(self._job())
        self.assertEqual(requisition.move_ids.location_id, depot)
        self._load(requisition)
        self.assertEqual(requisition.voucher_id.state, "in_progress")

    def test_S26_two_jobs_that_ask_for_the_same_part_get_each_their_own(self):
        self._fill(3)
        first, second = self._job(), self._job()
        asked = self._ask(first), self._ask(second)
        self._load(asked[0])
        self.assertEqual((first.state, second.state), ("in_progress", "waiting_part"))

    def test_S26_technicians_write_nothing_on_a_requisition(self):
        requisition = self._ask(self._job())
        with self.assertRaises(AccessError):
            requisition.with_user(self.technician_user).expected_on = date(2041, 3, 9)
        with self.assertRefused(UserError, "Use the buttons"):
            requisition.with_user(self.storekeeper).write({"state": "received"})
        with self.assertRefused(UserError, "cannot be deleted"):
            requisition.unlink()

    def test_S26_phone_asks_for_a_part_and_shows_what_is_coming(self):
        self._fill(3)
        voucher = self._job().with_user(self.technician_user)
        found = voucher.get_phone_store("T par")
        self.assertIn(self.part.id, [part["product_id"] for part in found])
        job = voucher.phone_submit(
            "T-KEY-ASK-0123456789", {"product_id": self.part.id, "quantity": 2}, "ask_part"
        )
        self.assertEqual(job["state"], "waiting_part")
        self.assertEqual(job["requisitions"][0]["name"], self.part.display_name)
        voucher.phone_submit(
            "T-KEY-ASK-0123456789", {"product_id": self.part.id, "quantity": 2}, "ask_part"
        )
        self.assertEqual(len(voucher.requisition_ids), 1, "sent twice, asked once")
        with self.assertRaises(AccessError):
            voucher.with_user(self.other_user).get_phone_store("T par")


@tagged("post_install", "-at_install")
class TestVanShortage(ServiceCommon):
    """What a job takes out of a van that does not hold it shows before it is done (S3)."""

    def test_S3_the_form_warns_of_what_the_van_does_not_hold(self):
        voucher = self._job(line_ids=[self._line(self.part, 10)])
        self.assertFalse(voucher.van_shortage)
        voucher.line_ids.quantity = 12
        voucher.invalidate_recordset(["van_shortage"])
        self.assertIn("Test Van holds 10", voucher.van_shortage)
        self.assertIn("takes 12", voucher.van_shortage)
        voucher.with_user(self.technician_user).read(["van_shortage"])
        self._finish(voucher)
        self.assertFalse(voucher.van_shortage, "warned of, not refused, and over")

    def test_S3_other_open_jobs_count_against_the_van(self):
        other = self._job(line_ids=[self._line(self.part, 8)])
        voucher = self._job(line_ids=[self._line(self.part, 4)])
        self.assertIn("other open jobs take 8", voucher.van_shortage)
        self.assertIn("other open jobs take 4", other.van_shortage)
        planned = self._voucher(line_ids=[self._line(self.part, 1)])
        self.assertIn("other open jobs take 12", planned.van_shortage)
        elsewhere = self._job(
            technician_id=self.other_technician.id, line_ids=[self._line(self.part, 9)]
        )
        self.assertFalse(elsewhere.van_shortage, "out of another van")
        self._finish(other)
        voucher.invalidate_recordset(["van_shortage"])
        self.assertIn("Test Van holds 2", voucher.van_shortage)

    def test_S3_the_phone_counts_what_other_jobs_have_used(self):
        """Fitted on a job that is not signed yet: not in the van, whatever the stock says."""
        self._job(line_ids=[self._line(self.part, 8)])
        planned = self._voucher(line_ids=[self._line(self.part, 1)])
        planned._dispatch()
        voucher = self._job().with_user(self.technician_user)
        row = {"key": "T-1", "product_id": self.part.id, "quantity": 3}
        with self.assertRefused(UserError, "8 are used on other jobs"):
            voucher.phone_submit("T-KEY-3-0123456789", {"lines": [row]})
        voucher.phone_submit("T-KEY-2-0123456789", {"lines": [{**row, "quantity": 2}]})
        self.assertEqual(voucher.line_ids.quantity, 2, "what is only planned takes nothing away")
