# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo of the service desk: no list of anybody's menus is empty, and each form opens."""

from odoo.tests import TransactionCase, tagged

from tests.house.screens import StoryScreens
from tools.inside.rebate_story import DEALERS
from tools.inside.service_story import MODULE, ServiceStory


@tagged("post_install", "-at_install")
class TestServiceStory(StoryScreens, TransactionCase):
    STORY = ServiceStory
    OPENED = 40

    def test_an_empty_screen_is_found(self):
        self.env["aftersales.complaint"].search([("kind", "=", "media")]).unlink()
        menu = self.env.ref(f"{MODULE}.menu_complaint_media")
        found = {line.rpartition(" (")[0] for line in self.story.empty()}
        self.assertEqual(found, {menu.name})

    def test_what_waits_for_somebody(self):
        self.assertTrue(self.story.find("service_cash_in_hand").collected_at)
        self.assertEqual(self.story.find("service_being_counted").difference, -5)
        self.assertTrue(self.story.find("service_to_invoice").is_invoice_late)
        self.assertEqual(self.story.find("service_training").state, "dispatched")
        self.assertTrue(self.story.find("service_booked_twice").overlap_by_id)

    def test_two_months_have_each_type_of_service(self):
        names = ("paid", "warranty", "contract", "phone")
        for month in ("before", "last_month"):
            jobs = [self.story.find(f"service_{month}_{name}") for name in names]
            self.assertEqual({job.state for job in jobs}, {"closed"})
            self.assertEqual([job.service_type for job in jobs[:3]], ["A", "C", "B"])
            self.assertTrue(jobs[3].solved_by_phone)

    def test_one_maker_three_dealers_five_outlets(self):
        company = self.env.ref("base.main_company")
        outlets = self.env["aftersales.outlet"].search([("company_id", "=", company.id)])
        dealers = [self.env.ref(f"aftersales_base.dealer_{name}") for name in DEALERS]
        self.assertGreaterEqual(len(outlets), 5)
        self.assertTrue(all(dealer.is_dealer for dealer in dealers))
