# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo of parts and prices: no list of anybody's menus is empty, and each form opens."""

from odoo.tests import Form, TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

from tools.inside.parts_story import MENUS, MODULE, PEOPLE, PartsStory


@tagged("post_install", "-at_install")
class TestPartsStory(TransactionCase):
    """Stands on the demo data of all add-ons, as ``./sandbox demo`` does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.story = PartsStory(cls.env)
        cls.rows = cls.story.tell()

    def test_nobody_finds_an_empty_screen(self):
        self.assertEqual(self.story.empty(), [])

    def test_an_empty_screen_is_found(self):
        self.env["parts.return.request"].search([("state", "=", "requested")]).unlink()
        menu = self.env.ref(f"{MODULE}.menu_parts_return_request")
        found = {line.rpartition(" (")[0] for line in self.story.empty()}
        self.assertEqual(found, {menu.name})

    def test_a_step_is_taken_once(self):
        steps = [self.story.find(step) for step in PartsStory.STEPS]
        self.assertEqual(PartsStory(self.env).tell(), self.rows)
        self.assertEqual([self.story.find(step) for step in PartsStory.STEPS], steps)

    def test_each_person_opens_the_first_record_of_each_list(self):
        opened = 0
        for person in PEOPLE:
            user = self.env.ref(f"aftersales_base.user_{person}")
            for action in self._actions(user):
                record = self._first(action, user)
                view = {kind: number for number, kind in action.views}["form"]
                with self.subTest(person=person, action=action.name):
                    Form(record, view=view or None)
                    opened += 1
        self.assertGreater(opened, 50)

    def _actions(self, user):
        """Actions with a form, of the menus that a person finds."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        waiting = [self.env.ref(root).id for root in MENUS]
        while waiting:
            menu = menus.get(waiting.pop())
            if not menu:
                continue
            waiting += menu["children"]
            if menu["action_model"] == "ir.actions.act_window":
                action = self.env["ir.actions.act_window"].browse(menu["action_id"])
                transient = self.env[action.res_model]._transient
                if "form" in action.view_mode.split(",") and not transient:
                    yield action

    def _first(self, action, user):
        names = {"uid": user.id, "allowed_company_ids": user.company_ids.ids}
        domain = safe_eval(action.domain or "[]", names)
        record = self.env[action.res_model].with_user(user).search(domain, limit=1)
        self.assertTrue(record, f"{action.name}: {user.login}")
        return record
