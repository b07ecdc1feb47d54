# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import LoyaltyCommon

OPERATIONS = ("read", "write", "create", "unlink")
MODELS = (
    "rebate.draw",
    "rebate.draw.entry",
    "rebate.draw.winner",
    "loyalty.program",
    "loyalty.card",
    "rebate.program.template",
)
ALL, READ, NONE = OPERATIONS, ("read",), ()
# role: groups, and what it may do with the models above
ROLES = {
    "portal": ("base.group_portal", (NONE, NONE, NONE, NONE, NONE, NONE)),
    "employee": ("base.group_user", (NONE, NONE, NONE, NONE, NONE, NONE)),
    "rebate_user": ("dealer_rebate.group_rebate_user", (READ, READ, READ, READ, NONE, NONE)),
    "rebate_manager": ("dealer_rebate.group_rebate_manager", (ALL, READ, READ, READ, NONE, NONE)),
}


@tagged("post_install", "-at_install")
class TestAccess(LoyaltyCommon):
    """Who may do what with draws: roles, other companies, and the manager's own way."""

    def _create_user(self, role, groups):
        return new_test_user(
            self.env,
            f"draw_{role}",
            groups,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def _create_draw(self, user=None, **vals):
        draws = self.env["rebate.draw"].with_user(user or self.env.user)
        return draws.create(
            {
                "name": "Spring draw",
                "company_id": self.company.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "partner_domain": str([("id", "=", self.customer.id)]),
            }
            | vals
        )

    def test_roles(self):
        """The table of roles, walked with ``with_user``."""
        for role, (group, rights) in ROLES.items():
            user = self._create_user(role, group)
            for model, allowed in zip(MODELS, rights, strict=True):
                for operation in OPERATIONS:
                    with self.subTest(role=role, model=model, operation=operation):
                        records = self.env[model].with_user(user)
                        self.assertEqual(records.has_access(operation), operation in allowed)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_user_reads_and_does_not_draw(self):
        """R5: a rebate user sees a draw, but neither publishes nor draws it."""
        draw = self._create_draw()
        user = self._create_user("reader", "dealer_rebate.group_rebate_user")
        self.assertEqual(draw.with_user(user).name, "Spring draw")
        for action in ("action_publish", "action_draw"):
            with self.assertRaises(AccessError):
                getattr(draw.with_user(user), action)()

    def test_manager_draws_without_rights_on_coupons(self):
        """R5: a rebate manager draws and gives prizes, and never sees a coupon's code."""
        manager = self._create_user("manager", "dealer_rebate.group_rebate_manager")
        program = self._create_program("rebate_prize")
        draw = self._create_draw(manager, program_id=program.id)
        with freeze_time("2026-02-20"):
            draw.action_publish()
        self._invoice(self.customer, "2026-03-05", 4000)
        with freeze_time("2026-04-02"):
            draw.action_draw()
        self.assertEqual(draw.winner_ids.partner_id, self.customer)
        self.assertEqual(program.coupon_ids.partner_id, self.customer)
        self.assertNotIn("card_id", draw.winner_ids.fields_get())
        for action in ("action_verify", "action_view_entries"):
            getattr(draw, action)()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_other_company(self):
        """R5: draws of another company, with all that belongs to them, cannot be read."""
        other = self.setup_other_company()["company"]
        draw = self._create_draw().sudo()
        draw.company_id = other
        manager = self._create_user("stranger", "dealer_rebate.group_rebate_manager")
        self.assertFalse(self.env["rebate.draw"].with_user(manager).search([("id", "=", draw.id)]))
        with self.assertRaises(AccessError):
            draw.with_user(manager).read(["name"])
