# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.tests import tagged

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestContract(RebateCommon):
    """The agreement prints as a contract with its annexes (R12)."""

    def _render(self, agreement):
        report = self.env["ir.actions.report"]
        html, _type = report._render_qweb_html(
            "dealer_rebate.report_rebate_contract", agreement.ids
        )
        return html.decode()

    def test_R12_contract_with_annexes(self):
        """R12: a contract for each dealer: parties, term, schedule, report and application form."""
        wizard = self.env["rebate.policy.import"].create(
            {"template": "r03_commercial_vehicles", "date_start": "2026-01-01"}
        )
        agreement = self.env["rebate.agreement"].browse(wizard.action_import()["res_id"])
        agreement.partner_ids = self.dealer | self.dealer_2
        html = self._render(agreement)
        for text in (
            self.dealer.name,
            self.dealer_2.name,
            self.company.name,
            "draft, not in force",
            "Annex 1: Policy schedule",
            "Quarterly volume",
            "3,000,000",
            "reported in time",
            "Annex 2: Report form",
            "Sales as reported by the dealer",
            "Annex 3",
            "not set off",
            "What the dealer reports",
        ):
            self.assertIn(text, html)
        self.assertEqual(html.count("Annex 1"), 2)
        for idle in ("Without Previous Year", "What a Cap Cuts", "Days Before"):
            self.assertNotIn(idle, html)
        agreement.action_activate()
        self.assertNotIn("draft, not in force", self._render(agreement))

    def test_R12_contract_of_a_member_names_its_own_days(self):
        """R12: membership is dated, and so is the member's contract."""
        agreement = self._create_agreement(
            self._percent(5),
            dealer_scope="member",
            date_end="2026-12-31",
            member_ids=[
                Command.create(
                    {
                        "partner_id": self.dealer.id,
                        "date_from": "2026-03-01",
                        "date_to": "2026-08-31",
                    }
                )
            ],
        )
        clauses = dict(agreement._get_contract_clauses(self.dealer))
        self.assertIn("03/01/2026", clauses["Term"])
        self.assertIn("08/31/2026", clauses["Term"])

    def test_R12_contract_without_named_dealers(self):
        """R12: where everybody may take part, the name is left to be written."""
        agreement = self._create_agreement(self._percent(5), dealer_scope="all")
        html = self._render(agreement)
        self.assertEqual(html.count("Annex 1"), 1)
        self.assertIn("Annex 2", html)
        self.assertNotIn("Annex 3", html)
