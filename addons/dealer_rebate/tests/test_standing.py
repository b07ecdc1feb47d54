# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import RebateCommon, golden

DAY = date(2026, 2, 20)


@tagged("post_install", "-at_install")
class TestStanding(RebateCommon):
    """The office's board: every dealer's progress, the same as on the dealer's own page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tiers = golden("R14-restate")[0]["tiers"]
        cls.agreement = cls._create_agreement(cls._create_table(cls.tiers))

    def _open(self, agreements=None, day=DAY):
        board = self.env["rebate.standing"]
        action = board._open(agreements or self.agreement, day)
        return board.search(action["domain"])

    def test_R4_same_as_the_dealers_page(self):
        """R4: what counts, what it earned, what comes next; who bought nothing is there too."""
        self._invoice(self.dealer, "2026-02-01", self.tiers[0][0] + 1.23)
        rows = self._open()
        self.assertEqual(rows.partner_id, self.agreement.partner_ids.commercial_partner_id)
        for row in rows:
            (own,) = self.agreement._get_progress(row.partner_id, DAY)
            self.assertEqual(Decimal(str(row.earned)), own["earned"])
            self.assertEqual(Decimal(str(row.missing)), own["next"]["missing"])
            self.assertEqual(Decimal(str(row.gain)), own["next"]["gain"])
            self.assertEqual(row.percent, own["percent"])
            self.assertEqual(row.date_to, own["date_to"])
        mine = rows.filtered(lambda row: row.partner_id == self.dealer)
        self.assertGreater(mine.earned, 0)
        self.assertFalse((rows - mine).mapped("base")[0])

    def test_top_row_has_no_next(self):
        """At the top nothing more is promised."""
        self._invoice(self.dealer, "2026-02-01", self.tiers[-1][0])
        row = self._open().filtered(lambda row: row.partner_id == self.dealer)
        self.assertEqual((row.has_next, row.missing, row.gain, row.percent), (False, 0, 0, 100))

    def test_what_does_not_run_is_left_out(self):
        """Drafts and days outside the agreement have no rows."""
        draft = self._create_agreement(self._create_table([(0, 1)]), activate=False, name="Draft")
        self.assertFalse(self._open(draft))
        self.assertFalse(self._open(day=date(2020, 1, 1)))

    def test_board_is_ones_own(self):
        """Opening again replaces the user's rows; nobody sees those of another user."""
        first = self._open()
        other = new_test_user(
            self.env,
            "board",
            "dealer_rebate.group_rebate_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        board = self.env["rebate.standing"].with_user(other)
        self.assertFalse(board.search([("id", "in", first.ids)]))
        action = board._open(self.agreement.with_user(other), DAY)
        self.assertEqual(len(board.search(action["domain"])), len(first))
        self.assertTrue(first.exists())
        again = self._open()
        self.assertFalse(first.exists())
        self.assertEqual(len(again), len(first))

    def test_basis_of_all_in_one_query(self):
        """The board of any number of dealers reads the documents once for each component."""
        agreement = self._create_agreement(
            self._create_table(self.tiers), name="Everybody", dealer_scope="all", partner_ids=[]
        )
        counts = []
        for _n in range(3):
            dealers = [self._create_dealer(f"Other {n}") for n in range(10)]
            self._post_invoices(
                *(self._prepare_invoice(d, "2026-02-01", [10, 20]) for d in dealers)
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = agreement._get_standings(DAY)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertGreater(len(rows), 30)
        self.assertEqual(counts[1], counts[2], counts)
        self.assertLessEqual(counts[2], 20)

    def test_menu_opens_what_one_may_read(self):
        """The menu shows the agreements of one's own companies that run today."""
        action = self.env["rebate.standing"].action_open()
        rows = self.env["rebate.standing"].search(action["domain"])
        self.assertLessEqual(
            rows.agreement_id, self.env["rebate.agreement"].search([("state", "=", "active")])
        )
        self.assertIn(self.agreement, rows.agreement_id)
