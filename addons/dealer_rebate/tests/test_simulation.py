# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestSimulation(RebateCommon):
    """Terms are tried on the past before anybody signs them (R12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.present = cls._create_agreement(cls._create_table([(0, 5)]), date_start="2025-01-01")
        cls.offered = cls._create_agreement(
            cls._create_table([(0, 2), (3000, 8)]), date_start="2027-01-01", activate=False
        )
        cls._invoice(cls.dealer, "2025-02-01", 1000)
        cls._invoice(cls.dealer_2, "2025-05-01", 4000)

    def _simulate(self, **vals):
        simulation = self.env["rebate.simulation"].create(
            {
                "agreement_id": self.offered.id,
                "compare_id": self.present.id,
                "date_from": "2025-01-01",
                "date_to": "2025-12-31",
            }
            | vals
        )
        simulation.action_run()
        return simulation

    def test_R12_old_new_and_difference_of_each_dealer(self):
        """R12: a draft of next year on last year's documents, beside the present terms."""
        simulation = self._simulate()
        figures = {
            line.partner_id: (line.amount_old, line.amount_new, line.verdict)
            for line in simulation.line_ids
        }
        self.assertEqual(
            figures, {self.dealer: (50, 20, "loses"), self.dealer_2: (200, 320, "gains")}
        )
        self.assertEqual((simulation.amount_old, simulation.amount_new), (250, 340))
        self.assertEqual((simulation.gain_count, simulation.lose_count), (1, 1))
        self.assertEqual(simulation.difference, 90)

    def test_R12_nothing_is_settled_or_posted(self):
        """R12: a simulation leaves no document, settlement or ledger behind, and can run again."""
        moves = self.env["account.move"].search_count([])
        simulation = self._simulate()
        simulation.action_run()
        self.assertEqual(len(simulation.line_ids), 2)
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertFalse((self.present | self.offered).settlement_ids)
        self.assertEqual(self.offered.state, "draft")

    def test_R12_only_part_of_a_year(self):
        """R12: the asked days count, and no others."""
        simulation = self._simulate(date_to="2025-03-31")
        self.assertEqual(simulation.line_ids.partner_id, self.dealer)

    def test_R12_the_same_as_a_settlement(self):
        """R12: what a simulation says is what a settlement of these terms pays."""
        self._invoice(self.dealer, "2025-11-03", 3333.33)
        simulation = self._simulate(agreement_id=self.present.id, compare_id=False)
        paid = {}
        for month in ("03", "06", "09", "12"):
            for line in self._settle(self.present, f"2025-{month}-15").line_ids:
                paid[line.partner_id] = round(paid.get(line.partner_id, 0) + line.amount, 2)
        self.assertEqual({line.partner_id: line.amount_new for line in simulation.line_ids}, paid)

    def test_R12_dates_open_by_no_request(self):
        """The context that opens the dates is an object of the server, nothing that can be sent."""
        start = self.offered.date_start
        for value in (True, 1, "SIMULATION"):
            bounds = self.offered.with_context(rebate_simulation=value)._get_period_bounds(
                start.replace(year=2027)
            )
            self.assertEqual(bounds[0], start)
            self.offered.date_start = start.replace(day=15)
            clipped = self.offered.with_context(rebate_simulation=value)._get_period_bounds(
                start.replace(day=20)
            )
            self.assertEqual(clipped[0], start.replace(day=15))
            self.offered.date_start = start

    def test_R12_incomplete_terms_and_other_currencies_are_refused(self):
        """R12: what cannot be computed or compared is refused with a sentence."""
        usd = self.env.ref("base.USD")
        usd.active = True
        other = self._create_agreement(
            self._create_table([(0, 5)]), currency_id=usd.id, activate=False
        )
        with self.assertRaisesRegex(ValidationError, "cannot be compared"):
            self._simulate(compare_id=other.id)
        self.offered.component_ids.unlink()
        with self.assertRaisesRegex(UserError, "add a component"):
            self._simulate()

    def test_R12_results_are_not_written_by_hand(self):
        """R12: a rebate user runs simulations; results come from the computation only."""
        user = new_test_user(
            self.env,
            "simulating",
            "dealer_rebate.group_rebate_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        simulation = self._simulate()
        simulation.with_user(user).action_run()
        with self.assertRaises(AccessError):
            simulation.line_ids.with_user(user)[0].amount_new = 1

    def test_R12_button_of_the_agreement(self):
        """R12: the button compares with the version before, on the last closed year."""
        version = self.present._copy_as_version(self.present.date_start)
        simulation = self.env["rebate.simulation"].browse(version.action_simulate()["res_id"])
        self.assertEqual(simulation.compare_id, self.present)
        self.assertTrue(simulation.run_on)
        lines = self.env["rebate.simulation.line"].search(simulation.action_view_lines()["domain"])
        self.assertEqual(lines, simulation.line_ids)
