# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalRating(PortalCommon, HttpCase):
    """S9: the customer is asked once by mail and answers in five steps on a page of our own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_rating_mail = True
        cls.job = cls._finish(cls._job())

    def _run_cron(self):
        """Jobs that the job of the clock has asked about, and its mails."""
        mails = self.env["mail.mail"].search([])
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda _self, *args, **kwargs: 60
        ):
            self.env["aftersales.voucher"]._cron_request_ratings()
        return self.env["mail.mail"].search([]) - mails

    def _asked(self, *jobs):
        return [bool(job.rating_requested_at) for job in jobs]

    # ------------------------------------------------------------------
    # Mail
    # ------------------------------------------------------------------

    def test_S9_customers_are_asked_once(self):
        mails = self._run_cron()
        mine = mails.filtered(lambda mail: self.customer in mail.recipient_ids)
        self.assertEqual(len(mine), 1)
        rating = self.job.rating_ids
        self.assertEqual(len(rating), 1)
        for value in range(1, 6):
            self.assertIn(f"/service/rate/{rating.access_token}?rate={value}", mine.body_html)
        self.assertFalse(self._run_cron() & mails)
        self.assertEqual(len(self.job.rating_ids), 1)

    def test_S9_who_is_not_asked(self):
        quiet = self.env["res.partner"].create({"name": "No mail"})
        blocked = self.env["res.partner"].create({"name": "B", "email": "blocked@example.com"})
        self.env["mail.blacklist"]._add("blocked@example.com")
        without_mail = self._finish(self._job(lot_id=False, **self._for(quiet)))
        blacklisted = self._finish(self._job(lot_id=False, **self._for(blocked)))
        internal = self._job(
            lot_id=False,
            service_type="D",
            outlet_id=self.outlet.id,
            technician_id=self.technician.id,
        )
        internal._done()
        old = self._finish(self._job(), at=fields.Datetime.now() - timedelta(days=30))
        phone = self._voucher(technician_id=False)
        phone._solve_by_phone()
        open_job = self._job()
        self._run_cron()
        jobs = (without_mail, blacklisted, internal, old, phone, open_job)
        self.assertEqual(self._asked(self.job, *jobs), [True] + [False] * len(jobs))

    def _for(self, partner):
        partner.aftersales_area_id = self.district
        return {"partner_id": partner.id}

    def test_S9_a_company_switches_the_mails_off(self):
        self.company.aftersales_rating_mail = False
        self._run_cron()
        self.assertEqual(self._asked(self.job), [False])

    def test_S9_mails_go_out_in_batches(self):
        jobs = self.job
        for _each in range(4):
            jobs |= self._finish(self._job())
        name = "odoo.addons.aftersales_service.models.aftersales_voucher_rating.BATCH"
        with patch(name, 2):
            mails = self._run_cron()
        self.assertEqual(len(mails.filtered(lambda m: m.recipient_ids == self.customer)), 5)
        self.assertEqual(set(self._asked(*jobs)), {True})

    # ------------------------------------------------------------------
    # Page
    # ------------------------------------------------------------------

    def _url(self, job=None):
        return f"/service/rate/{(job or self.job)._rating_get_access_token()}"

    def _rate(self, url, **answer):
        return self._post(f"{url}/send", "/service/request", **answer)

    def test_S9_customer_rates_in_five_steps(self):
        url = self._url()
        page = self._page(f"{url}?rate=4")
        self.assertEqual(page.xpath("//input[@name='rate']/@value"), ["5", "4", "3", "2", "1"])
        self.assertEqual(page.xpath("//input[@name='rate'][@checked]/@value"), ["4"])
        self.assertFalse(self.job.rating_ids.consumed, "opening the page rates nothing")
        self.assertFalse(page.xpath("//*[@name='done']"))
        heard = []

        def on_rated(job, rating):
            heard.append((job.id, rating.rating))

        self.patch(type(self.job), "_on_rated", on_rated)
        response = self._rate(url, rate="2", comment="He was late\x00")
        self.assertIn("Thank you", response.text)
        rating = self.job.rating_ids
        self.assertEqual((rating.rating, rating.feedback), (2.0, "He was late"))
        self.assertEqual(rating.rated_partner_id, self.technician_user.partner_id)
        self.assertEqual(self.job.rating_last_value, 2.0)
        self.assertEqual(heard, [(self.job.id, 2.0)])

    def test_S9_the_answer_changes_until_the_job_is_closed(self):
        url = self._url()
        self._rate(url, rate="1")
        self._rate(url, rate="5", comment="He came back")
        self.assertEqual(self.job.rating_ids.mapped("rating"), [5.0], "one rating a job")
        self.env["aftersales.callback"].create({"voucher_id": self.job.id, "outcome": "satisfied"})
        self.assertEqual(self.job.state, "closed")
        self.assertIn("closed", self._rate(url, rate="1").text)
        self.assertEqual(self.job.rating_ids.rating, 5.0)

    def test_S9_a_closed_job_takes_its_first_answer(self):
        self.env["aftersales.callback"].create({"voucher_id": self.job.id, "outcome": "satisfied"})
        url = self._url()
        self.assertIn("Thank you", self._rate(url, rate="3").text)
        self.assertIn("taken in", self.url_open(url).text)

    def test_S9_wrong_answers_are_refused(self):
        url = self._url()
        for answer in ({}, {"rate": "0"}, {"rate": "6"}, {"rate": "2.5"}, {"rate": "x"}):
            with self.subTest(answer=answer):
                self.assertIn("Please choose", self._rate(url, **answer).text)
        self.assertFalse(self.job.rating_ids.consumed)

    def test_S9_wrong_tokens_open_nothing(self):
        partner_rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "partner_id": self.customer.id,
            }
        )
        for token in ("x", partner_rating.access_token, self.job._portal_ensure_token(), "%00"):
            with self.subTest(token=token):
                self.assertEqual(self.url_open(f"/service/rate/{token}").status_code, 404)
                answer = self._rate(f"/service/rate/{token}", rate="5")
                self.assertEqual(answer.status_code, 404)
        self.assertFalse(partner_rating.consumed)

    def test_S9_a_job_that_is_not_done_is_not_rated(self):
        job = self._job()
        self.assertIn("is not done", self._rate(self._url(job), rate="5").text)
        self.assertFalse(job.rating_ids.consumed)
        with self.assertRefused(UserError, "does not belong"):
            self.job.rating_apply(5, rating=job.rating_ids)

    def test_S9_cores_own_page_obeys_the_same_rule(self):
        token = self.job._rating_get_access_token()
        self._post(f"/rate/{token}/submit_feedback", "/service/request", rate="5")
        self.assertEqual(self.job.rating_ids.rating, 5.0)
        self.job._write_step({"callback_outcome": "satisfied"})
        self.job._close()
        with self.assertRefused(UserError, "closed"):
            self.job.rating_apply(1, rating=self.job.rating_ids)

    def test_S9_nobody_inside_writes_a_rating(self):
        self._url()
        rating = self.job.rating_ids
        for user in (self.technician_user, self.clerk, self.supervisor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                rating.with_user(user).write({"rating": 5})
        with self.assertRaises(AccessError):
            rating.with_user(self.technician_user).read(["access_token"])
        self.assertTrue(rating.with_user(self.clerk).read(["rating"]))
