# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase
from odoo.addons.base.models.ir_cron import IrCron

from ..contract_plan import earn, get_periods, split
from .contract_common import ContractCommon
from .test_collect import CashCommon

CENT = Decimal("0.01")
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@tagged("post_install", "-at_install")
class TestContractPlan(BaseCase):
    """The arithmetic, without a database."""

    @settings(max_examples=60, deadline=None)
    @given(
        first=DAYS,
        length=st.integers(0, 2000),
        months=st.sampled_from([0, 1, 3, 12]),
        cents=st.integers(0, 10**9),
        stop=st.integers(-10, 2010),
    )
    def test_S2_instalments_sum_to_the_price_and_prorating_to_what_is_earned(
        self, first, length, months, cents, stop
    ):
        last = first + timedelta(days=length)
        periods = get_periods(first, last, months)
        self.assertEqual((periods[0].start, periods[-1].end), (first, last))
        for one, following in zip(periods, periods[1:], strict=False):
            self.assertEqual(following.start, one.end + timedelta(days=1), "no gap, no overlap")
        price = cents * CENT
        amounts = split(price, [period.weight for period in periods], CENT)
        self.assertEqual(sum(amounts), price)
        self.assertTrue(all(amount >= 0 for amount in amounts))
        self.assertLessEqual(len(set(amounts[:-1])), 1, "full periods cost the same")
        day = first + timedelta(days=stop)
        earned = [
            earn(amount, period.start, period.end, day, CENT)
            for period, amount in zip(periods, amounts, strict=True)
        ]
        for value, amount, period in zip(earned, amounts, periods, strict=True):
            self.assertTrue(0 <= value <= amount)
            if period.end <= day:
                self.assertEqual(value, amount)
            if period.start > day:
                self.assertEqual(value, 0)

    def test_S2_periods_do_not_slide_to_the_end_of_february(self):
        periods = get_periods(date(2030, 1, 31), date(2031, 1, 30), 1)
        self.assertEqual(len(periods), 12)
        self.assertEqual([period.start.day for period in periods[:4]], [31, 28, 31, 30])
        self.assertEqual(split(Decimal(100), [Decimal(1)] * 3, CENT)[-1], Decimal("33.34"))
        self.assertEqual(
            earn(Decimal(90), date(2030, 4, 1), date(2030, 4, 30), date(2030, 4, 10), CENT), 30
        )


@tagged("post_install", "-at_install")
class TestContractInvoicing(ContractCommon, CashCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind.product_id = cls.labour

    def test_S2_the_plan_is_made_when_the_contract_comes_into_force(self):
        contract = self._active(price=1000, billing_period="monthly", months=14)
        rows = contract.instalment_ids
        self.assertEqual(len(rows), 14)
        self.assertEqual(rows[0].amount, 71.42)
        self.assertEqual(rows[-1].amount, 71.54, "the last one takes the rounding")
        self.assertEqual(rows[1].date_due, date(2030, 2, 1))
        arrears = self._active(
            units=self._unit("T-SERIAL-2"), billing_period="yearly", billing_timing="arrears"
        )
        self.assertEqual(arrears.instalment_ids.date_due, date(2030, 12, 31))
        free = self._active(units=self._unit("T-SERIAL-3"), price=0)
        self.assertFalse(free.instalment_ids)

    def test_S2_what_is_due_is_invoiced_once(self):
        """Two quarters behind: both are caught up, the others wait."""
        start = fields.Date.subtract(fields.Date.today(), months=4)
        contract = self._active(date_from=start)
        due = contract.instalment_ids.filtered("is_due")
        self.assertEqual(len(due), 2)
        self.assertEqual(
            self.env["aftersales.contract.instalment"].search(
                [("is_due", "=", True), ("contract_id", "=", contract.id)]
            ),
            due,
        )
        with patch.object(IrCron, "_commit_progress", lambda *args, **kwargs: 60):
            for _time in range(2):
                self.env["aftersales.contract.instalment"]._cron_create_invoices()
        moves = due.move_id
        self.assertEqual(len(moves), 2)
        self.assertEqual(set(moves.mapped("state")), {"draft"})
        self.assertEqual(moves.mapped("amount_untaxed"), [250, 250])
        self.assertEqual(moves.aftersales_contract_id, contract)
        self.assertEqual(moves.partner_id, self.customer)
        self.assertEqual(moves.invoice_line_ids.product_id, self.labour)
        self.assertEqual(set(due.mapped("state")), {"invoiced"})
        self.assertEqual(contract.amount_planned, 500)
        mine = contract.instalment_ids.with_user(self.accountant)
        with self.assertRefused(UserError, "has its invoice"):
            mine[0].action_create_invoice()
        moves[0].button_cancel()
        self.assertEqual(due[0].state, "planned", "a cancelled draft was no invoice")
        due[1].move_id.unlink()
        self.assertEqual(due[1].state, "planned")

    def test_S2_only_accountants_invoice(self):
        contract = self._active(date_from=fields.Date.today())
        with self.assertRefused(AccessError, "Only an accountant"):
            contract.with_user(self.supervisor).action_create_invoices()
        action = contract.with_user(self.accountant).action_create_invoices()
        self.assertEqual(action["res_id"], contract.instalment_ids.move_id.id)
        with self.assertRefused(UserError, "Use the buttons"):
            contract.instalment_ids.with_user(self.accountant).sudo(False)._check_protected(
                {"amount": 1}
            )

    def test_S2_one_contract_that_fails_holds_up_no_other(self):
        today = fields.Date.today()
        good = self._active(date_from=today)
        bad = self._active(units=self._unit("T-SERIAL-2"), date_from=today)
        instalments = self.env["aftersales.contract.instalment"]
        prepare = type(instalments)._prepare_invoice_vals

        def refuse(row):
            if row.contract_id == bad:
                raise UserError(row.env._("No tax here"))
            return prepare(row)

        with (
            patch.object(type(instalments), "_prepare_invoice_vals", refuse),
            patch.object(IrCron, "_commit_progress", lambda *args, **kwargs: 60),
        ):
            instalments._cron_create_invoices()
        self.assertEqual(good.instalment_ids[0].state, "invoiced")
        self.assertEqual(bad.instalment_ids[0].state, "planned")
        self.assertIn("No tax here", bad.message_ids[:1].body)

    def test_S2_early_end_credits_what_is_not_earned(self):
        """Quarters of 250: ends after 46 of 91 days of the second, which is posted."""
        contract = self._active(price=1000)
        first, second, third, fourth = contract.instalment_ids
        (first + second)._create_invoices().action_post()
        third._create_invoices()
        draft = third.move_id
        self.assertEqual(contract._get_not_earned(date(2030, 5, 16)), 623.63)
        contract._end(date(2030, 5, 16), "Sold", agreed=True)
        self.assertEqual(first.state, "invoiced")
        # 250 × 46 ÷ 91 = 126.37 earned
        self.assertEqual((second.amount_credit, second.state), (123.63, "credited"))
        self.assertEqual((third.state, fourth.state), ("dropped", "dropped"))
        self.assertEqual(draft.state, "cancel")
        credit = second.credit_move_id
        self.assertEqual((credit.move_type, credit.state), ("out_refund", "draft"))
        self.assertEqual(credit.amount_untaxed, 123.63)
        self.assertEqual(credit.reversed_entry_id, second.move_id)
        with self.assertRefused(UserError, "was dropped"):
            third.with_user(self.accountant).action_create_invoice()
        credit.unlink()
        self.assertEqual(second.state, "credit")
        second.with_user(self.accountant).action_create_credit_note()
        self.assertEqual(second.credit_move_id.amount_untaxed, 123.63)

    def test_S2_early_end_in_arrears_shortens_the_plan(self):
        contract = self._active(price=1000, billing_timing="arrears")
        contract._end(date(2030, 5, 16), "Sold", agreed=True)
        rows = contract.instalment_ids.sorted("date_from")
        self.assertEqual(rows.mapped("state"), ["planned", "planned", "dropped", "dropped"])
        self.assertEqual(rows[1].amount, 126.37)
        self.assertEqual(rows[1].date_due, date(2030, 5, 16))
        self.assertEqual(rows[1].amount_agreed, 250)
        self.assertFalse(rows.credit_move_id)

    def test_S2_profit_counts_what_is_posted_and_credited(self):
        contract = self._active(price=1000)
        moves = contract.instalment_ids[:2]._create_invoices()
        self.assertEqual(contract.profit, 0, "drafts are no income")
        moves.action_post()
        contract.invalidate_recordset()
        self.assertEqual((contract.income, contract.profit), (500, 500))
        reversal = moves[0]._reverse_moves([{"invoice_date": moves[0].invoice_date}])
        reversal.action_post()
        contract.invalidate_recordset()
        self.assertEqual(contract.income, 250)


@tagged("post_install", "-at_install")
class TestContractRivals(RivalsCase):
    """Two at once, on two real connections: who invoices, and who draws the last visit."""

    def _create_data(self, env):
        company = env.ref("base.main_company")
        partner = self._keep(env["res.partner"].create({"name": "T rival"}))
        product = self._keep(
            env["product.product"].create(
                {
                    "name": "T rival",
                    "type": "consu",
                    "is_storable": True,
                    "tracking": "serial",
                    "company_id": company.id,
                }
            )
        )
        lot = self._keep(env["stock.lot"].create({"name": "T-RIVAL", "product_id": product.id}))
        kind = self._keep(env["aftersales.contract.kind"].create({"name": "T rival"}))
        contract = env["aftersales.contract"].create(
            {
                "company_id": company.id,
                "partner_id": partner.id,
                "kind_id": kind.id,
                "date_from": fields.Date.today(),
                "price": 100,
                "unit_ids": [fields.Command.create({"lot_id": lot.id})],
                "service_ids": [fields.Command.create({"quantity": 1})],
            }
        )
        contract._activate()
        self.contract_id = contract.id

    def _clean_up(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM aftersales_contract WHERE id = %s", [self.contract_id])
            env = self._get_env(cr)
            env["mail.message"].search(
                [("model", "=", "aftersales.contract"), ("res_id", "=", self.contract_id)]
            ).unlink()
            for model in reversed(self.created):
                env[model].browse(self.created[model]).unlink()

    @mute_logger("odoo.sql_db")
    def test_S2_the_last_visit_is_drawn_once(self):
        balances = [
            env["aftersales.contract"].browse(self.contract_id).balance_ids for env in self.envs
        ]
        self.assertEqual([balance.drawn for balance in balances], [0, 0])
        balances[0]._draw(1)
        self._assert_rival_waits_and_fails(self.envs[0], lambda: balances[1]._draw(1))
        self.envs[1].cr.rollback()
        self.envs[1].invalidate_all()
        self.assertEqual(balances[1].remaining, 0, "tried again, it finds it used")

    @mute_logger("odoo.sql_db")
    def test_S2_an_instalment_is_invoiced_once(self):
        rows = [
            env["aftersales.contract"].browse(self.contract_id).instalment_ids for env in self.envs
        ]
        made = []

        def create(moves, vals_list):
            made.extend(vals_list)
            return moves.browse([None] * len(vals_list))

        moves = type(self.env["account.move"])
        company = type(self.env["res.company"])
        with (
            patch.object(moves, "create", create),
            patch.object(company, "_check_aftersales_accounting", lambda company: None),
        ):
            self.assertEqual([row.state for row in rows], ["planned", "planned"])
            rows[0]._create_invoices()
            self._assert_rival_waits_and_fails(self.envs[0], rows[1]._create_invoices)
        self.assertEqual(len(made), 1)
