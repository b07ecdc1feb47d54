# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from lxml import etree

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import RebateCommon

SELDOM = {
    "Export Terms as File": "dealer_rebate.group_rebate_user",
    "Copy to Next Year": "dealer_rebate.group_rebate_manager",
    "Record Notice of Termination": "dealer_rebate.group_rebate_manager",
}


@tagged("post_install", "-at_install")
class TestScreens(RebateCommon):
    """What an accountant's screen of ordinary width has room for."""

    def _user(self, group):
        return new_test_user(
            self.env,
            group.split("_")[-1],
            group,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_seldom_steps_are_in_the_cog_menu(self):
        """Seldom steps are in the cog menu of those who may take them, not in the status bar."""
        groups = sorted(set(SELDOM.values()))
        for group in groups:
            user = self._user(group)
            actions = self.env["ir.actions.actions"].with_user(user)
            bound = {
                one["name"] for one in actions.get_bindings("rebate.agreement").get("action", [])
            }
            for name, needed in SELDOM.items():
                self.assertEqual(name in bound, user.has_group(needed), (group, name))
        view = self.env["rebate.agreement"].get_view(view_type="form")
        header = etree.fromstring(view["arch"]).find(".//header")
        names = {button.get("name") for button in header.iter("button")}
        self.assertIn("action_new_version", names)
        self.assertFalse(
            names & {"action_export_policy", "action_copy_next_year", "action_give_notice"}
        )

    def test_a_step_of_the_cog_menu_runs(self):
        """The cog menu calls what the button called."""
        agreement = self._create_agreement(self._percent(5))
        action = self.env.ref("dealer_rebate.action_agreement_copy_next_year").with_context(
            active_model="rebate.agreement", active_id=agreement.id, active_ids=agreement.ids
        )
        copy = self.env["rebate.agreement"].browse(action.run()["res_id"])
        self.assertEqual(copy.date_start.year, agreement.date_start.year + 1)

    def test_no_superfluous_zeros(self):
        """Thresholds and bases keep four digits and show two, where no more are needed."""
        for model, field in (("rebate.gate", "threshold"), ("rebate.settlement.line", "base")):
            shown = self.env[model].fields_get([field])[field]
            self.assertEqual(
                (shown["digits"], shown["min_display_digits"]), ((16, 4), 2), (model, field)
            )
