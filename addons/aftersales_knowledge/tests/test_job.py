# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import KnowledgeCommon


@tagged("post_install", "-at_install")
class TestJob(KnowledgeCommon):
    """S6, S22: proposed during the call and on the job, counted, made of a job."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls._released(
            "It does not lift",
            symptoms="Xylo lift does not move",
            product_ids=[Command.set(cls.model.ids)],
            fault_ids=[Command.set(cls.fault.ids)],
        )

    def _uses(self):
        return self.env["aftersales.article.use"].search([("root_id", "=", self.article.id)])

    def test_S22_an_article_solves_the_call(self):
        form = Form(self.env["aftersales.call"].with_user(self.clerk))
        form.query = "T-SERIAL-1"
        self.assertIn(self.article, form.suggested_article_ids[:], "by the model alone")
        form.fault_description = "The xylo lift is dead"
        self.assertEqual(form.suggested_article_ids[:][0], self.article)
        form.article_id = self.article
        call = form.save()
        call.action_solve_by_phone()
        job = call.voucher_id
        self.assertTrue(job.solved_by_phone)
        self.assertIn(self.article.key, job.work_done)
        self.assertRecordValues(
            self._uses(),
            [
                {
                    "voucher_id": job.id,
                    "outcome": "helped",
                    "source": "phone",
                    "user_id": self.clerk.id,
                }
            ],
        )

    def test_S22_a_registered_job_is_solved_from_its_article(self):
        job = self._voucher(fault_description="xylo")
        self.assertEqual(job.with_user(self.clerk).suggested_article_ids[:1], self.article)
        article = self.article.with_context(aftersales_voucher_id=job.id)
        with self.assertRaises(AccessError):
            article.with_user(self.technician_user).action_solved_job()
        article.with_user(self.clerk).action_solved_job()
        self.assertTrue(job.solved_by_phone)
        self.assertEqual(job.article_use_ids.outcome, "helped")
        with self.assertRaises(UserError):
            article.with_user(self.clerk).action_solved_job()

    def test_S22_each_job_counts_once(self):
        jobs = self._voucher() + self._voucher()
        for job, actions in zip(jobs, (("helped", "helped"), ("helped", "failed")), strict=True):
            article = self.article.with_user(self.technician_user).with_context(
                aftersales_voucher_id=job.id
            )
            for action in actions:
                getattr(article, f"action_{action}_job")()
        self.assertEqual((self.article.helped_count, self.article.failed_count), (1, 1))
        new = self.article._make_version()
        new.action_release()
        new.with_context(aftersales_voucher_id=jobs[1].id).action_helped_job()
        self.assertEqual((new.helped_count, new.failed_count), (2, 0), "versions count together")

    def test_S22_others_jobs_are_not_counted_on(self):
        job = self._voucher(technician_id=self.other_technician.id)
        article = self.article.with_user(self.technician_user)
        with self.assertRaises(AccessError):
            article.with_context(aftersales_voucher_id=job.id).action_helped_job()
        with self.assertRefused(UserError, "from the job"):
            article.action_helped_job()

    def test_S22_a_job_becomes_an_article(self):
        job = self._job(
            fault_id=self.fault.id,
            fault_description="Lifts half way\nMore",
            line_ids=[self._line(self.part)],
        )
        mine = job.with_user(self.technician_user)
        with self.assertRaises(UserError):
            mine.action_make_article()
        job.work_done = "Valve <stuck>, cleaned"
        self._finish(job)
        action = mine.action_make_article()
        article = self.articles.browse(action["res_id"])
        self.assertRecordValues(
            article,
            [
                {
                    "name": "Lifts half way",
                    "state": "draft",
                    "symptoms": "Lifts half way\nMore",
                    "product_ids": self.model.ids,
                    "fault_ids": self.fault.ids,
                    "source_voucher_id": job.id,
                    "user_id": self.technician_user.id,
                    "visibility": "internal",
                }
            ],
        )
        self.assertIn("Valve &lt;stuck&gt;", article.solution)
        self.assertIn("T part", article.solution)
        self.assertNotIn(self.customer.name, article.solution)
        self.assertEqual(mine.action_make_article()["res_id"], article.id, "once")
        with self.assertRaises(AccessError):
            article.with_user(self.technician_user).action_release()

    def test_S22_accountants_open_jobs_without_articles(self):
        accountant = self._user("t_k_accountant", "account.group_account_invoice")
        job = self._voucher(fault_description="xylo").with_user(accountant)
        arch = job.get_view(view_type="form")["arch"]
        self.assertNotIn("suggested_article_ids", arch)
        self.assertNotIn("suggested_article_ids", job.fields_get())
