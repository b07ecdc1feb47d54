# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import SIGNATURE
from .portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalService(PortalCommon, HttpCase):
    """A customer follows his jobs, agrees and signs; nobody else's job shows by any route."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._job(fault_description="Loses oil", line_ids=[cls._line(cls.labour)])
        cls.foreign_job = cls._voucher(
            lot_id=False,
            technician_id=False,
            partner_id=cls.stranger.id,
            fault_description="Nobody else's business",
        )

    def test_S14_list_shows_the_customers_own_jobs(self):
        self.authenticate("service_customer", "service_customer")
        text = self.url_open("/my/service").text
        self.assertIn(self.job.number, text)
        self.assertIn("Loses oil", text)
        self.assertNotIn("Nobody else", text)
        self.assertNotIn(self.foreign_job.reference, text)

    def test_list_is_searched_filtered_and_sorted(self):
        done = self._finish(self._job(fault_description="Lamp out"))
        self.authenticate("service_customer", "service_customer")
        for query, shown, hidden in (
            ("search=loses", self.job, done),
            ("filterby=done", done, self.job),
            ("filterby=open", self.job, done),
            ("search=T-SERIAL&filterby=done&sortby=planned", done, self.job),
        ):
            with self.subTest(query=query):
                names = self._page(f"/my/service?{query}").xpath("//li/@data-job")
                self.assertIn(shown.reference, names)
                self.assertNotIn(hidden.reference, names)
        for query in ("sortby=nonsense&filterby=nonsense", "search=%00%25"):
            self.assertEqual(self.url_open(f"/my/service?{query}").status_code, 200)

    def test_page_shows_steps_and_no_price_before_it_is_asked_for(self):
        self.authenticate("service_customer", "service_customer")
        page = self._page(f"/my/service/{self.job.id}")
        done = page.xpath("//li[@data-step][.//i[contains(@class,'fa-check-circle')]]/@data-step")
        self.assertEqual(done, ["registered", "dispatched", "started"])
        self.assertIn("Tess", page.text_content())
        self.assertFalse(page.xpath("//table[@name='breakdown']"), "nothing was reported yet")
        self.job.work_done = "Sealed"
        self.job._report_work()
        page = self._page(f"/my/service/{self.job.id}")
        self.assertTrue(page.xpath("//table[@name='breakdown']"))
        self.assertIn("80.00", page.xpath("string(//td[@name='total'])"))

    def test_P9_page_asks_for_the_customers_price(self):
        """What the glue shows to users is what the page shows."""
        self.job._report_work()

        def fixed(_line):
            return 12.34

        self.patch(type(self.env["aftersales.voucher.line"]), "_get_customer_price", fixed)
        self.authenticate("service_customer", "service_customer")
        self.assertIn("12.34", self.url_open(f"/my/service/{self.job.id}").text)

    # ------------------------------------------------------------------
    # Attacks
    # ------------------------------------------------------------------

    def test_portal_user_walks_ids(self):
        """An unknown number and a stranger's job are answered alike."""
        self.authenticate("service_customer", "service_customer")
        for job_id in (self.foreign_job.id, 2**31 - 1, 10**20):
            for suffix in ("", "?report_type=pdf", "?access_token=x", "?access_token=%C3%A9"):
                with self.subTest(job_id=job_id, suffix=suffix):
                    response = self.url_open(f"/my/service/{job_id}{suffix}", allow_redirects=False)
                    self.assertEqual(response.status_code, 303)
                    self.assertTrue(response.headers["Location"].endswith("/my"))
        answer = self._sign(f"/my/service/{self.foreign_job.id}/sign")
        self.assertIn("does not exist", answer["error"])

    def test_portal_user_reads_nothing_by_rpc(self):
        self.authenticate("service_customer", "service_customer")
        for model in ("aftersales.voucher", "aftersales.voucher.line", "aftersales.callback"):
            for method, arguments in (
                ("search_read", [[], ["display_name"]]),
                ("search_count", [[]]),
                ("read", [[self.job.id], ["display_name"]]),
                ("export_data", [[self.job.id], ["display_name"]]),
                ("name_search", ["T"]),
                ("formatted_read_group", [[], [], ["__count"]]),
                ("web_search_read", [[], {"display_name": {}}]),
                ("write", [[self.job.id], {}]),
                ("create", [[{}]]),
            ):
                with self.subTest(model=model, method=method):
                    self.assertIn("error", self._rpc(model, method, arguments))
        for method, arguments in (
            ("action_done", []),
            ("action_sign", ["x", "y"]),
            ("rating_apply", [5]),
            ("message_post", []),
            ("get_portal_url", []),
            ("action_accept_estimate", ["x"]),
        ):
            with self.subTest(method=method):
                answer = self._rpc("aftersales.voucher", method, [[self.job.id], *arguments])
                self.assertIn("error", answer)
        for method in ("_sign_from_afar", "_portal_ensure_token", "_accept_by_outlet"):
            self.assertIn("error", self._rpc("aftersales.voucher", method, [[self.job.id]]))
        for model, domain in (
            ("mail.message", [["model", "=", "aftersales.voucher"]]),
            ("rating.rating", []),
            ("ir.attachment", [["res_model", "=", "aftersales.voucher"]]),
        ):
            answer = self._rpc(model, "search_read", [domain, ["id"]])
            self.assertFalse(answer.get("result"), f"{model}: {answer}")

    def test_messages_are_read_and_written_by_the_token_only(self):
        self.job.message_post(
            body="Hello there", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.job.message_post(body="Customer is slow to pay", subtype_xmlid="mail.mt_note")
        token = self.job._portal_ensure_token()
        self.authenticate("service_customer", "service_customer")
        what = {"thread_model": "aftersales.voucher", "thread_id": self.job.id}
        fetched = self._json("/mail/chatter_fetch", **what, token=token)
        bodies = str(fetched)
        self.assertIn("Hello there", bodies)
        self.assertNotIn("slow to pay", bodies)
        post = {"post_data": {"body": "I am at home", "subtype_xmlid": "mail.mt_comment"}}
        self._json("/mail/message/post", **what, **post, token=token)
        message = self.job.message_ids[0]
        self.assertIn("at home", message.body)
        self.assertEqual(message.author_id, self.login.partner_id)
        for wrong in ("", "x"):
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    "/mail/chatter_fetch", json={"params": {**what, "token": wrong}}
                ).json()
            self.assertNotIn("Hello there", str(answer))

    # ------------------------------------------------------------------
    # Signature (S3)
    # ------------------------------------------------------------------

    def test_S3_customer_signs_by_the_link_of_a_mail(self):
        job = self._job(line_ids=[self._line(self.labour), self._line(self.part)])
        job.work_done = "Pump replaced"
        mails = self.env["mail.mail"].search([])
        job.with_user(self.technician_user).action_request_signature()
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(job.access_token, mail.body_html)
        page = self.url_open(job.get_portal_url()).text
        answer = self._sign(self._sign_url(page))
        self.assertTrue(answer.get("force_refresh"), answer)
        self.assertEqual((job.state, job.signed_by), ("done", "Jo Signer"))
        self.assertTrue(job.signature and job.signed_on)
        self.assertEqual(job.sale_order_id.state, "sale")
        self.assertEqual(job.picking_id.state, "done", "parts leave the technician's van")
        self.assertTrue(job.message_ids.filtered(lambda one: "Signed on the portal" in one.body))

    def test_S3_customer_signs_when_logged_in(self):
        job = self._reported()
        self.authenticate("service_customer", "service_customer")
        self.assertIn("Sign the finished work", self.url_open(f"/my/service/{job.id}").text)
        digest = job._get_signing_digest()
        answer = self._sign(f"/my/service/{job.id}/sign?digest={digest}")
        self.assertTrue(answer.get("force_refresh"), answer)
        self.assertEqual(job.message_ids[0].author_id, self.login.partner_id)

    def test_S3_signing_twice_is_refused(self):
        job = self._reported()
        url = f"/my/service/{job.id}/sign?access_token={job._portal_ensure_token()}"
        url += f"&digest={job._get_signing_digest()}"
        self.assertNotIn("error", self._sign(url))
        before = job.signature
        self.assertIn("signed already", self._sign(url, name="Somebody Else")["error"])
        self.assertEqual((job.signature, job.signed_by), (before, "Jo Signer"))

    def test_S3_signing_by_a_wrong_token_is_refused(self):
        job = self._reported()
        other = self._reported()
        digest = job._get_signing_digest()
        for token in ("", "x", other._portal_ensure_token()):
            url = f"/my/service/{job.id}/sign?access_token={token}&digest={digest}"
            with self.subTest(token=token):
                self.assertIn("does not exist", self._sign(url)["error"])
        self.assertEqual(job.state, "in_progress")

    def test_S3_signing_at_the_wrong_time_is_refused(self):
        early = self._job()
        cancelled = self._reported()
        cancelled._cancel("Sold")
        for job, reason in ((early, "not finished yet"), (cancelled, "cancelled")):
            url = f"/my/service/{job.id}/sign?access_token={job._portal_ensure_token()}"
            url += f"&digest={job._get_signing_digest()}"
            with self.subTest(reason=reason):
                self.assertIn(reason, self._sign(url)["error"])
                self.assertFalse(job.signature)

    def test_S3_what_changed_since_the_page_was_opened_is_not_signed(self):
        job = self._reported(line_ids=[self._line(self.labour)])
        token, digest = job._portal_ensure_token(), job._get_signing_digest()
        job.line_ids.quantity = 9
        self.assertFalse(job.reported_at, "what changes is reported again")
        job._report_work()
        url = f"/my/service/{job.id}/sign?access_token={token}"
        self.assertIn("has changed", self._sign(f"{url}&digest={digest}")["error"])
        self.assertIn("has changed", self._sign(url)["error"])
        self.assertNotIn("error", self._sign(f"{url}&digest={job._get_signing_digest()}"))

    def test_S3_unreadable_signatures_are_refused(self):
        job = self._reported()
        url = f"/my/service/{job.id}/sign?access_token={job._portal_ensure_token()}"
        url += f"&digest={job._get_signing_digest()}"
        for name, signature in (
            ("", SIGNATURE.decode()),
            ("   ", SIGNATURE.decode()),
            ("Jo", ""),
            ("Jo", None),
            ("Jo", "no image"),
            ("Jo", "!"),
            ("Jo", "A" * 3_000_000),
        ):
            with self.subTest(name=name, signature=str(signature)[:9]):
                self.assertTrue(self._sign(url, name, signature)["error"])
        self.assertEqual(job.state, "in_progress")

    def test_S3_report_needs_work_and_a_customer_with_a_mail_address(self):
        job = self._job()
        with self.assertRefused(UserError, "write what was done"):
            job._report_work()
        job.work_done = "Done"
        self.customer.email = False
        with self.assertRefused(UserError, "no mail address"):
            job.action_request_signature()
        with self.assertRaises(AccessError):
            job.with_user(self.other_user).action_request_signature()
        with self.assertRefused(UserError, "Use the buttons"):
            job.write({"reported_at": job.started_at})

    def test_S3_a_signed_voucher_can_still_get_a_link(self):
        job = self._finish(self._job())
        self.assertIn(job._portal_ensure_token(), job.get_portal_url())
        with self.assertRefused(UserError, "Use the buttons"):
            job.write({"access_token": "known"})

    # ------------------------------------------------------------------
    # Estimate (S15)
    # ------------------------------------------------------------------

    def test_S15_customer_agrees_to_the_estimate(self):
        job = self._job(line_ids=[self._line(self.labour)])
        job._send_estimate(by_mail=False)
        url = job.get_portal_url()
        self.assertIn("Do you agree", self.url_open(url).text)
        target = url.replace("?", "/estimate?")
        self._post(target, url, answer="accept", name="Ada")
        self.assertEqual((job.estimate_state, job.estimate_accepted_by), ("accepted", "Ada"))
        self._post(target, "/service/request", answer="refuse", reason="Too late")
        self.assertEqual(job.estimate_state, "accepted", "it is answered once")

    def test_S15_customer_refuses_the_estimate_with_a_reason(self):
        job = self._job(line_ids=[self._line(self.labour)])
        job._send_estimate(by_mail=False)
        self.authenticate("service_customer", "service_customer")
        url = f"/my/service/{job.id}"
        response = self._post(f"{url}/estimate", url, answer="refuse", reason=" ")
        self.assertIn("Write why", response.text)
        self._post(f"{url}/estimate", url, answer="refuse", reason="Too dear")
        self.assertEqual((job.estimate_state, job.estimate_refuse_reason), ("refused", "Too dear"))
        job._send_estimate(by_mail=False)
        self.authenticate("service_stranger", "service_stranger")
        token = self._page("/service/request").xpath("//input[@name='csrf_token']/@value")[0]
        self.url_open(
            f"{url}/estimate", data={"csrf_token": token, "answer": "accept", "name": "X"}
        )
        self.assertEqual(job.estimate_state, "sent", "a stranger's answer is none")

    def test_paper_of_the_own_job(self):
        self.authenticate("service_customer", "service_customer")
        response = self.url_open(f"/my/service/{self.job.id}?report_type=pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn(self.job.number.replace("/", "-"), response.headers["Content-Disposition"])

    def test_list_takes_the_same_queries_for_any_number(self):
        self.authenticate("service_customer", "service_customer")

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.url_open("/my/service")
            return self.env.cr.sql_log_count - before

        self._voucher()
        self.url_open("/my/service")
        few = count()
        user = self.unit.user_partner_id
        for _each in range(15):
            unit = self.unit.copy({"name": f"T-{_each}", "user_partner_id": user.id})
            self._voucher(lot_id=unit.id)
        self.assertLessEqual(count(), few + 2)
