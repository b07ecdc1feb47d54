# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RebatePartsCommon

OPERATIONS = ("read", "write", "create", "unlink")
# role: group, and what it may do with the list of classes
ROLES = {
    "portal": ("base.group_portal", ()),
    "employee": ("base.group_user", ()),
    "rebate_user": ("dealer_rebate.group_rebate_user", ("read",)),
    "rebate_manager": ("dealer_rebate.group_rebate_manager", ("read",)),
}


@tagged("post_install", "-at_install")
class TestAccess(RebatePartsCommon):
    """Classes to choose from are read by those who read agreements, and changed by nobody."""

    def test_roles(self):
        """The table of roles, walked with ``with_user``."""
        for role, (group, allowed) in ROLES.items():
            user = self._create_user(f"parts_{role}", group)
            for operation in OPERATIONS:
                with self.subTest(role=role, operation=operation):
                    classes = self.env["rebate.part.class"].with_user(user)
                    self.assertEqual(classes.has_access(operation), operation in allowed)

    def test_tier_of_an_agreement_in_force_stays(self):
        """R12: neither user nor manager changes the tiers of an agreement in force."""
        agreement = self._create_tier_agreement(self.tier_a)
        for user in (self.clerk, self.verifier):
            with self.assertRaisesRegex(UserError, "in force"):
                agreement.with_user(user).tier_ids = self.tier_b

    def test_manager_computes_without_rights_on_parts(self):
        """P1, P7: a rebate manager needs no right on prices to compute by class and tier."""
        self._assign(self.dealer, self.tier_a, "2026-01-01")
        agreement = self._create_tier_agreement(
            self.tier_a, component_vals={"part_class_ids": self.classes["wearing"].ids}
        )
        self._invoice_parts(self.dealer, "2026-02-01", {"wearing": 500, "general": 700})
        settlement = (
            self.env["rebate.settlement"]
            .with_user(self.verifier)
            .create({"agreement_id": agreement.id, "date_to": "2026-03-31"})
        )
        settlement.action_compute()
        self.assertEqual(settlement.line_ids.mapped("amount"), [50])
