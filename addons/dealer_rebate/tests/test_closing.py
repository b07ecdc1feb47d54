# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import io
from decimal import Decimal

from openpyxl import load_workbook

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import golden
from .common_accounting import RebateAccountingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20")
class TestClosing(RebateAccountingCommon):
    """Small balances, the cut-off report, and the data of red-letter invoices (R14, R15)."""

    def _attachment(self, action):
        number = action["url"].split("/")[-1].split("?")[0]
        return self.env["ir.attachment"].browse(int(number))

    # ------------------------------------------------------------------
    # Small balances
    # ------------------------------------------------------------------

    def _carried(self, owed, **vals):
        """A settlement that carries what one dealer owes, and pays the other one."""
        agreement = self._create_agreement(
            self._create_table([(0, 10)], open_below=True), accrual_method="reached", **vals
        )
        self._invoice(self.dealer, "2026-02-01", -10 * owed)
        self._invoice(self.dealer_2, "2026-02-01", 1000)
        self._accrue(agreement, "2026-03-31")
        return self._settle(agreement, "2026-03-31")

    def test_R14_small_balance_is_written_off(self):
        """R14: 3 owed, within the limit: settled without a document, and not carried on."""
        self.company.rebate_write_off_limit = 5
        settlement = self._carried(3)
        agreement = settlement.agreement_id
        self.assertEqual(agreement.accrual_open, -3)
        action = settlement.action_write_off_carried()
        wizard = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"reason": "Not worth claiming"})
        )
        self.assertEqual((wizard.dealer_count, wizard.amount), (1, -3))
        wizard.action_write_off()
        line = settlement.line_ids.filtered(lambda line: line.partner_id == self.dealer)
        self.assertEqual((line.state, line.write_off_reason), ("posted", "Not worth claiming"))
        self.assertFalse(line.credit_note_id)
        self.assertEqual(agreement.accrual_open, 0)
        self._assert_account_is_open_accruals()
        self.assertEqual(settlement.amount_carried, 0)
        self._invoice(self.dealer, "2026-05-01", 1000)
        self.assertEqual(self._paid(self._settle(agreement, "2026-06-30"), self.dealer), 100)
        self._assert_ledger(agreement)

    def test_R14_large_balance_is_carried(self):
        """R14: what exceeds the limit stays owed; without a limit everything does."""
        settlement = self._carried(6)
        for limit in (0, 5):
            self.company.rebate_write_off_limit = limit
            with self.assertRaisesRegex(UserError, "limit"):
                settlement._write_off_carried("Small")

    def test_R14_written_off_in_the_newest_settlement_only(self):
        """R14: an older settlement's balance came back in the newer one."""
        self.company.rebate_write_off_limit = 5
        settlement = self._carried(3)
        following = self._settle(settlement.agreement_id, "2026-06-30")
        with self.assertRaisesRegex(UserError, "came back"):
            settlement._write_off_carried("Small")
        self.assertEqual(following._write_off_carried("Small").amount, -3)

    def test_R14_only_accountants_write_off(self):
        """R14: giving money up is an accountant's decision."""
        settlement = self._carried(3)
        user = new_test_user(
            self.env,
            "rebate_forgiver",
            "dealer_rebate.group_rebate_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            settlement.with_user(user).action_write_off_carried()
        with self.assertRaises(AccessError):
            settlement.with_user(user)._write_off_carried("x")

    # ------------------------------------------------------------------
    # Red-letter data
    # ------------------------------------------------------------------

    def test_R15_red_letter_data(self):
        """R15: each row names an original invoice; they add up to the credit note and its tax."""
        given, expect = golden("R15-tax-split")
        self.dealer.vat = "91310000"
        total = sum(given["base_by_tax"].values())
        agreement = self._create_agreement(
            self._create_table([(0, 100 * given["rebate"] / total)]), partner_ids=self.dealer.ids
        )
        taxes = {name: self._create_tax(int(name.rstrip("%"))) for name in given["base_by_tax"]}
        invoices = {}
        for name, base in given["base_by_tax"].items():
            # Two invoices of each tax, of which one is a third.
            part = round(base / 3, 2)
            invoices[name] = [
                self._invoice(self.dealer, "2026-02-01", amount, taxes=taxes[name])
                for amount in (part, round(base - part, 2))
            ]
        settlement = self._settle(agreement, "2026-03-31")
        note = settlement.line_ids.credit_note_id
        header, rows = settlement._get_red_letter_table()
        self.assertEqual(len(rows), 6)
        self.assertEqual({len(row) for row in rows}, {len(header)})
        self.assertEqual({row[0] for row in rows}, {note.name})
        self.assertEqual({row[3] for row in rows}, {"91310000"})
        for name, own in invoices.items():
            found = [row for row in rows if row[4] in [invoice.name for invoice in own]]
            self.assertEqual(len(found), 2)
            self.assertEqual({row[7] for row in found}, {taxes[name].name})
            self.assertEqual(self._sum(found, 8), expect["untaxed"][name])
            self.assertEqual(self._sum(found, 9), expect["tax"][name])
            self.assertEqual(self._sum(found, 6), given["base_by_tax"][name])
        self.assertEqual(self._sum(rows, 8), note.amount_untaxed)
        self.assertEqual(self._sum(rows, 9), note.amount_tax)
        self.assertEqual(self._sum(rows, 10), expect["total"])

    def _sum(self, rows, column):
        return float(sum(Decimal(str(row[column])) for row in rows))

    def test_R15_red_letter_files(self):
        """R15: the spreadsheet and the CSV carry the same rows."""
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        invoice = self._invoice(self.dealer, "2026-02-01", 1000)
        settlement = self._settle(agreement, "2026-03-31")
        book = load_workbook(
            io.BytesIO(self._attachment(settlement.action_export_red_letter()).raw)
        )
        rows = list(book.worksheets[0].values)
        self.assertEqual(len(rows), 2)
        self.assertEqual((rows[1][4], rows[1][8]), (invoice.name, 100))
        text = self._attachment(settlement.action_export_red_letter_csv()).raw.decode("utf-8-sig")
        self.assertIn(invoice.name, text)
        self.assertEqual(len(text.splitlines()), 2)

    def test_R15_red_letter_data_is_for_accountants(self):
        """R15: in the cog menu of accountants only; nothing before the credit notes are posted."""
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        self._invoice(self.dealer, "2026-02-01", 1000)
        settlement = self._compute(agreement, "2026-03-31")
        with self.assertRaisesRegex(UserError, "no credit notes yet"):
            settlement.action_export_red_letter_csv()
        settlement.action_review()
        settlement.action_post()
        rebates = "dealer_rebate.group_rebate_user"
        for login, groups, may in (
            ("clerk", rebates, False),
            ("accountant", f"{rebates},account.group_account_invoice", True),
        ):
            user = new_test_user(
                self.env,
                f"red_letter_{login}",
                groups,
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            own = settlement.with_user(user)
            bound = self.env["ir.actions.actions"].with_user(user).get_bindings(settlement._name)
            names = {action["name"] for action in bound.get("action", [])}
            for method, name in (
                (own.action_export_red_letter, "Red-Letter Data (Spreadsheet)"),
                (own.action_export_red_letter_csv, "Red-Letter Data (CSV)"),
            ):
                self.assertEqual(name in names, may)
                if may:
                    self.assertTrue(self._attachment(method()).raw)
                else:
                    with self.assertRaisesRegex(AccessError, "Only accountants"):
                        method()

    # ------------------------------------------------------------------
    # Cut-off
    # ------------------------------------------------------------------

    def test_R15_cut_off_report(self):
        """R15: expected, settled, accrued, and the documents that no settlement contains."""
        agreement = self._create_agreement(self._create_table([(0, 10)]), accrual_method="reached")
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._settle(agreement, "2026-03-31")
        late = self._invoice(self.dealer, "2026-03-30", 500)
        self._accrue(agreement, "2026-04-30")
        fresh = self._invoice(self.dealer_2, "2026-04-15", 200)
        after = self._invoice(self.dealer_2, "2026-05-01", 700)
        report = self.env["rebate.cutoff.report"].create(
            {"date": fields.Date.to_date("2026-04-30"), "agreement_ids": agreement.ids}
        )
        book = load_workbook(io.BytesIO(self._attachment(report.action_export()).raw))
        summary, documents = (list(sheet.values)[1:] for sheet in book.worksheets)
        rows = {(row[2], row[3]): row[4:9] for row in summary}
        self.assertEqual(rows[self.dealer.name, "2026 Q1"], (1500, 150, 100, 50, 0))
        self.assertEqual(rows[self.dealer_2.name, "2026 Q2"], (200, 20, 0, 0, 20))
        self.assertEqual(len(rows), 2)
        self.assertEqual(
            {(row[3], row[5], row[6], row[7]) for row in documents},
            {(late.name, 500, 0, 500), (fresh.name, 200, 0, 200)},
        )
        self.assertNotIn(after.name, [row[3] for row in documents])
