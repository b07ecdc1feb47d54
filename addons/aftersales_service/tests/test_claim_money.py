# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase

from .claims import ClaimCommon


class ClaimMoneyCommon(ClaimCommon):
    """A company with a chart of accounts, the accounts of claims, and an accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        # The chart brings its own currency.
        cls.customer.property_product_pricelist.currency_id = cls.company.currency_id
        # The chart gives its taxes to products that have none.
        cls.part.write({"taxes_id": False, "supplier_taxes_id": False})
        accounts = cls.env["account.account"]
        cls.recovery, cls.write_off = accounts.create(
            [
                {"name": f"T {name}", "code": code, "account_type": "expense"}
                for name, code in (("recovered", "699001"), ("written off", "699002"))
            ]
        )
        cls.company.write(
            {
                "aftersales_claim_account_id": cls.recovery.id,
                "aftersales_claim_writeoff_account_id": cls.write_off.id,
                "aftersales_claim_journal_id": cls.env["account.journal"]
                .search([("company_id", "=", cls.company.id), ("type", "=", "general")], limit=1)
                .id,
            }
        )
        cls.accountant = cls._user("t_claim_money", "account.group_account_invoice")

    def _refund(self, claim):
        claim = claim.with_user(self.accountant)
        claim.action_make_refund()
        return claim.credit_ids.filtered(lambda c: c.kind == "made" and c.is_live).move_id

    def _supplier_refund(self, amount, **values):
        """A posted refund that the supplier has sent by himself."""
        move = self.env["account.move"].create(
            {
                "move_type": "in_refund",
                "partner_id": self.maker.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "T",
                            "price_unit": amount,
                            "account_id": self.recovery.id,
                            "tax_ids": False,
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def _balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))


@tagged("post_install", "-at_install")
class TestClaimMoney(ClaimMoneyCommon):
    """The supplier's credit: made or matched, its difference, its reversal (S17)."""

    def test_S17_the_refund_is_made_from_the_answer_and_posted_once(self):
        claim = self._answered(60)
        move = self._refund(claim)
        self.assertEqual(
            (move.move_type, move.state, move.amount_untaxed), ("in_refund", "draft", 60)
        )
        self.assertEqual((move.partner_id, move.invoice_origin), (self.maker, claim.name))
        self.assertTrue(move.aftersales_no_turnover, "no rebate counts it as a return")
        self.assertEqual((claim.state, claim.credited_amount), ("answered", 0), "only a draft")
        with self.assertRefused(UserError, "has its refund already"):
            claim.with_user(self.accountant).action_make_refund()
        move.with_user(self.accountant).action_post()
        self.assertEqual(
            (claim.state, claim.credited_amount, claim.open_amount), ("credited", 60, 0)
        )
        self.assertTrue(claim.credited_at)
        self.assertEqual(self._balance(self.recovery), -60)
        with self.assertRefused(UserError, "needs: Answered"):
            claim.with_user(self.accountant).action_make_refund()
        self.assertEqual((claim.claimed_amount, claim.answered_amount), (100, 60), "kept apart")

    def test_S16_what_a_claim_brought_back_is_in_the_warranty_cost(self):
        claim = self._answered(60)
        job = claim.line_ids.cover_id.voucher_id
        row = self.env["aftersales.warranty.cost"].search([("voucher_id", "=", job.id)])
        self.assertEqual((row.amount, row.recovered), (100, 0), "only answered")
        self._refund(claim).with_user(self.accountant).action_post()
        row.invalidate_recordset()
        self.assertEqual((row.amount, row.recovered), (100, 60))
        self.assertEqual(row.net_cost, row.cost - 60)

    def test_S17_the_database_refuses_a_second_refund(self):
        claim = self._answered()
        self._refund(claim)
        second = self._supplier_refund(100)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["aftersales.claim.credit"].create(
                {"claim_id": claim.id, "kind": "made", "move_id": second.id, "amount": 100}
            )
            self.env.flush_all()

    def test_S17_a_difference_is_shown_and_written_off_with_a_reason(self):
        claim = self._answered()
        accountant = claim.with_user(self.accountant)
        move = self._refund(claim)
        with self.assertRefused(UserError, "has no posted refund"):
            accountant.action_write_off(reason="Too early")
        move.invoice_line_ids.price_unit = 92.37
        move.action_post()
        self.assertEqual((claim.state, claim.credited_amount), ("answered", 92.37))
        self.assertEqual(claim.difference, 7.63)
        with self.assertRefused(UserError, "Write the reason"):
            accountant.action_write_off(reason=" ")
        with self.assertRefused(AccessError, "Only accountants"):
            claim.action_write_off(reason="By the clerk")
        accountant.action_write_off(reason="Freight not paid")
        self.assertEqual((claim.state, claim.open_amount), ("credited", 0))
        self.assertEqual((claim.credited_amount, claim.written_off_amount), (92.37, 7.63))
        entry = claim.credit_ids.filtered(lambda c: c.kind == "write_off")
        self.assertEqual((entry.reason, entry.move_state), ("Freight not paid", "posted"))
        self.assertIn("Freight not paid", entry.sudo().move_id.ref)
        self.assertEqual(self._balance(self.write_off), 7.63)
        self.assertEqual(self._balance(self.recovery), -100)

    def test_S17_more_than_approved_is_written_off_the_other_way(self):
        claim = self._answered()
        move = self._refund(claim)
        move.invoice_line_ids.price_unit = 101
        move.action_post()
        self.assertEqual((claim.state, claim.difference), ("answered", -1))
        claim.with_user(self.accountant).action_write_off(reason="Rounded up")
        self.assertEqual(claim.state, "credited")
        self.assertEqual(self._balance(self.write_off), -1)
        self.assertEqual(self._balance(self.recovery), -100)

    def test_S17_no_write_off_without_its_accounts(self):
        self.company.aftersales_claim_writeoff_account_id = False
        claim = self._answered()
        move = self._refund(claim)
        move.invoice_line_ids.price_unit = 90
        move.action_post()
        with self.assertRefused(UserError, "Claims Written Off"):
            claim.with_user(self.accountant).action_write_off(reason="T")

    def test_S17_a_refund_that_is_there_is_matched(self):
        first = self._answered()
        second = self._answered(60, self._covered_job())
        bill = self._supplier_refund(150)
        stranger = self._supplier_refund(150, partner_id=self.customer.id)
        wizard = self.env["aftersales.claim.match"].with_user(self.accountant)
        wizard = wizard.create({"claim_id": first.id, "move_id": bill.id})
        self.assertEqual((wizard.rest, wizard.amount), (150, 100))
        self.assertNotIn(stranger, wizard.allowed_move_ids)
        wizard.action_confirm()
        self.assertEqual((first.state, first.credited_amount), ("credited", 100))
        self.assertTrue(bill.aftersales_no_turnover)
        mine = second.with_user(self.accountant)
        with self.assertRefused(UserError, "does not fit"):
            mine._match_refund(stranger.with_user(self.accountant), 10)
        for wrong in (50.01, 0, -1):
            with self.subTest(amount=wrong), self.assertRefused(UserError, "left before tax"):
                mine._match_refund(bill.with_user(self.accountant), wrong)
        mine._match_refund(bill.with_user(self.accountant), 50)
        self.assertEqual((second.state, second.difference), ("answered", 10))
        with self.assertRefused(UserError, "does not fit"):
            mine._match_refund(bill.with_user(self.accountant), 10)
        with self.assertRefused(AccessError, "Only accountants"):
            second._match_refund(bill, 10)

    def test_S17_reversal_opens_the_claim_again(self):
        claim = self._answered()
        move = self._refund(claim)
        move.action_post()
        self.assertEqual(claim.state, "credited")
        reversal = move._reverse_moves([{"invoice_date": self.today}])
        self.assertEqual(claim.state, "credited", "a draft reverses nothing")
        reversal.action_post()
        self.assertEqual((claim.state, claim.credited_amount), ("answered", 0))
        self.assertEqual(claim.open_amount, 100)
        again = self._refund(claim)
        self.assertNotEqual(again, move)
        again.action_post()
        self.assertEqual((claim.state, claim.credited_amount), ("credited", 100))
        again.button_draft()
        self.assertEqual((claim.state, claim.credited_amount), ("answered", 0))
        again.button_cancel()
        self.assertFalse(claim.credit_ids.filtered("is_live"))
        claim.action_cancel(reason="Given up")
        self.assertEqual((claim.state, claim.open_amount), ("cancelled", 0))

    def test_S17_a_draft_that_is_deleted_can_be_made_again(self):
        claim = self._answered()
        self._refund(claim).unlink()
        self.assertFalse(claim.credit_ids.exists())
        self.assertTrue(self._refund(claim))

    def test_S17_in_the_payers_currency_at_the_documents_rate(self):
        foreign = self.env["res.currency"].create(
            {
                "name": "TCL",
                "symbol": "T",
                "rounding": 0.01,
                "rate_ids": [
                    Command.create(
                        {
                            "name": self.today - relativedelta(days=5),
                            "rate": 4.0,
                            "company_id": self.company.id,
                        }
                    )
                ],
            }
        )
        self.maker.aftersales_claim_currency_id = foreign
        claim = self._answered()
        self.assertEqual((claim.currency_id, claim.claimed_amount), (foreign, 400))
        move = self._refund(claim)
        self.assertEqual((move.currency_id, move.amount_untaxed), (foreign, 400))
        move.invoice_currency_rate = 5.0
        move.invoice_line_ids.price_unit = 390
        move.action_post()
        self.assertEqual(self._balance(self.recovery), -78)
        claim.with_user(self.accountant).action_write_off(reason="Cut")
        self.assertEqual(self._balance(self.write_off), 2, "10 at the document's rate")
        self.assertEqual(claim.state, "credited")

    def test_S17_a_missing_rate_is_never_taken_for_1(self):
        self.maker.aftersales_claim_currency_id = self.env["res.currency"].create(
            {"name": "TNR", "symbol": "N", "rounding": 0.01}
        )
        with self.assertRefused(UserError, "There is no rate of TNR"):
            self._claim()

    def test_S17_a_refund_in_another_currency_is_not_posted(self):
        claim = self._answered()
        move = self._refund(claim)
        move.currency_id = self.env["res.currency"].create(
            {
                "name": "TOC",
                "symbol": "O",
                "rounding": 0.01,
                "rate_ids": [Command.create({"name": self.today, "rate": 2.0})],
            }
        )
        with self.assertRefused(UserError, "enter the bill in the claim's currency"):
            move.action_post()

    def test_S17_tax_of_the_part_is_on_the_refund_also_where_it_is_included(self):
        self.part.supplier_taxes_id = self.env["account.tax"].create(
            {
                "name": "T 10 % included",
                "amount": 10,
                "type_tax_use": "purchase",
                "price_include_override": "tax_included",
                "company_id": self.company.id,
            }
        )
        move = self._refund(self._answered(60))
        self.assertEqual((move.amount_untaxed, move.amount_tax), (60, 6))

    def test_S17_clerks_get_no_accounting_rights(self):
        claim = self._answered()
        for method in ("action_make_refund", "action_match_refund", "action_write_off"):
            with self.subTest(method=method), self.assertRefused(AccessError, "Only accountants"):
                getattr(claim.with_user(self.supervisor), method)()
        self.assertFalse(self.env["account.move"].with_user(self.claims_clerk).has_access("read"))
        with self.assertRaises(AccessError):
            self.env["aftersales.claim.credit"].with_user(self.accountant).create(
                {"claim_id": claim.id, "kind": "write_off", "move_id": 1}
            )

    def test_S17_ageing_of_what_is_owed(self):
        claim = self._submitted()
        claim.sudo().submitted_at = fields.Datetime.now() - relativedelta(days=75, hours=1)
        self.env.flush_all()
        row = (
            self.env["aftersales.claim.ageing"]
            .with_user(self.accountant)
            .search([("partner_id", "=", self.maker.id)])
        )
        self.assertEqual((row.days, row.bucket, row.open_amount), (75, "3", 100))
        claim.action_approve_all()
        claim.action_answer()
        self._refund(claim).action_post()
        self.env.flush_all()
        self.assertFalse(row.search([("partner_id", "=", self.maker.id)]))


@tagged("post_install", "-at_install")
class TestClaimRivals(RivalsCase):
    """Two at once, on two real connections: one share is claimed once (S17)."""

    def _create_data(self, env):
        company = env.ref("base.main_company")
        maker = self._keep(env["res.partner"].create({"name": "T rival maker"}))
        product = self._keep(
            env["product.product"].create({"name": "T rival part", "type": "consu"})
        )
        voucher = self._keep(
            env["aftersales.voucher"].create(
                {
                    "contact_name": "T rival",
                    "company_id": company.id,
                    "line_ids": [Command.create({"product_id": product.id})],
                }
            )
        )
        cover = self._keep(
            env["aftersales.cover"].create(
                {
                    "voucher_line_id": voucher.line_ids.id,
                    "payer": "maker",
                    "payer_partner_id": maker.id,
                    "share": 100,
                    "is_manual": True,
                }
            )
        )
        self.cover_id = cover.id
        claims = self._keep(
            env["aftersales.claim"].create(
                [
                    {
                        "company_id": company.id,
                        "partner_id": maker.id,
                        "currency_id": company.currency_id.id,
                    }
                    for _n in range(2)
                ]
            )
        )
        self.cases = (
            env["aftersales.claim.case"]
            .create([{"claim_id": claim.id} for claim in claims])
            .mapped(lambda case: (case.claim_id.id, case.id))
        )

    def _clean_up(self):
        with self.registry.cursor() as cr:
            claims = tuple(self.created["aftersales.claim"])
            for table in ("line", "case"):
                cr.execute(
                    f"DELETE FROM aftersales_claim_{table} WHERE claim_id IN %s",  # noqa: S608
                    [claims],
                )
            cr.execute("DELETE FROM aftersales_claim WHERE id IN %s", [claims])
            cr.execute("DELETE FROM aftersales_cover WHERE id = %s", [self.cover_id])
            vouchers = tuple(self.created["aftersales.voucher"])
            cr.execute("DELETE FROM aftersales_voucher WHERE id IN %s", [vouchers])
            env = self._get_env(cr)
            env["product.product"].browse(self.created["product.product"]).product_tmpl_id.unlink()
            env["res.partner"].browse(self.created["res.partner"]).unlink()

    @mute_logger("odoo.sql_db")
    def test_S17_one_share_claimed_by_two_at_once_is_claimed_once(self):
        def claim(env, number):
            claim_id, case_id = self.cases[number]
            env["aftersales.claim.line"].create(
                {"claim_id": claim_id, "case_id": case_id, "cover_id": self.cover_id, "name": "T"}
            )
            env.flush_all()

        first, second = self.envs
        claim(first, 0)
        second.cr.execute("SET LOCAL lock_timeout = '200ms'")
        with self.assertRaises(Exception) as waiting, second.cr.savepoint():
            claim(second, 1)
        self.assertEqual(waiting.exception.pgcode, "55P03", "the second waits for the first")
        self._commit(first)
        second.cr.rollback()
        second.clear()
        with self.assertRaises(IntegrityError):
            claim(second, 1)
        second.cr.rollback()
