# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from .portal import SIGNED, PortalCommon


@tagged("post_install", "-at_install")
class TestPortalOutlet(PortalCommon, HttpCase):
    """S7: an outlet without employees of ours accepts, plans, reports and has the job signed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agents = cls.env["res.partner"].create(
            [
                {"name": f"T agent {name}", "email": f"agent_{name}@example.com"}
                for name in ("a", "b")
            ]
        )
        cls.foreign, cls.rival = cls.env["aftersales.outlet"].create(
            [
                {
                    "name": agent.name,
                    "code": f"TA{index}",
                    "kind": "agent",
                    "partner_id": agent.id,
                    "is_foreign": True,
                }
                for index, agent in enumerate(cls.agents)
            ]
        )
        cls.agent_login = cls._create_portal_user(cls.agents[0], "service_agent_a")
        cls.rival_login = cls._create_portal_user(cls.agents[1], "service_agent_b")
        cls.part.default_code = "QX-77"
        if "part_class" in cls.part._fields:
            # Where parts have a class, outlets see those that are serviceable (P1).
            cls.part.write({"part_class": "general", "is_serviceable": True})

    @classmethod
    def _given(cls, outlet=None, **values):
        """A job that was given to an outlet on the portal."""
        job = cls._voucher(
            technician_id=False,
            outlet_id=(outlet or cls.foreign).id,
            fault_description="Leaks",
            **values,
        )
        job._dispatch()
        return job

    @classmethod
    def _begun(cls, **values):
        job = cls._given(**values)
        job._accept_by_outlet()
        job._start_by_outlet()
        return job

    def _do(self, job, step, **typed):
        url = f"/my/outlet-jobs/{job.id}"
        return self._post(f"{url}/{step}", "/service/request", **typed)

    def _log_in(self, user=None):
        login = (user or self.agent_login).login
        self.authenticate(login, login)

    # ------------------------------------------------------------------
    # Dispatch
    # ------------------------------------------------------------------

    def test_S7_a_job_of_a_foreign_outlet_needs_no_technician(self):
        mails = self.env["mail.mail"].search([])
        job = self._given()
        self.assertTrue(job.number)
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.agents[0])
        self.assertIn(f"/my/outlet-jobs/{job.id}", mail.body_html)
        own = self._voucher(technician_id=False)
        with self.assertRefused(UserError, "Technician"):
            own._dispatch()
        with self.assertRefused(UserError, "Technician"), self.env.cr.savepoint():
            job.outlet_id = self.outlet

    def test_S7_what_an_outlet_works_on_is_not_unassigned(self):
        """It waits for nobody of ours, until the outlet gives it back."""
        waiting = self._voucher(technician_id=False, outlet_id=self.foreign.id)
        ours = self._job()
        given, refused = self._given(), self._given()
        refused._refuse_by_outlet("No crane here")
        vouchers = waiting | ours | given | refused
        self.assertEqual(vouchers.filtered("is_with_outlet"), given)
        own = [("id", "in", vouchers.ids)]
        for value, expected in ((True, given), (False, vouchers - given)):
            found = vouchers.search([*own, ("is_with_outlet", "=", value)])
            self.assertEqual(set(found), set(expected))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_voucher_action_board"
        )
        self.assertIn("search_default_our_people", action["context"])

    def test_S7_a_foreign_outlet_is_no_own_one_and_has_an_address(self):
        for values in ({"kind": "own"}, {"partner_id": False}):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.foreign.write(values)

    # ------------------------------------------------------------------
    # The whole way
    # ------------------------------------------------------------------

    def test_S7_outlet_does_a_job_from_the_call_to_the_signature(self):
        job = self._given()
        pickings = self.env["stock.picking"].search_count([])
        self._log_in()
        page = self._page("/my/outlet-jobs")
        self.assertEqual(page.xpath("//li/@data-job"), [job.number])
        self._do(job, "accept")
        self.assertTrue(job.outlet_accepted_at)
        day = fields.Date.today() + timedelta(days=1)
        self._do(job, "plan", start=f"{day}T09:00", end=f"{day}T11:00")
        self.assertEqual(str(job.planned_start), f"{day} 09:00:00")
        self._do(job, "start")
        self.assertEqual(job.state, "in_progress")
        buttons = self._page(f"/my/outlet-jobs/{job.id}").xpath("//form[@name='report']//button")
        self.assertIn("/search", buttons[0].get("formaction"), "Enter looks up, nothing else")
        found = self._do(job, "search", part="qx-7", work_done="Hose", fault_id=str(self.fault.id))
        self.assertIn("QX-77", found.text)
        typed = {"work_done": "Hose replaced", "fault_id": str(self.fault.id), "meter": "12,5"}
        self._do(job, f"add_{self.part.id}", **typed, **{f"quantity_{self.part.id}": "2"})
        self.assertEqual(job.line_ids.quantity, 2)
        self.assertFalse(self.url_open(f"/my/service/{job.id}").url.endswith(f"/{job.id}"))
        self._do(job, "report", **typed)
        self.assertTrue(job.reported_at)
        self.assertEqual((job.work_done, job.meter_reading), ("Hose replaced", 12.5))
        self.assertEqual(job.fault_id, self.fault)
        answer = self._sign(
            f"/my/outlet-jobs/{job.id}/sign?digest={job._get_signing_digest()}", name="Cus Tomer"
        )
        self.assertTrue(answer.get("force_refresh"), answer)
        self.assertEqual((job.state, job.signed_by), ("done", "Cus Tomer"))
        self.assertEqual(self.env["stock.picking"].search_count([]), pickings)
        self.assertFalse(job.sale_order_id or job.picking_id, "the outlet's own parts and money")
        self.assertEqual(self._on_hand(self.part, self.van), 10)
        self.assertIn("Cus Tomer", self.url_open(f"/my/outlet-jobs/{job.id}").text)

    def test_S3_customer_of_an_outlet_signs_by_the_link(self):
        job = self._begun(work_done="Sealed")
        mails = self.env["mail.mail"].search([])
        job._report_by_outlet()
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.customer)
        url = f"/my/service/{job.id}/sign?access_token={job.access_token}"
        self.assertNotIn("error", self._sign(f"{url}&digest={job._get_signing_digest()}"))
        self.assertEqual(job.state, "done")

    def test_S7_internal_work_of_an_outlet_is_signed_by_nobody(self):
        job = self.env["aftersales.voucher"].create(
            {"service_type": "D", "outlet_id": self.foreign.id}
        )
        job._dispatch()
        job._accept_by_outlet()
        job._start_by_outlet()
        self._log_in()
        self._do(job, "report", work_done="Tools checked")
        self.assertEqual(job.state, "done")

    def test_S7_a_refused_job_goes_back_to_the_hotline(self):
        job = self._given()
        job._write_step({"dispatched_by_id": self.supervisor.id})
        self._log_in()
        self.assertIn("Write why", self._do(job, "refuse", reason=" ").text)
        self._do(job, "refuse", reason="No fitter this week")
        self.assertEqual((job.state, job.outlet_refusal), ("dispatched", "No fitter this week"))
        self.assertEqual(job.activity_ids.user_id, self.supervisor)
        self.assertIn("No fitter", job.activity_ids.note)
        self.assertNotIn(job.number, self.url_open("/my/outlet-jobs").text)
        self._do(job, "accept")
        self.assertFalse(job.outlet_accepted_at, "what was given back is gone")
        job.with_user(self.supervisor).outlet_id = self.rival
        self.assertFalse(job.outlet_refused_at)
        self._log_in(self.rival_login)
        self.assertIn(job.number, self.url_open("/my/outlet-jobs").text)

    def test_S7_a_supervisor_offers_a_refused_job_again(self):
        job = self._given()
        job._refuse_by_outlet("Busy")
        with self.assertRaises(AccessError):
            job.with_user(self.clerk).action_offer_again()
        job.with_user(self.supervisor).action_offer_again()
        self.assertEqual(job._get_outlet_step(), "new")
        self.assertFalse(job.outlet_refused_at)

    def test_S7_a_technician_of_ours_takes_the_job_over(self):
        job = self._given()
        self.foreign.technician_ids = self.technician
        job.technician_id = self.technician
        self._log_in()
        self.assertNotIn(job.number, self.url_open("/my/outlet-jobs").text)
        self.assertFalse(job.is_foreign)

    def test_S7_steps_in_the_wrong_order_are_refused(self):
        self._log_in()
        new, done = self._given(), self._begun(work_done="Sealed")
        done._report_work()
        done._sign_from_afar(SIGNED, "Jo")
        day = fields.Date.today() + timedelta(days=1)
        typed = {"start": f"{day}T09:00", "reason": "No", "work_done": "x"}
        for job, steps in (
            (new, ("plan", "start", "save", "report", f"add_{self.part.id}", "reopen")),
            (done, ("accept", "refuse", "plan", "start", "save", "report", "reopen")),
        ):
            before = (job.state, job.work_done, job.planned_start, job.outlet_refused_at)
            for step in steps:
                with self.subTest(step=step, state=job.state):
                    self.assertIn("alert-danger", self._do(job, step, **typed).text)
            after = (job.state, job.work_done, job.planned_start, job.outlet_refused_at)
            self.assertEqual(after, before)
        self.assertIn("/my/outlet-jobs", self._do(new, "nonsense").url)

    def test_S7_impossible_values_are_refused(self):
        job = self._begun()
        self._log_in()
        for step, typed in (
            (f"add_{self.part.id}", {f"quantity_{self.part.id}": "-1"}),
            (f"add_{self.part.id}", {f"quantity_{self.part.id}": "nan"}),
            (f"add_{self.part.id}", {f"quantity_{self.part.id}": "1e9"}),
            (f"add_{self.labour.id}", {f"quantity_{self.labour.id}": "1"}),
            (f"add_{2**40}", {f"quantity_{2**40}": "1"}),
            ("add_x", {}),
            ("remove_1", {}),
            ("save", {"work_done": "x", "meter": "-1"}),
            ("save", {"work_done": "x", "meter": "many"}),
            ("report", {"work_done": ""}),
        ):
            with self.subTest(step=step, typed=typed):
                self.assertIn("alert-danger", self._do(job, step, **typed).text)
        self.assertFalse(job.line_ids or job.work_done or job.reported_at)
        job = self._given()
        job._accept_by_outlet()
        day = fields.Date.today() + timedelta(days=1)
        for start, end in (
            ("", ""),
            ("yesterday", ""),
            ("2001-01-01T10:00", ""),
            (f"{day}T10:00", f"{day}T09:00"),
            ("9999-12-31T23:59:59.999999+99:99", ""),
        ):
            with self.subTest(start=start, end=end):
                self.assertIn("alert-danger", self._do(job, "plan", start=start, end=end).text)
        self.assertFalse(job.planned_start)

    # ------------------------------------------------------------------
    # Isolation
    # ------------------------------------------------------------------

    def test_S7_an_outlet_sees_and_does_its_own_jobs_only(self):
        theirs = self._begun()
        reported = self._begun(work_done="Sealed")
        reported._report_work()
        ours = self._job()
        waiting = self._voucher(technician_id=False, outlet_id=self.foreign.id)
        for user in (self.rival_login, self.login):
            self._log_in(user)
            text = self.url_open("/my/outlet-jobs?search=Leaks").text
            for job in (theirs, reported, ours, waiting):
                self.assertNotIn(job.display_name, text)
                page = self.url_open(f"/my/outlet-jobs/{job.id}", allow_redirects=False)
                self.assertEqual(page.status_code, 303)
            for step in ("accept", "save", "report", f"add_{self.part.id}", "refuse"):
                answer = self._do(theirs, step, work_done="Stolen", reason="x")
                self.assertTrue(answer.url.endswith("/my/outlet-jobs"), answer.url)
            digest = reported._get_signing_digest()
            answer = self._sign(f"/my/outlet-jobs/{reported.id}/sign?digest={digest}")
            self.assertIn("does not exist", answer["error"])
        self.assertFalse(theirs.work_done)
        self.assertEqual(reported.state, "in_progress")
        self._log_in()
        text = self.url_open("/my/outlet-jobs").text
        self.assertIn(theirs.number, text)
        self.assertNotIn(waiting.reference, text, "not given to it yet")
        self.assertNotIn(ours.number, text)

    def test_S7_a_customers_link_opens_no_page_of_an_outlet(self):
        job = self._begun()
        token = job._portal_ensure_token()
        self._log_in(self.rival_login)
        page = self.url_open(
            f"/my/outlet-jobs/{job.id}?access_token={token}", allow_redirects=False
        )
        self.assertEqual(page.status_code, 303)
        self._log_in()
        text = self.url_open(f"/my/outlet-jobs/{job.id}").text
        self.assertNotIn(token, text, "the outlet does not get the customer's link")

    def test_S7_an_outlet_reads_nothing_by_rpc(self):
        job = self._begun()
        self._log_in()
        for model in ("aftersales.voucher", "aftersales.outlet", "product.product", "stock.lot"):
            for method, arguments in (
                ("search_read", [[], ["display_name"]]),
                ("export_data", [[job.id], ["display_name"]]),
                ("name_search", ["T"]),
                ("read", [[job.id], ["display_name"]]),
            ):
                with self.subTest(model=model, method=method):
                    self.assertFalse(self._rpc(model, method, arguments).get("result"))
        for method in ("action_done", "action_start", "action_offer_again"):
            self.assertIn("error", self._rpc("aftersales.voucher", method, [[job.id]]))

    def test_S7_an_outlet_writes_no_stamp_of_its_own(self):
        job = self._given()
        for name in ("outlet_accepted_at", "outlet_refused_at"):
            with self.assertRefused(UserError, "Use the buttons"):
                job.with_user(self.supervisor).write({name: job.dispatched_at})

    def test_S7_parts_of_other_companies_and_serials_are_not_offered(self):
        job = self._begun()
        other = self.env["res.company"].create({"name": "T elsewhere"})
        hidden = self.env["product.product"].create(
            [
                {"name": "QX elsewhere", "type": "consu", "company_id": other.id},
                {"name": "QX not for sale", "type": "consu", "sale_ok": False},
            ]
        )
        found = job._search_outlet_parts("QX")
        self.assertIn(self.part, found)
        self.assertFalse(found & (hidden + self.serial_part + self.labour))
        self.assertFalse(job._search_outlet_parts("%"))
        for product in hidden:
            with self.assertRefused(UserError, "not on the list"):
                job._add_outlet_part(product, 1)

    def test_S7_list_takes_the_same_queries_for_any_number(self):
        self._given()
        self._log_in()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.url_open("/my/outlet-jobs")
            return self.env.cr.sql_log_count - before

        self.url_open("/my/outlet-jobs")
        few = count()
        user = self.unit.user_partner_id
        for _each in range(15):
            unit = self.unit.copy({"name": f"T-{_each}", "user_partner_id": user.id})
            self._given(lot_id=unit.id)
        self.assertLessEqual(count(), few + 2)
