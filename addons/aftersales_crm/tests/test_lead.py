# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged, warmup

from .common import CrmCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestLead(CrmCommon):
    """From the lead over its first follow-up to the visit to the workshop."""

    # === FIGURES === #

    def test_S24_a_lead_takes_the_figures_of_its_kind(self):
        lead = self._lead("urgent")
        self.assertEqual(lead.type, "lead", "no opportunity of sales")
        self.assertEqual(lead.aftersales_follow_up_due, datetime(2026, 3, 13, 12))
        self.assertEqual(lead.aftersales_visit_until, date(2026, 4, 9))
        self.assertEqual(lead.aftersales_outlet_id, self.outlet, "covers the customer's area")
        self.kinds["urgent"].write({"follow_up_hours": 24, "visit_days": 1})
        self.assertEqual(lead.aftersales_follow_up_due, datetime(2026, 3, 13, 12))
        routine = self._lead()
        self.assertFalse(routine.aftersales_follow_up_due)
        self.assertEqual(routine.aftersales_visit_until, date(2026, 5, 9))

    def test_S24_an_own_kind_of_the_company_comes_first(self):
        kinds = self.env["aftersales.lead.kind"]
        self.assertEqual(kinds._find("urgent", self.company), self.kinds["urgent"])
        elsewhere = self._other_company()
        shared = kinds._find("urgent", elsewhere)
        self.assertFalse(shared.company_id)
        self.assertEqual((shared.follow_up_hours, shared.visit_days), (72, 30))
        self.assertEqual(kinds._find("routine", elsewhere).visit_days, 60)

    def test_S24_S13_nobody_is_called_who_asked_to_be_left_alone(self):
        self.company.aftersales_no_contact_percent = 100
        self.customer.write(
            {"aftersales_no_contact": True, "aftersales_no_contact_reason": "By phone"}
        )
        for kind in ("routine", "urgent"):
            with self.subTest(kind), self.assertRefused(ValidationError, "not to be contacted"):
                self._lead(kind)
        self.assertTrue(self._lead("accident"))

    # === FOLLOW-UP === #

    def test_S24_the_first_follow_up_is_stamped_once(self):
        lead = self._lead("urgent").with_user(self.clerk)
        self.assertEqual(lead.activity_ids.user_id, self.clerk)
        self.assertEqual(lead.activity_ids.date_deadline, date(2026, 3, 13))
        wizard = Form.from_action(lead.env, lead.action_aftersales_follow_up())
        wizard.note = "Comes on Thursday"
        wizard.save().action_confirm()
        self.assertEqual(lead.aftersales_followed_up_at, datetime(2026, 3, 10, 12))
        self.assertEqual(lead.aftersales_followed_up_by_id, self.clerk)
        self.assertEqual(lead.aftersales_lead_state, "followed_up")
        self.assertIn("Comes on Thursday", lead.message_ids[0].body)
        self.assertFalse(lead.activity_ids)
        with freeze_time("2026-03-12 12:00:00"):
            lead.with_user(self.supervisor)._follow_up("Asked again", date(2026, 3, 20))
        self.assertEqual(lead.aftersales_followed_up_at, datetime(2026, 3, 10, 12))
        self.assertEqual(lead.activity_ids.date_deadline, date(2026, 3, 20))

    def test_S24_late_follow_ups_show(self):
        late = self._lead("urgent", aftersales_received_at="2026-03-07 11:59:59")
        self._lead("urgent", aftersales_received_at="2026-03-07 12:00:00")
        self._lead("routine", aftersales_received_at="2026-01-07 12:00:00")
        done = self._lead("urgent", aftersales_received_at="2026-03-01 12:00:00")
        done._follow_up("Late, but done")
        tile = self.env.ref("aftersales_crm.tile_lead_late").with_user(self.supervisor)
        self.assertEqual(tile.count, 1)
        mine = [("company_id", "=", self.company.id)]
        self.assertEqual(self.env["crm.lead"].search(tile.action_open()["domain"] + mine), late)

    def test_S24_stamps_are_not_typed(self):
        lead = self._lead().with_user(self.clerk)
        for name, value in (
            ("aftersales_followed_up_at", "2026-03-10 12:00:00"),
            ("aftersales_voucher_id", self._voucher().id),
            ("aftersales_visit_until", "2099-01-01"),
        ):
            with self.subTest(name), self.assertRefused(UserError, "by the follow-up and the"):
                lead.write({name: value})

    def test_S24_lost_and_restored(self):
        lead = self._lead().with_user(self.clerk)
        self.env["crm.lead.lost"].with_user(self.clerk).create(
            {"lead_ids": lead.ids, "lost_reason_id": self.env.ref("crm.lost_reason_1").id}
        ).action_lost_reason_apply()
        self.assertEqual(lead.aftersales_lead_state, "lost")
        with self.assertRefused(UserError, "no open service lead"):
            lead._follow_up("Hello")
        self._walk_in()
        self.assertFalse(lead.aftersales_voucher_id)
        lead.action_restore()
        self.assertEqual(lead.aftersales_lead_state, "new")

    # === CONVERSION === #

    def test_S24_the_visit_to_the_workshop_counts(self):
        lead = self._lead(aftersales_lot_id=self.unit.id)
        voucher = self._walk_in(datetime(2026, 3, 12, 8))
        self.assertEqual(lead.aftersales_voucher_id, voucher)
        self.assertEqual(lead.aftersales_visited_at, datetime(2026, 3, 12, 8))
        self.assertEqual((lead.aftersales_lead_state, lead.won_status), ("converted", "won"))
        self.assertEqual(voucher.with_user(self.technician_user).lead_id, lead)
        self.assertEqual(
            lead.with_user(self.clerk).action_aftersales_view_job()["res_id"], voucher.id
        )

    def test_S24_goods_that_are_brought_in_count(self):
        lead = self._lead()
        job = self._job()
        self.assertFalse(lead.aftersales_voucher_id, "a visit on site is none to the workshop")
        job._enter_workshop()
        self.assertEqual(lead.aftersales_voucher_id, job)

    def test_S24_edges_of_the_window(self):
        """60 days routine, 30 urgent: the last day counts whole, the next one does not."""
        for kind, days in (("routine", 60), ("urgent", 30)):
            received = datetime(2026, 3, 10, 12)
            midnight = datetime(2026, 3, 11) + timedelta(days=days)
            lead = self._lead(kind, aftersales_received_at=received)
            with self.subTest(kind=kind, what="before it came"):
                self._walk_in(received - timedelta(seconds=1))
                self.assertFalse(lead.aftersales_voucher_id)
            with self.subTest(kind=kind, what="a second too late"):
                self._walk_in(midnight)
                self.assertFalse(lead.aftersales_voucher_id)
            with self.subTest(kind=kind, what="the last second"):
                voucher = self._walk_in(midnight - timedelta(seconds=1))
                self.assertEqual(lead.aftersales_voucher_id, voucher)

    def test_S24_days_are_those_of_the_company(self):
        """At 17:00 UTC it is the next day in Shanghai: for the lead and for the visit."""
        self.company.partner_id.tz = "Asia/Shanghai"
        lead = self._lead("urgent", aftersales_received_at=datetime(2026, 3, 10, 17))
        self.assertEqual(lead.aftersales_visit_until, date(2026, 4, 10))
        self._walk_in(datetime(2026, 4, 10, 16))
        self.assertFalse(lead.aftersales_voucher_id)
        voucher = self._walk_in(datetime(2026, 4, 10, 15, 59))
        self.assertEqual(lead.aftersales_voucher_id, voucher)

    def test_S24_the_nearest_open_lead_and_not_twice(self):
        old = self._lead(aftersales_received_at="2026-03-01 12:00:00")
        near = self._lead(aftersales_received_at="2026-03-09 12:00:00")
        first = self._walk_in()
        self.assertEqual(near.aftersales_voucher_id, first)
        self.assertFalse(old.aftersales_voucher_id)
        first._convert_leads()
        self.assertFalse(old.aftersales_voucher_id, "a visit counts once")
        second = self._walk_in()
        self.assertEqual(old.aftersales_voucher_id, second)
        self._walk_in()
        self.assertEqual(near.aftersales_voucher_id, first)

    def test_S24_by_unit_before_customer(self):
        other = self.unit.copy({"name": "T-SERIAL-2"})
        other.user_partner_id = self.customer
        elsewhere = self._lead(aftersales_lot_id=other.id)
        anyone = self._lead(aftersales_received_at="2026-03-10 11:00:00")
        own = self._lead(
            aftersales_lot_id=self.unit.id, aftersales_received_at="2026-03-09 12:00:00"
        )
        voucher = self._walk_in()
        self.assertEqual(own.aftersales_voucher_id, voucher)
        self.assertFalse((elsewhere + anyone).aftersales_voucher_id)

    def test_S24_arrivals_of_one_batch_share_nothing(self):
        leads = self._lead() + self._lead(aftersales_received_at="2026-03-09 12:00:00")
        vouchers = self._voucher(channel="walk_in", promised_at="2026-03-11 12:00:00")
        vouchers += self._voucher(channel="walk_in", promised_at="2026-03-11 12:00:00")
        vouchers._receive()
        self.assertEqual(leads.aftersales_voucher_id, vouchers)

    def test_S24_a_contact_of_the_firm_and_strangers(self):
        firm = self.env["res.partner"].create({"name": "T firm", "is_company": True})
        person = self.env["res.partner"].create({"name": "T person", "parent_id": firm.id})
        lead = self._lead(partner_id=person.id)
        stranger = self._lead(partner_id=self.env["res.partner"].create({"name": "T"}).id)
        self._walk_in(
            lot_id=False, partner_id=firm.id, outlet_id=self.outlet.id, technician_id=False
        )
        self.assertTrue(lead.aftersales_voucher_id)
        self.assertFalse(stranger.aftersales_voucher_id)

    def test_S24_no_lead_of_another_company(self):
        company = self._other_company()
        lead = self._lead()
        self.clerk.company_ids += company
        there = lead.copy(
            {"company_id": company.id, "user_id": False, "aftersales_outlet_id": False}
        )
        self._walk_in()
        self.assertTrue(lead.aftersales_voucher_id)
        self.assertFalse(there.aftersales_voucher_id)
        self.assertEqual(there.company_id, company)

    def test_S24_a_job_struck_off_opens_the_lead_again(self):
        lead = self._lead()
        voucher = self._walk_in()
        voucher._cancel("Did not wait")
        self.assertFalse(lead.aftersales_voucher_id)
        self.assertEqual((lead.aftersales_lead_state, lead.won_status), ("new", "pending"))
        second = self._walk_in()
        self.assertEqual(lead.aftersales_voucher_id, second)

    @warmup
    def test_S24_one_query_finds_what_fits(self):
        vouchers = self.env["aftersales.voucher"].create(
            [{"lot_id": self.unit.id} for _index in range(20)]
        )
        arrivals = dict.fromkeys(vouchers, datetime(2026, 3, 10, 12))
        self._lead()
        self.env.flush_all()
        self.company._get_aftersales_timezone()
        with self.assertQueryCount(1):
            pairs = self.env["crm.lead"]._find_aftersales_pairs(arrivals)
        self.assertEqual(len(pairs), 20)

    # === WHERE LEADS COME FROM === #

    def test_S24_leads_of_units_customers_and_accidents(self):
        sources = (
            (self.unit.with_user(self.clerk).action_create_service_lead, "routine"),
            (self.unit.with_user(self.clerk).action_create_accident_lead, "accident"),
            (self.customer.with_user(self.clerk).action_create_service_lead, "other"),
        )
        for button, kind in sources:
            with self.subTest(kind):
                lead = self.env["crm.lead"].with_user(self.clerk)
                lead = lead.with_context(**button()["context"]).create({"name": "T"})
                self.assertEqual(lead.aftersales_lead_kind_id, self.kinds[kind])
                self.assertEqual(lead.partner_id, self.customer)
        domain = self.unit.action_view_service_leads()["domain"]
        self.assertEqual(self.env["crm.lead"].search_count(domain), 2)

    def test_S24_leads_of_reminders(self):
        rule = self.env["aftersales.reminder.rule"].create(
            {
                "name": "T rule",
                "kind": "maintenance",
                "months": 12,
                "text": "Due",
                "audience": "adviser",
                "company_id": self.company.id,
            }
        )
        reminder = self.env["aftersales.reminder"].create(
            {
                "rule_id": rule.id,
                "kind": "maintenance",
                "company_id": self.company.id,
                "lot_id": self.unit.id,
                "partner_id": self.customer.id,
                "due_on": "2026-03-20",
                "cycle_start": "2025-03-20",
                "cycle": 1,
            }
        )
        context = reminder.with_user(self.clerk).action_create_lead()["context"]
        lead = self.env["crm.lead"].with_user(self.clerk).with_context(**context).create({})
        self.assertEqual(lead.aftersales_reminder_id, reminder)
        self.assertEqual(
            (lead.aftersales_lead_kind, lead.aftersales_lot_id.id), ("routine", self.unit.id)
        )

    def test_S24_a_call_is_registered_from_a_lead(self):
        lead = self._lead(aftersales_lot_id=self.unit.id).with_user(self.clerk)
        context = lead.action_aftersales_register_job()["context"]
        call = self.env["aftersales.call"].with_user(self.clerk).with_context(**context).create({})
        self.assertEqual((call.lot_id, call.kind), (self.unit, "maintenance"))

    # === RIGHTS === #

    def test_S24_service_sees_service_leads_only(self):
        sale = self.env["crm.lead"].create({"name": "T sale", "user_id": False})
        service = self._lead(user_id=False)
        for user in (self.clerk, self.supervisor):
            found = (
                self.env["crm.lead"].with_user(user).search([("id", "in", (sale + service).ids)])
            )
            self.assertEqual(found, service)
            with self.assertRaises(AccessError):
                sale.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                self.env["crm.lead"].with_user(user).create({"name": "T no kind"})
            with self.assertRefused(UserError, "keeps a kind"):
                service.with_user(user).aftersales_lead_kind_id = False

    def test_S24_sales_go_on_as_before(self):
        seller = new_test_user(
            self.env,
            "t_seller",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        lead = self.env["crm.lead"].with_user(seller).create({"name": "T sale"})
        self.assertFalse(lead.aftersales_lead_state)
        self.assertFalse(lead.activity_ids)
        lead.action_set_won()
        self.assertEqual(lead.won_status, "won")
        with self.assertRaises(AccessError):
            self._lead().with_user(seller).read(["name"])
        lead.web_read({name: {} for name in lead.get_view(view_type="form")["models"]["crm.lead"]})

    def test_S24_roles_open_the_screens(self):
        lead = self._lead("urgent", aftersales_lot_id=self.unit.id)
        form = self.env.ref("aftersales_crm.crm_lead_view_form_service").id
        for user in (self.clerk, self.supervisor):
            own = lead.with_user(user)
            names = own.get_view(form, "form")["models"]["crm.lead"]
            with self.subTest(user.login):
                self.assertEqual(own.web_read({name: {} for name in names})[0]["id"], lead.id)
