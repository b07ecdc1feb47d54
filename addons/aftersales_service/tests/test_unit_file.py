# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .common import ServiceCommon
from .screens import FormScreen, multiply


@tagged("post_install", "-at_install")
class TestUnitFile(ServiceCommon):
    """The unit's page and the user's page: all that ever happened (S14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.partner"].create({"name": "T buyer", "phone": "+1 555 0444"})

    def _kinds(self, user=None):
        self.unit.invalidate_recordset(["unit_event_ids"])
        unit = self.unit.with_user(user) if user else self.unit
        return unit.unit_event_ids.mapped("kind")

    def _rows(self):
        """Users of the unit, newest first."""
        self.unit.invalidate_recordset(["unit_user_ids"])
        return self.unit.unit_user_ids

    def test_S14_timeline_has_everything_newest_first(self):
        self.unit.write({"made_on": date(2019, 1, 1), "sold_on": date(2019, 6, 1)})
        job = self._job(work_done="Hose replaced")
        self._finish(job)
        self.env["aftersales.callback"].create({"voucher_id": job.id, "outcome": "no_answer"})
        self.env["aftersales.complaint"].create(
            {"subject": "Late", "voucher_id": job.id, "lot_id": self.unit.id}
        )
        self.unit._take_meter_reading(5, day=date(2020, 1, 1), source="manual")
        self.env["aftersales.insurance.policy"].create(
            {
                "name": "P-1",
                "lot_id": self.unit.id,
                "insurer_id": self.buyer.id,
                "date_from": date(2019, 7, 1),
                "date_to": date(2020, 6, 30),
            }
        )
        kinds = self._kinds()
        self.assertLessEqual(
            {"made", "sale", "job", "callback", "complaint", "meter", "policy", "user"}, set(kinds)
        )
        dates = self.unit.unit_event_ids.mapped("date")
        self.assertEqual(dates, sorted(dates, reverse=True))
        event = self.unit.unit_event_ids.filtered(lambda one: one.kind == "job")
        self.assertEqual((event.name, event.detail), (job.number, "Hose replaced"))
        action = event.action_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("aftersales.voucher", job.id))

    def test_S14_timeline_shows_nobody_more_than_the_lists_behind_it(self):
        """Technicians their own jobs; complaints about an employee who handles them."""
        self._finish(self._job(technician_id=self.other_technician.id))
        self.env["aftersales.complaint"].create(
            {"subject": "Rude", "lot_id": self.unit.id, "employee_id": self.technician.id}
        )
        self.assertIn("complaint", self._kinds(self.supervisor))
        for user in (self.technician_user, self.clerk):
            self.assertNotIn("complaint", self._kinds(user), user.login)
        self.assertNotIn("job", self._kinds(self.technician_user))
        self.assertIn("job", self._kinds(self.other_user))
        portal = self._user("t_portal_event", "base.group_portal")
        with self.assertRaises(AccessError):
            self.env["aftersales.unit.event"].with_user(portal).search([])

    def test_S14_page_of_a_unit_with_500_jobs_takes_15_queries(self):
        job = self._voucher(contact_name="T many")
        self.env.flush_all()
        multiply(
            job,
            500,
            reference=SQL("'T-MANY-' || nth"),
            registered_at=SQL("origin.registered_at - nth * interval '1 day'"),
        )
        screen = FormScreen(
            self.env(user=self.supervisor), "aftersales_service.stock_lot_action_unit"
        )
        screen.load(self.unit)
        self.env.invalidate_all()
        with self.assertQueryCount(15):
            values = screen.load(self.unit)
        self.assertEqual(values["aftersales_voucher_count"], 501)
        self.assertGreater(len(values["unit_event_ids"]), 79)

    def test_S14_smart_buttons_count_and_open(self):
        self.unit.meter = 5
        unit = self.unit.with_user(self.supervisor)
        self.assertEqual((unit.meter_reading_count, unit.unit_user_count), (1, 1))
        for method in (
            "action_view_meter_readings",
            "action_view_unit_users",
            "action_view_insurance_policies",
            "action_view_registrations",
            "action_view_unit_complaints",
        ):
            action = getattr(unit, method)()
            self.env[action["res_model"]].with_user(self.supervisor).search(action["domain"])

    def test_S14_who_had_the_unit_stays_known(self):
        rows = self.unit.unit_user_ids
        self.assertEqual(
            (rows.partner_id, rows.date_from, rows.date_to),
            (self.customer, date(2020, 1, 1), False),
        )
        self.unit.with_user(self.clerk).user_partner_id = self.buyer
        new, old = self._rows()
        self.assertEqual((new.partner_id, new.source), (self.buyer, "manual"))
        self.assertEqual(old.date_to, new.date_from)
        self.unit.user_partner_id = False
        self.assertTrue(all(self.unit.unit_user_ids.mapped("date_to")))

    def test_S14_history_is_written_by_the_file_only(self):
        rows = self.env["aftersales.unit.user"].with_user(self.supervisor)
        with self.assertRefused(UserError, "Use Change User"):
            rows.create(
                {
                    "lot_id": self.unit.id,
                    "partner_id": self.buyer.id,
                    "date_from": date(2020, 1, 1),
                    "date_to": date(2020, 2, 1),
                }
            )
        row = self.unit.unit_user_ids.with_user(self.supervisor)
        with self.assertRefused(UserError, "Use Change User"):
            row.partner_id = self.buyer
        row.date_from = date(2019, 12, 1)
        with self.assertRaises(AccessError):
            row.with_user(self.clerk).date_from = date(2019, 11, 1)
        unit = self.unit.with_user(self.clerk).with_context(
            aftersales_user_change={"source": "registration", "day": "2001-01-01"}
        )
        unit.user_partner_id = self.buyer
        self.assertEqual(self._rows()[0].source, "manual", "a context forges nothing")

    def test_S14_change_of_user_with_date_reason_meter_and_who_told(self):
        self.unit._take_meter_reading(100, day=date(2021, 1, 1), source="manual")
        job = self._job(partner_id=self.buyer.id, outlet_id=self.outlet.id)
        self.assertTrue(job.is_other_user)
        action = job.with_user(self.clerk).action_change_user()
        form = Form(
            self.env["aftersales.unit.transfer"]
            .with_user(self.clerk)
            .with_context(**action["context"])
        )
        self.assertEqual(form.partner_id, self.buyer)
        form.date = date(2022, 2, 1)
        form.reason = "Sold on"
        form.told_by = "The farmer"
        form.has_meter = True
        form.meter = 220
        form.save().action_transfer()
        self.assertEqual(self.unit.user_partner_id, self.buyer)
        new, old = self._rows()
        self.assertEqual(
            (new.date_from, new.source, new.reason, new.told_by, new.voucher_id),
            (date(2022, 2, 1), "transfer", "Sold on", "The farmer", job),
        )
        self.assertEqual((old.partner_id, old.date_to), (self.customer, date(2022, 2, 1)))
        self.assertEqual((self.unit.meter, self.unit.meter_date), (220, date(2022, 2, 1)))
        wizard = self.env["aftersales.unit.transfer"].create(
            {
                "lot_id": self.unit.id,
                "partner_id": self.customer.id,
                "date": date(2021, 2, 1),
                "reason": "Back",
                "told_by": "He",
            }
        )
        with self.assertRefused(ValidationError, "since 2022-02-01: choose a later day"):
            wizard.action_transfer()
        wizard.date = date(2099, 1, 1)
        with self.assertRefused(UserError, "still to come"):
            wizard.action_transfer()
        wizard.partner_id = self.buyer
        with self.assertRefused(UserError, "already"):
            wizard.action_transfer()
        with self.assertRaises(AccessError):
            self.env["aftersales.unit.transfer"].with_user(self.technician_user).create({})

    def test_S14_a_service_writes_an_unknown_user_with_the_job(self):
        unknown = self.env["stock.lot"].create({"name": "T-U2", "product_id": self.model.id})
        job = self._job(lot_id=unknown.id, partner_id=self.buyer.id, outlet_id=self.outlet.id)
        self._finish(job, at=datetime(2030, 5, 2, 12))
        row = unknown.unit_user_ids
        self.assertEqual(
            (row.partner_id, row.source, row.voucher_id, row.date_from),
            (self.buyer, "service", job, date(2030, 5, 2)),
        )

    def test_S14_user_file_shows_units_now_and_before(self):
        self._voucher()
        self.unit.user_partner_id = self.buyer
        former = self.customer.with_user(self.clerk)
        self.assertEqual(former.aftersales_unit_count, 0)
        self.assertEqual(former.aftersales_job_count, 1)
        self.assertEqual(former.aftersales_unit_user_ids.lot_id, self.unit)
        child = self.env["res.partner"].create({"name": "Yard", "parent_id": self.buyer.id})
        self.unit.user_partner_id = child
        self.assertEqual(self.buyer.with_user(self.clerk).aftersales_unit_count, 1)
        action = self.buyer.with_user(self.clerk).action_view_aftersales_units()
        self.assertEqual(self.env["stock.lot"].search(action["domain"]), self.unit)

    def test_S14_other_departments_open_contacts_and_units(self):
        seller = self._user("t_unit_seller", "sales_team.group_sale_salesman_all_leads")
        self.assertNotIn("aftersales_unit_user_ids", self.customer.with_user(seller).fields_get())
        self.customer.with_user(seller).read(["name", "user_ids"])
        storekeeper = self._user("t_unit_store", "stock.group_stock_user")
        self.unit.with_user(storekeeper).read()
        form = self.env.ref("base.view_partner_form")
        for user in (self.clerk, self.technician_user, seller):
            customer = self.customer.with_user(user)
            view = customer.get_view(form.id, "form")
            self.assertEqual("aftersales_unit_count" in view["arch"], user != seller)
            # The client is told of the fields that its user may read.
            known = customer.fields_get(view["models"]["res.partner"])
            own = [name for name in known if name.startswith("aftersales_")]
            customer.web_read({name: {} for name in own})

    def test_S14_multi_company(self):
        elsewhere = self.env["res.company"].create({"name": "T far"})
        unit = self.env["stock.lot"].create(
            {
                "name": "T-FAR",
                "product_id": self.model.id,
                "company_id": elsewhere.id,
                "user_partner_id": self.buyer.id,
            }
        )
        unit._take_meter_reading(7, source="manual")
        policy = self.env["aftersales.insurance.policy"].create(
            {
                "name": "P-FAR",
                "lot_id": unit.id,
                "insurer_id": self.buyer.id,
                "date_from": date(2020, 1, 1),
                "date_to": date(2020, 12, 31),
            }
        )
        for record in (unit.unit_user_ids, unit.meter_reading_ids, policy):
            with self.subTest(record=record):
                self.assertEqual(len(record), 1)
                found = record.with_user(self.clerk).search([("id", "=", record.id)])
                self.assertFalse(found)
                with self.assertRaises(AccessError):
                    record.with_user(self.clerk).read(["display_name"])
        events = self.env["aftersales.unit.event"].with_user(self.clerk)
        self.assertFalse(events.search([("lot_id", "=", unit.id)]))

    def test_S14_unit_file_prints(self):
        self._finish(self._job(work_done="Pump replaced", meter_reading=12))
        self.unit.user_partner_id = self.buyer
        html, _type = (
            self.env["ir.actions.report"]
            .with_user(self.technician_user)
            ._render_qweb_html("aftersales_service.report_unit_file", self.unit.ids)
        )
        text = html.decode()
        for expected in ("T-SERIAL-1", "T buyer", "T customer", "Pump replaced", "Meter Reading"):
            self.assertIn(expected, text)

    def test_S14_dealer_and_days_come_with_the_delivery(self):
        """Sales delivers a unit to a dealer: the file says when and to whom."""
        dealer = self.env["res.partner"].create({"name": "T dealer", "is_dealer": True})
        unit = self.env["stock.lot"].create({"name": "T-SHIP", "product_id": self.model.id})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        stock = warehouse.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.model, stock, 1, lot_id=unit)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.out_type_id.id,
                "partner_id": dealer.id,
                "location_id": stock.id,
                "location_dest_id": dealer.property_stock_customer.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.model.id,
                            "product_uom_qty": 1,
                            "location_id": stock.id,
                            "location_dest_id": dealer.property_stock_customer.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        self.assertEqual(unit.dealer_id, dealer)
        self.assertEqual(unit.shipped_on, unit._get_file_today())
        unit.invalidate_recordset(["unit_event_ids"])
        self.assertIn("shipment", unit.unit_event_ids.mapped("kind"))
        back = self.env["stock.move"].create(
            {
                "product_id": self.model.id,
                "product_uom_qty": 1,
                "location_id": dealer.property_stock_customer.id,
                "location_dest_id": stock.id,
            }
        )
        back._action_confirm()
        back.move_line_ids = [
            Command.clear(),
            Command.create(
                {
                    "product_id": self.model.id,
                    "lot_id": unit.id,
                    "quantity": 1,
                    "location_id": back.location_id.id,
                    "location_dest_id": stock.id,
                }
            ),
        ]
        back.picked = True
        back._action_done()
        self.assertFalse(unit.shipped_on, "it came back unsold")
