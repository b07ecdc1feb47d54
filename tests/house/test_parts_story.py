# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo of parts and prices: no list of anybody's menus is empty, and each form opens."""

from odoo.tests import TransactionCase, tagged

from tests.house.screens import StoryScreens
from tools.inside.parts_story import MODULE, PartsStory


@tagged("post_install", "-at_install")
class TestPartsStory(StoryScreens, TransactionCase):
    STORY = PartsStory
    OPENED = 50

    def test_an_empty_screen_is_found(self):
        self.env["parts.return.request"].search([("state", "=", "requested")]).unlink()
        menu = self.env.ref(f"{MODULE}.menu_parts_return_request")
        found = {line.rpartition(" (")[0] for line in self.story.empty()}
        self.assertEqual(found, {menu.name})
