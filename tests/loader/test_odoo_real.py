# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The main job on real input: the fourth quarter of 2010, loaded in bulk and settled.

Both steps are held against the independent recomputation in `tools.recompute`.
"""

from datetime import date
from decimal import Decimal

import pytest

from odoo import Command
from odoo.tests import tagged

from tools.inside.story import REBATE_TIERS
from tools.invoice_loader import load
from tools.recompute import R4_TIERS, rebate, rebates, turnover

from . import REAL_FILE
from .common import QUARTER, LoaderCase

START, END = date(2010, 10, 1), date(2010, 12, 31)
# from the first penny on, so that nearly every dealer earns something
ALL_TIERS = [(Decimal(0), Decimal(1)), (Decimal(1000), Decimal("2.5")), *R4_TIERS]
DEMO_TIERS = [(Decimal(start), Decimal(percent)) for start, percent in REBATE_TIERS]


@pytest.mark.shared
@tagged("post_install", "-at_install")
class TestRealQuarter(LoaderCase):
    """All dealers of the quarter; the rebate tests need the add-on *dealer_rebate*."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.report = load(cls.env, REAL_FILE, company=cls.company, bulk=True, **QUARTER)

    def need_rebates(self):
        """Prepare the company for credit notes, or leave the test out."""
        if "rebate.agreement" not in self.env:
            self.skipTest("dealer_rebate is not installed in this database")
        sales = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        )
        self.company.rebate_journal_id = self.env["account.journal"].create(
            {
                "name": "Rebates",
                "code": "REB",
                "type": "sale",
                "company_id": self.company.id,
                "default_account_id": sales.default_account_id.id,
            }
        )

    def agreement(self, tiers, method):
        table = self.env["rate.table"].create(
            {
                "name": f"Turnover {method}",
                "method": method,
                "line_ids": [
                    Command.create({"from_value": start, "value": percent})
                    for start, percent in tiers
                ],
            }
        )
        agreement = self.env["rebate.agreement"].create(
            {
                "name": f"All dealers {method}",
                "company_id": self.company.id,
                "currency_id": self.gbp.id,
                "date_start": START,
                "period": "quarter",
                "dealer_scope": "all",
                "negative_policy": "floor",
                "component_ids": [Command.create({"name": "Rebate", "rate_table_id": table.id})],
            }
        )
        agreement.action_activate()
        return agreement

    def computed(self, settlement):
        """{dealer number: (turnover, rebate)} as the settlement has them, in Decimals."""
        settlement.line_ids.flush_recordset()
        self.env.cr.execute(
            """
            SELECT p.ref, l.base::text, l.amount::text
              FROM rebate_settlement_line l JOIN res_partner p ON p.id = l.partner_id
             WHERE l.settlement_id = %s
            """,
            [settlement.id],
        )
        return {
            ref.removeprefix("ORII-"): (Decimal(base), Decimal(amount))
            for ref, base, amount in self.env.cr.fetchall()
        }

    def assert_agrees(self, settlement, tiers, method):
        bases = turnover(REAL_FILE, START, END)
        expected = {dealer: (base, rebate(base, tiers, method)) for dealer, base in bases.items()}
        self.assertEqual(self.computed(settlement), expected)

    def settle(self, agreement):
        settlement = agreement._settle_period(START)
        while settlement.state == "posting":
            settlement._post_next_chunk()
        self.assertEqual(settlement.state, "posted")
        return settlement

    def turnover_in_books(self):
        self.env.cr.execute(
            """
            SELECT p.ref, sum(l.price_subtotal
                       * CASE m.move_type WHEN 'out_refund' THEN -1 ELSE 1 END)::text
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN res_partner p ON p.id = m.commercial_partner_id
             WHERE m.company_id = %s AND m.state = 'posted' AND l.display_type = 'product'
               AND m.invoice_date BETWEEN '2010-10-01' AND '2010-12-31'
             GROUP BY p.ref
            """,
            [self.company.id],
        )
        return {ref.removeprefix("ORII-"): Decimal(total) for ref, total in self.env.cr.fetchall()}

    def test_turnover_of_every_dealer_to_the_cent(self):
        report = self.report
        expected = turnover(REAL_FILE, START, END)
        self.assertEqual(self.turnover_in_books(), expected)
        self.assertEqual(report.total, sum(expected.values()))
        self.assertEqual(report.rows_read, 1067371)
        self.assertEqual(report.rows_copied, 22523)
        self.env.cr.execute(
            """
            SELECT count(*) FROM (
                SELECT move_id FROM account_move_line WHERE company_id = %s
                 GROUP BY move_id HAVING sum(balance) <> 0) unbalanced
            """,
            [self.company.id],
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_quarter_is_settled_to_the_cent_and_once(self):
        self.need_rebates()
        agreement = self.agreement(R4_TIERS, "whole")
        settlement = self.settle(agreement)
        self.assert_agrees(settlement, R4_TIERS, "whole")
        expected = rebates(REAL_FILE, START, END, R4_TIERS, "whole")
        notes = settlement.line_ids.credit_note_id
        self.assertEqual(set(notes.mapped("state")), {"posted"})
        self.assertEqual(len(notes), sum(amount > 0 for amount in expected.values()))
        self.env.cr.execute(
            "SELECT sum(amount_untaxed)::text FROM account_move WHERE id = ANY(%s)", [notes.ids]
        )
        self.assertEqual(Decimal(self.env.cr.fetchone()[0]), sum(expected.values()))
        again = self.settle(agreement)
        self.assertFalse(again.line_ids.credit_note_id)
        self.assertFalse(sum(amount for _base, amount in self.computed(again).values()))

    def test_every_dealer_by_both_methods_and_by_the_demos_table(self):
        self.need_rebates()
        for tiers, method in (
            (ALL_TIERS, "whole"),
            (ALL_TIERS, "incremental"),
            (DEMO_TIERS, "whole"),
        ):
            with self.subTest(tiers=tiers, method=method):
                settlement = self.env["rebate.settlement"].create(
                    {"agreement_id": self.agreement(tiers, method).id, "date_to": END}
                )
                settlement.action_compute()
                self.assert_agrees(settlement, tiers, method)
                self.assertEqual(
                    Decimal(str(round(settlement.amount_payable, 2))),
                    sum(rebates(REAL_FILE, START, END, tiers, method).values()),
                )


@pytest.mark.shared
@tagged("post_install", "-at_install")
class TestRealDefault(LoaderCase):
    """The way in without ``--bulk``."""

    def test_the_first_invoices_of_the_quarter(self):
        report = self.load(REAL_FILE, limit=10, **QUARTER)
        moves = self.moves()
        self.assertEqual(len(moves), 10)
        self.assertEqual(set(moves.mapped("invoice_date")), {START})
        self.assertLess(report.rows_read, 500000)
