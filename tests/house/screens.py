# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every story of the demo is held to: no list of anybody's menus is empty, each form opens."""

from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval


class StoryScreens:
    """Stands on the demo data of all add-ons, as ``./sandbox demo`` does."""

    #: The class of the story, and of how many lists of its menus a record is opened at least.
    STORY = None
    OPENED = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.story = cls.STORY(cls.env)
        cls.rows = cls.story.tell()

    def test_nobody_finds_an_empty_screen(self):
        self.assertEqual(self.story.empty(), [])

    def test_a_step_is_taken_once(self):
        steps = [self.story.find(step) for step in self.STORY.STEPS]
        self.assertTrue(all(steps))
        self.assertEqual(self.STORY(self.env).tell(), self.rows)
        self.assertEqual([self.story.find(step) for step in self.STORY.STEPS], steps)

    def test_each_person_opens_the_first_record_of_each_list(self):
        opened = 0
        for person in self.STORY.PEOPLE:
            user = self.story._as(person).user
            for action in self._actions(person, user):
                record = self._first(action, user)
                view = {kind: number for number, kind in action.views}["form"]
                with self.subTest(person=person, action=action.name):
                    Form(record, view=view or None)
                    opened += 1
        self.assertGreater(opened, self.OPENED)

    def _actions(self, person, user):
        """Actions with a form, of the menus that a person finds."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        waiting = [self.env.ref(root).id for root in self.STORY.MENUS]
        apart = {m for m, people in self.STORY.FOR_SOME.items() if person not in people}
        while waiting:
            menu = menus.get(waiting.pop())
            if not menu or menu["xmlid"] in apart:
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
