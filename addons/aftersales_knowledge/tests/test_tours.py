# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import tagged

from odoo.addons.aftersales_service.tests.test_tours import TourCommon


@tagged("post_install", "-at_install", "is_tour")
class TestKnowledgeTours(TourCommon):
    def test_tour_clerk_finds_an_article_and_solves_by_phone(self):
        """S6, S22: proposed while the caller speaks; the one that helped is counted."""
        article = self.env["aftersales.article"].create(
            {
                "name": "Tour: put it in neutral",
                "symptoms": "Zyzzyva noise, no start",
                "solution": "<p>Neutral first.</p>",
            }
        )
        article.action_release()
        self.start_tour("/odoo/service-call", "aftersales_knowledge_call", login="tour_clerk")
        job = self.unit.aftersales_voucher_ids
        self.assertTrue(job.solved_by_phone)
        self.assertEqual(job.article_use_ids.article_id, article)
        self.assertEqual(article.helped_count, 1)
