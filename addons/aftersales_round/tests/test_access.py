# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import RoundCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
ROLES = (
    "portal",
    "employee",
    "user",
    "technician",
    "trainer",
    "quality",
    "assistant",
    "supervisor",
    "auditor",
)
# model: rights of the roles, in their order
EXPECTED = {
    "aftersales.round.area": ("", "", "r", "r", "r", "r", "r", "rwcu", "r"),
    "aftersales.round.plan": ("", "", "", "r", "r", "r", "r", "rwcu", "r"),
    "aftersales.round.finding": ("", "", "rw", "rwc", "rwc", "rwc", "rwc", "rwc", "rw"),
    "aftersales.round.score": ("", "", "", "rw", "rw", "r", "rw", "rw", "r"),
    "aftersales.tool.count": ("", "", "", "rw", "rw", "r", "rw", "rwcu", "r"),
    "aftersales.tool.count.line": ("", "", "", "rw", "rw", "r", "rw", "rwu", "r"),
    "aftersales.reception": ("", "", "", "rw", "rw", "r", "rwc", "rwcu", "r"),
    "aftersales.reception.appointment": ("", "", "", "rwcu", "rwcu", "r", "rwcu", "rwcu", "r"),
    "aftersales.training": ("", "", "", "r", "rwc", "r", "r", "rwcu", "r"),
    "aftersales.training.attendee": ("", "", "", "r", "rwcu", "r", "r", "rwcu", "r"),
}


@tagged("post_install", "-at_install")
class TestAccess(RoundCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            "portal": cls._user("t_round_portal", "base.group_portal"),
            "employee": cls._user("t_round_employee", "base.group_user"),
            "user": cls._user("t_round_user", "aftersales_base.group_aftersales_user"),
            "technician": cls.technician_user,
            "quality": cls.quality,
            "supervisor": cls.supervisor,
        }
        for role in ("trainer", "assistant", "auditor"):
            cls.users[role] = cls._user(
                f"t_round_{role}", f"aftersales_service.group_service_{role}"
            )

    def test_S21_roles_models_rights(self):
        for model, rights in EXPECTED.items():
            for role, allowed in zip(ROLES, rights, strict=True):
                records = self.env[model].with_user(self.users[role])
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(records.has_access(operation), letter in allowed)

    def test_S21_everybody_sees_his_own(self):
        """A user sees what he rectifies, found or verifies; a technician the rounds he leads."""
        mine = self._finding()
        other = self._finding(employee_id=self.other_technician.id)
        led = self._finding(
            voucher_id=self._make(self.plan).id, employee_id=self.other_technician.id
        )
        both = (mine + other + led).ids
        domain = [("id", "in", both)]
        Finding = self.env["aftersales.round.finding"]
        self.assertEqual(Finding.with_user(self.technician_user).search(domain), mine + led)
        self.assertEqual(Finding.with_user(self.users["auditor"]).search(domain).ids, both)
        self.assertFalse(Finding.with_user(self.users["user"]).search(domain))
        with self.assertRaises(AccessError):
            mine.with_user(self.users["auditor"]).done_note = "T"
        with self.assertRaises(AccessError):
            Finding.with_user(self.users["portal"]).search(domain)
        clerk = self.env["hr.employee"].create({"name": "Una", "user_id": self.users["user"].id})
        other.employee_id = clerk
        other.with_user(self.users["user"]).done_note = "Done"
        other.with_user(self.users["user"]).action_done()
        self.assertEqual(other.state, "done")

    def test_S21_multi_company(self):
        """Nothing of another company is seen, nor mixed into a plan."""
        there = self.env["res.company"].create({"name": "T elsewhere"})
        self.env.user.company_ids |= there
        outlet = (
            self.env["aftersales.outlet"]
            .with_company(there)
            .create({"name": "Elsewhere", "code": "TE", "company_id": there.id})
        )
        keeper = self.env["hr.employee"].create({"name": "Eve", "company_id": there.id})
        area = self.env["aftersales.round.area"].create(
            {"name": "There", "outlet_id": outlet.id, "keeper_id": keeper.id}
        )
        finding = self.env["aftersales.round.finding"].create(
            {
                "name": "T",
                "area_id": area.id,
                "company_id": there.id,
                "rectification": "T",
            }
        )
        for record in (area, finding):
            found = record.with_user(self.supervisor).search([("id", "=", record.id)])
            self.assertFalse(found)
        with self.assertRefused(UserError, "belongs to another company"):
            self._plan(kind="six_s", area_ids=[Command.set(area.ids)])

    def test_S21_forms_open_to_each_role(self):
        """Each role gets the views of its menus."""
        for role in ("technician", "quality", "supervisor", "auditor"):
            for model in EXPECTED:
                if model.endswith((".line", ".appointment")):
                    continue
                with self.subTest(role=role, model=model):
                    self.env[model].with_user(self.users[role]).get_views(
                        [(False, "list"), (False, "form"), (False, "search")]
                    )

    def test_S21_tiles_of_the_start_page_count(self):
        """What is late or waits is counted, with the reader's own rights."""
        self._finding(date_due="2020-01-01")
        tiles = self.env["aftersales.start.tile"].with_user(self.users["supervisor"])
        for name in (
            "tile_finding_overdue",
            "tile_round_overdue",
            "tile_check_missed",
            "tile_finding_verify",
            "tile_reception_unprepared",
            "tile_training_failed",
        ):
            tile = tiles.browse(self.env.ref(f"aftersales_round.{name}").id).sudo(False)
            with self.subTest(tile=name):
                self.assertTrue(tile.may_read)
                count = 1 if name == "tile_finding_overdue" else 0
                self.assertEqual(tile.count, count)
                self.assertEqual(tile.action_open()["res_model"], tile.res_model)
