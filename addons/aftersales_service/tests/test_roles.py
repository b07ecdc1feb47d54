# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ServiceCommon

PREFIX = "aftersales_service.group_service_"


@tagged("post_install", "-at_install")
class TestRoles(ServiceCommon):
    """Departments are groups and menus; what each may do is the table in ``test_access`` (S19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatcher = cls._user("t_dispatcher", f"{PREFIX}outlet_dispatcher")
        cls.outlet.dispatcher_ids = cls.dispatcher
        cls.foreign_outlet = cls.env["aftersales.outlet"].create(
            {
                "name": "T elsewhere",
                "code": "T02",
                "technician_ids": [Command.set(cls.other_technician.ids)],
            }
        )

    def _there(self, **values):
        return self._voucher(
            outlet_id=self.foreign_outlet.id, technician_id=self.other_technician.id, **values
        )

    def test_S19_an_outlets_dispatcher_dispatches_its_own_jobs_only(self):
        here = self._voucher(outlet_id=self.outlet.id, technician_id=False)
        there = self._there()
        mine = here.with_user(self.dispatcher)
        found = mine.search([("id", "in", (here + there).ids)])
        self.assertEqual(found.ids, here.ids)
        self.assertTrue(mine.is_dispatcher)
        mine.technician_id = self.technician
        mine.action_dispatch()
        self.assertEqual((here.state, here.dispatched_by_id), ("dispatched", self.dispatcher))
        mine.technician_id = self.other_technician
        self.assertEqual(here.technician_id, self.other_technician, "he may send somebody else")
        with self.assertRaises(AccessError):
            there.with_user(self.dispatcher).action_dispatch()

    def test_S19_the_rule_stops_him_and_the_step_does_too(self):
        """Also where a record rule were wider: the step itself asks whose outlet it is."""
        there = self._there()
        self.assertFalse(there.with_user(self.dispatcher).sudo(False)._may_dispatch())
        rule = self.env.ref("aftersales_service.aftersales_voucher_rule_outlet")
        rule.domain_force = [(1, "=", 1)]
        with self.assertRefused(AccessError, "the dispatcher of its own outlet"):
            there.with_user(self.dispatcher).action_dispatch()

    def test_S19_a_dispatcher_gives_no_job_away_and_writes_no_call(self):
        mine = self._voucher(outlet_id=self.outlet.id).with_user(self.dispatcher)
        for vals in (
            {"outlet_id": self.foreign_outlet.id},
            {"contact_name": "Somebody else"},
            {"service_type": "C", "service_type_reason": "T"},
            {"technician_id": self.technician.id, "contact_name": "T"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                mine.write(vals)
        with self.assertRaises(AccessError):
            mine.action_cancel(reason="T")
        with self.assertRaises(AccessError):
            mine.create({"contact_name": "T"})

    def test_S19_named_by_an_outlet_without_the_role_is_not_enough(self):
        self.outlet.dispatcher_ids = self.other_user
        mine = self._voucher(outlet_id=self.outlet.id, technician_id=self.other_technician.id)
        with self.assertRefused(AccessError, "dispatches"):
            mine.with_user(self.other_user).action_dispatch()

    def test_S19_readers_write_nothing_of_service(self):
        """Auditors and analysts read; what they may write is their own dialogue at most."""
        names = [
            name
            for name, model in self.env.registry.items()
            if model._original_module == "aftersales_service"
            and not (model._abstract or model._transient)
        ]
        self.assertIn("aftersales.voucher", names)
        for role in ("reader", "auditor", "analyst"):
            user = self._user(f"t_{role}", f"{PREFIX}{role}")
            for name in names:
                for operation in ("write", "create", "unlink"):
                    with self.subTest(role=role, model=name, operation=operation):
                        self.assertFalse(self.env[name].with_user(user).has_access(operation))

    def test_S19_readers_see_all_jobs(self):
        jobs = self._voucher() + self._there()
        for role in ("caller", "quality", "analyst", "auditor", "knowledge"):
            user = self._user(f"t_{role}", f"{PREFIX}{role}")
            mine = jobs.with_user(user)
            with self.subTest(role):
                self.assertEqual(len(mine.search([("id", "in", jobs.ids)])), 2)
                form = mine.get_view(view_type="form")["models"]["aftersales.voucher"]
                self.assertTrue(mine[0].web_read({name: {} for name in form}))

    def test_S19_a_trainer_does_his_own_trainings(self):
        user = self._user("t_trainer", f"{PREFIX}trainer")
        self.other_technician.user_id = user
        training = self._there(kind="training")
        found = training.with_user(user).search([("id", "in", (training + self._voucher()).ids)])
        self.assertEqual(found.ids, training.ids)

    def test_S19_one_person_may_have_several_departments(self):
        both = self._user("t_both", f"{PREFIX}technician,{PREFIX}quality,{PREFIX}auditor")
        privileges = both.group_ids.privilege_id
        self.assertEqual(len(privileges), 3, "each department is a choice of its own")
        self.assertTrue(self.env["aftersales.complaint"].with_user(both).has_access("create"))

    def test_S19_each_role_finds_its_section_of_the_menu(self):
        sections = {
            "technician": {"section_site"},
            "caller": {"section_callback", "section_complaint", "section_register"},
            "clerk": {"section_register", "section_dispatch", "section_callback"},
            "quality": {"section_complaint", "section_deadline"},
            "outlet_dispatcher": {"section_dispatch", "section_site"},
            "analyst": {"service_reporting", "section_complaint"},
            "auditor": {"section_register", "service_reporting"},
        }
        hidden = {
            "technician": {"section_callback", "service_income"},
            "caller": {"section_dispatch", "service_income"},
            "quality": {"service_callback_due", "section_dispatch"},
            "analyst": {"section_dispatch", "section_site"},
        }
        for role, expected in sections.items():
            user = self._user(f"t_menu_{role}", f"{PREFIX}{role}")
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for name in expected:
                with self.subTest(role=role, shows=name):
                    self.assertIn(self.env.ref(f"aftersales_service.menu_{name}").id, visible)
            for name in hidden.get(role, ()):
                menu = self.env.ref(f"aftersales_service.menu_{name}")
                with self.subTest(role=role, hides=name):
                    self.assertNotIn(menu.id, visible)
