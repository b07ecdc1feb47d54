# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from unittest.mock import patch

import psycopg2
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from .outlet_common import OCTOBER, SEPTEMBER, OutletCommon, golden_fees

NOVEMBER = date(2026, 11, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-12-05 10:00:00")
class TestOutletSettlement(OutletCommon):
    """S10: from finished jobs to one posted bill, each job once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.make_accountant()

    def test_S10_golden_fees(self):
        """S10-fees, through fees by kind, the grade, a penalty, the settlement and its bill."""
        case = golden_fees()
        given_, expect = case["given"], case["expect"]
        self.grades["B"].coefficient = float(given_["coefficient"])
        self.give_grade(self.agent, "B")
        kinds = ("repair", "installation", "maintenance")
        for kind, job in zip(kinds, given_["jobs"], strict=True):
            self.make_fee(job["fee"], kind=kind)
            self.make_outlet_job(kind=kind)
        for amount in given_["penalties"]:
            self.make_penalty(amount)
        settlement = self.settle()
        lines = [float(amount) for amount in expect["lines"]]
        self.assertEqual(self.amounts(settlement), lines)
        self.assertEqual(settlement.amount_total, float(expect["bill"]))
        self.accept(settlement).with_user(self.accountant).action_post()
        bill = settlement.move_id
        self.assertEqual((bill.move_type, bill.state), ("in_invoice", "posted"))
        self.assertEqual(bill.invoice_line_ids.mapped("price_subtotal"), lines)
        self.assertEqual(bill.amount_untaxed, float(expect["bill"]))
        self.assertEqual(bill.journal_id, self.journal)
        self.assertEqual(bill.partner_id, self.vendor)
        self.assertEqual(bill.invoice_line_ids.product_id, self.service)
        self.assertEqual(settlement.state, "posted")

    def test_S10_most_particular_fee_of_the_day_and_distance(self):
        """Outlet before kind before type; the band reached; the date; half-open bands."""
        area = self.env["aftersales.area"].create({"name": "Far", "code": "KPI-FAR"})
        below = self.env["aftersales.area"].create(
            {"name": "Farther", "code": "KPI-FRR", "parent_id": area.id}
        )
        self.env["aftersales.outlet.distance"].create(
            {"outlet_id": self.agent.id, "area_id": area.id, "distance": 30}
        )
        self.make_fee(10)
        self.make_fee(11, date_from=date(2026, 9, 15))
        self.make_fee(20, kind="repair")
        self.make_fee(30, kind="repair", distance_from=30)
        self.make_fee(35, kind="repair", distance_from=50, date_to=date(2026, 9, 9))
        self.make_fee(40, kind="repair", service_type="C")
        self.make_fee(90, outlet_id=self.agent.id, kind="training")
        cases = (
            ({"kind": "inspection"}, 10),
            ({"kind": "inspection", "done": datetime(2026, 9, 15, 8)}, 11),
            ({"outlet_distance": 29.99}, 20),
            ({"outlet_distance": 30}, 30),
            ({"area_id": below.id}, 30),
            ({"outlet_distance": 60}, 30),
            ({"outlet_distance": 60, "done": datetime(2026, 9, 9, 8)}, 35),
            ({"service_type": "C", "service_type_reason": "Kind"}, 40),
            ({"kind": "training"}, 90),
        )
        expected = {self.make_outlet_job(**vals): fee for vals, fee in cases}
        settlement = self.settle()
        found = {line.voucher_id: line.fee for line in settlement.line_ids}
        self.assertEqual(found, expected)

    def test_S10_grade_of_the_jobs_day(self):
        """A job is paid by the grade that the outlet had on its day, not by today's."""
        self.make_fee(100)
        self.give_grade(self.agent, "A")
        self.give_grade(self.agent, "D", date(2026, 9, 10))
        for day in (9, 10):
            self.make_outlet_job(done=datetime(2026, 9, day, 12))
        settlement = self.settle()
        self.assertEqual(self.amounts(settlement), [100.0, 50.0])
        self.assertEqual(self.agent.grade, "D")

    def test_S10_month_by_the_companys_time_zone(self):
        self.make_fee(10)
        self.company.partner_id.tz = "Asia/Shanghai"
        inside = self.make_outlet_job(done=datetime(2026, 8, 31, 16, 30))
        outside = self.make_outlet_job(done=datetime(2026, 9, 30, 16, 30))
        settlement = self.settle()
        self.assertEqual(settlement.line_ids.voucher_id, inside)
        self.assertEqual(settlement.line_ids.day, SEPTEMBER)
        later = self.settle(OCTOBER)
        self.assertEqual(later.line_ids.voucher_id, outside)

    def test_S10_late_jobs_come_with_the_next_settlement_once(self):
        self.make_fee(10)
        self.make_outlet_job()
        first = self.settle()
        self.accept(first).with_user(self.accountant).action_post()
        late = self.make_outlet_job(done=datetime(2026, 9, 28))
        before_us = self.make_outlet_job(done=datetime(2026, 8, 30))
        second = self.settle(OCTOBER)
        self.assertEqual(second.line_ids.voucher_id, late)
        self.assertNotIn(before_us, second.line_ids.voucher_id)
        self.assertFalse(self.settle(NOVEMBER).line_ids)

    def test_S10_judged_again_comes_as_a_difference_once(self):
        """Rework, a callback and a later grade change what a settled job is worth."""
        self.make_fee(100)
        share = self.env["aftersales.outlet.fee.share"]
        share.create(
            [
                {"judgement": key, "percent": percent, "company_id": self.company.id}
                for key, percent in (("rework", 0), ("bad_attitude", 40))
            ]
        )
        rework, rude, same, regraded = (
            self.make_outlet_job(done=datetime(2026, 9, day, 12)) for day in (5, 6, 7, 20)
        )
        first = self.settle()
        self.assertEqual(first.amount_total, 400)
        self.accept(first).with_user(self.accountant).action_post()
        rework._write_step({"rework_of_id": same.id})
        self.env["aftersales.callback"].create(
            {"voucher_id": rude.id, "outcome": "bad_attitude", "called_at": datetime(2026, 10, 2)}
        )
        self.give_grade(self.agent, "D", date(2026, 9, 15))
        second = self.settle(OCTOBER)
        self.assertFalse(second, "corrections alone open no settlement")
        self.make_outlet_job(done=datetime(2026, 10, 3))
        second = self.settle(OCTOBER)
        corrections = second.line_ids.filtered(lambda line: line.kind == "correction")
        self.assertEqual(
            {line.voucher_id: line.amount for line in corrections},
            {rework: -100, rude: -60, regraded: -50},
        )
        self.assertEqual(corrections.origin_line_id.settlement_id, first)
        self.make_outlet_job(done=datetime(2026, 11, 3))
        third = self.settle(NOVEMBER)
        self.assertEqual(third.line_ids.mapped("kind"), ["job"], "they wait in the second")
        self.accept(second).with_user(self.accountant).action_post()
        third.with_user(self.manager).action_compute()
        self.assertEqual(third.line_ids.mapped("kind"), ["job"], "and were taken by it")

    def test_S10_rework_of_anothers_job_is_paid(self):
        self.make_fee(100)
        other = self.make_agent("Hills", "KPI-H", self.make_vendor("Hills"))
        botched = self.make_outlet_job(other)
        mended = self.make_outlet_job(done=datetime(2026, 9, 12))
        mended._write_step({"rework_of_id": botched.id})
        self.assertEqual(self.settle().amount_total, 100)

    def test_S10_jobs_without_a_fee_stop_the_settlement(self):
        job = self.make_outlet_job()
        settlement = self.settle()
        self.assertEqual((settlement.unpriced_count, settlement.amount_total), (1, 0))
        with self.assertRaisesRegex(UserError, job.display_name):
            settlement.with_user(self.manager).action_send()
        self.make_fee(0)
        settlement.with_user(self.manager).action_compute()
        settlement.with_user(self.manager).action_send()
        self.assertEqual(settlement.state, "sent")

    def test_S10_month_must_be_over(self):
        self.make_fee(10)
        self.make_outlet_job(done=datetime(2026, 12, 2))
        settlement = self.settle(date(2026, 12, 5))
        with self.assertRaisesRegex(UserError, "not over"):
            settlement.with_user(self.manager).action_send()

    def test_S10_own_outlets_are_internal_figures(self):
        self.make_fee(10)
        self.make_job(self.tech)
        settlement = self.settle(outlets=self.outlet)
        self.assertTrue(settlement.is_internal)
        with self.assertRaisesRegex(UserError, "internal"):
            settlement.with_user(self.manager).action_send()
        settlement.with_user(self.manager).action_close()
        with self.assertRaises(UserError):
            settlement.with_user(self.accountant).action_post()
        self.assertEqual((settlement.state, settlement.amount_total), ("closed", 10))
        self.assertFalse(settlement.move_id)
        self.assertFalse(self.settle(OCTOBER, self.outlet), "settled for good")

    def test_S10_objections_are_answered_line_by_line(self):
        self.make_fee(10)
        for _n in range(3):
            self.make_outlet_job()
        settlement = self.settle()
        settlement.with_user(self.manager).action_send()
        Objection = self.env["aftersales.outlet.objection"]
        objections = [
            Objection._raise(settlement, f"Wrong {n}", line, self.vendor)
            for n, line in enumerate(settlement.line_ids[:2])
        ]
        with self.assertRaisesRegex(UserError, "already"):
            Objection._raise(settlement, "Again", settlement.line_ids[0])
        with self.assertRaisesRegex(UserError, "2 objections"):
            settlement.with_user(self.manager).action_accept()
        with self.assertRaises(AccessError):
            objections[0].with_user(self.accountant).answer = "No"
        first, second = (one.with_user(self.manager) for one in objections)
        with self.assertRaisesRegex(UserError, "answer"):
            first.action_accept()
        first.write({"answer": "Right, it took a day", "agreed_amount": 25})
        first.action_accept()
        second.answer = "No: see the photo"
        second.action_reject()
        self.assertEqual(self.amounts(settlement), [25, 10, 10])
        self.assertEqual(settlement.amount_total, 45)
        with self.assertRaises(UserError):
            second.answer = "Well, yes"
        settlement.with_user(self.manager).action_accept()
        settlement.with_user(self.accountant).action_post()
        self.assertEqual(settlement.move_id.amount_untaxed, 45)
        self.make_outlet_job(done=datetime(2026, 10, 3))
        self.assertEqual(self.settle(OCTOBER).amount_total, 10, "what was agreed stays agreed")

    def test_S10_penalties_above_fees_make_a_credit_note(self):
        self.make_fee(10)
        self.make_outlet_job()
        penalty = self.make_penalty(30)
        settlement = self.settle()
        self.assertEqual(penalty.settlement_id, settlement)
        with self.assertRaises(UserError):
            penalty.with_user(self.manager).action_cancel()
        with self.assertRaises(UserError):
            penalty.amount = 3
        self.accept(settlement).with_user(self.accountant).action_post()
        bill = settlement.move_id
        self.assertEqual((bill.move_type, bill.amount_untaxed), ("in_refund", 20))
        self.assertEqual(bill.invoice_line_ids.mapped("price_subtotal"), [-10, 30])

    def test_S10_penalty_needs_case_or_evidence_of_that_outlet(self):
        vals = {"outlet_id": self.agent.id, "amount": 5, "reason": "Rude"}
        bare = self.env["aftersales.outlet.penalty"].create(vals)
        with self.assertRaisesRegex(UserError, "evidence"):
            bare.action_confirm()
        with self.assertRaises(ValidationError):
            bare.voucher_id = self.make_job(self.tech)
        with self.assertRaises(UserError):
            bare.with_user(self.manager).state = "confirmed"

    def test_S10_posted_once_and_cancelled_by_reversal(self):
        """Posting again does nothing; a reversal, by whatever button, frees jobs and penalties."""
        self.make_fee(10)
        job = self.make_outlet_job()
        penalty = self.make_penalty(4)
        settlement = self.accept(self.settle())
        poster = settlement.with_user(self.accountant)
        poster.action_post()
        bill = settlement.move_id
        poster.action_post()
        self.assertEqual(settlement.move_id, bill)
        for change in (bill.button_draft, bill.button_cancel, bill.unlink):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        part = bill._reverse_moves([{"invoice_date": date(2026, 12, 5)}])
        part.invoice_line_ids[0].price_unit = 1
        with self.assertRaisesRegex(UserError, "as a whole"), self.env.cr.savepoint():
            part.action_post()
        part.unlink()
        poster._cancel_posted("Wrong fees")
        self.assertEqual(settlement.state, "cancelled")
        self.assertEqual(settlement.reversal_id.reversed_entry_id, bill)
        self.assertEqual(bill.payment_state, "reversed")
        again = self.settle()
        self.assertNotEqual(again, settlement)
        self.assertEqual(again.line_ids.voucher_id, job)
        self.assertEqual(again.line_ids.penalty_id, penalty)

    def test_S10_posting_needs_an_accountant_of_settlements(self):
        self.make_fee(10)
        self.make_outlet_job()
        settlement = self.accept(self.settle())
        with self.assertRaises(AccessError):
            settlement.with_user(self.manager).action_post()
        plain = self.make_user("kpi_plain_accountant", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            settlement.with_user(plain).action_post()
        self.company.outlet_fee_journal_id = False
        with self.assertRaisesRegex(UserError, "Journal of Outlets"):
            settlement.with_user(self.accountant).action_post()

    def test_S10_nothing_is_typed(self):
        self.make_fee(10)
        self.make_outlet_job()
        settlement = self.settle()
        manager = settlement.with_user(self.manager)
        for vals in ({"state": "accepted"}, {"amount_total": 1}, {"move_id": False}):
            with self.assertRaises(UserError):
                manager.write(vals)
            with self.assertRaises(UserError):
                settlement.write(vals)
        with self.assertRaises(UserError):
            settlement.line_ids.amount = 1000
        with self.assertRaises(UserError):
            self.Settlement.with_user(self.manager).with_context(
                **{settlement._get_step_key(): True}
            ).create({"outlet_id": self.agent.id})
        self.accept(settlement)
        with self.assertRaises(UserError):
            settlement.unlink()

    def test_S10_fees_that_jobs_were_settled_by_do_not_change(self):
        fee = self.make_fee(10)
        self.make_outlet_job()
        self.accept(self.settle()).with_user(self.accountant).action_post()
        for change in (lambda: fee.write({"amount": 12}), fee.unlink):
            with self.assertRaisesRegex(ValidationError, "last day"):
                change()
        fee.date_to = date(2026, 9, 30)

    @mute_logger("odoo.sql_db")
    def test_S10_the_database_settles_a_job_once(self):
        self.make_fee(10)
        job = self.make_outlet_job()
        settlement = self.settle()
        rows = self.Settlement._get_job_rows(self.company, settlement.ids)
        self.assertEqual(self.env.execute_query(rows), [])
        with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            settlement.line_ids._with_step().create(
                {"settlement_id": settlement.id, "kind": "job", "voucher_id": job.id}
            )

    def test_S10_taxes_and_fiscal_position(self):
        """The company's choice, mapped by the vendor's position; prices with tax stay without."""
        country = self.env.ref("base.us")
        self.company.write({"country_id": country.id, "account_fiscal_country_id": country.id})
        group = self.env["account.tax.group"].create(
            {"name": "KPI", "company_id": self.company.id, "country_id": country.id}
        )
        tax, mapped = self.env["account.tax"].create(
            [
                {
                    "name": name,
                    "amount": 10,
                    "type_tax_use": "purchase",
                    "company_id": self.company.id,
                    "price_include_override": include,
                    "country_id": country.id,
                    "tax_group_id": group.id,
                }
                for name, include in (("KPI 10", "tax_excluded"), ("KPI 10 in", "tax_included"))
            ]
        )
        position = self.env["account.fiscal.position"].create(
            {"name": "KPI abroad", "company_id": self.company.id, "country_id": country.id}
        )
        mapped.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(tax.id)],
            }
        )
        self.company.outlet_fee_tax_ids = tax
        self.vendor.with_company(self.company).property_account_position_id = position
        self.make_fee(100)
        self.make_outlet_job()
        settlement = self.accept(self.settle())
        settlement.with_user(self.accountant).action_post()
        bill = settlement.move_id
        self.assertEqual(bill.invoice_line_ids.tax_ids, mapped)
        self.assertEqual((bill.amount_untaxed, bill.amount_total), (100, 110))

    def test_S10_outlets_in_another_currency(self):
        """Paid by the fees in its currency, billed in it; no rate comes in."""
        foreign = self.env["res.currency"].create({"name": "KPJ", "symbol": "J", "rounding": 1.0})
        abroad = self.make_agent(
            "Abroad", "KPI-J", self.make_vendor("Abroad"), fee_currency_id=foreign.id
        )
        self.make_fee(10)
        self.make_fee(1555, currency_id=foreign.id)
        self.give_grade(abroad, "B")
        self.make_outlet_job(abroad)
        penalty = self.make_penalty(100, abroad)
        self.assertEqual(penalty.currency_id, foreign)
        settlement = self.settle(outlets=abroad)
        self.assertEqual(settlement.currency_id, foreign)
        self.assertEqual(self.amounts(settlement), [1400, -100], "1399.5 half up, no decimals")
        self.env["res.currency.rate"].create(
            {
                "name": date(2026, 1, 1),
                "currency_id": foreign.id,
                "rate": 100,
                "company_id": self.company.id,
            }
        )
        self.accept(settlement).with_user(self.accountant).action_post()
        bill = settlement.move_id
        self.assertEqual((bill.currency_id, bill.amount_untaxed), (foreign, 1300))
        with self.assertRaisesRegex(ValidationError, "KPJ"):
            self.make_fee(3, outlet_id=abroad.id)

    def test_S10_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "KPI Other"})
        self.make_fee(10)
        self.make_outlet_job()
        settlement = self.settle()
        stranger = self.make_user("kpi_stranger", "aftersales_kpi.group_kpi_manager")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        Settlement = self.Settlement.with_user(stranger)
        self.assertFalse(Settlement.search([("id", "=", settlement.id)]))
        with self.assertRaises(AccessError):
            settlement.with_user(stranger).read(["amount_total"])
        self.assertFalse(Settlement._generate(other, SEPTEMBER))

    def test_S10_cron_posts_in_chunks_and_says_why_one_stopped(self):
        self.make_fee(10)
        agents = self.agent
        for n in range(3):
            agents |= self.make_agent(f"A{n}", f"KPI-A{n}", self.make_vendor(f"A{n}"))
        for agent in agents:
            self.make_outlet_job(agent)
        settlements = self.accept(self.settle(outlets=agents))
        self.env["ir.config_parameter"].set_param("aftersales_kpi.posting_chunk", "2")
        settlements.with_user(self.accountant).action_post()
        self.assertEqual(set(settlements.mapped("state")), {"posting"})
        # The vendor of one is not usable any more.
        broken = settlements[1]
        broken.partner_id.active = False
        prepare = type(self.Settlement)._prepare_bill_vals

        def refuse(settlement):
            if settlement == broken:
                raise UserError(settlement.env._("This vendor is blocked"))
            return prepare(settlement)

        progress = []
        with (
            patch.object(type(self.Settlement), "_prepare_bill_vals", refuse),
            patch.object(
                IrCron,
                "_commit_progress",
                lambda _self, processed=0, **kwargs: progress.append(processed) or 1,
            ),
        ):
            self.Settlement._cron_post_settlements()
        self.assertEqual(progress, [0, 2, 2])
        self.assertEqual((settlements - broken).mapped("state"), ["posted"] * 3)
        self.assertEqual(broken.state, "posting")
        self.assertIn("blocked", broken.posting_error)
        broken.with_user(self.accountant).action_post()
        self.assertEqual((broken.state, broken.posting_error), ("posted", False))
        self.assertEqual(len(settlements.move_id), 4)

    def test_S10_queries_do_not_grow_with_jobs_and_outlets(self):
        self.make_fee(10)
        agents = self.agent
        for n in range(4):
            agents |= self.make_agent(f"Q{n}", f"KPI-Q{n}", self.make_vendor(f"Q{n}"))
        for agent in agents:
            self.make_outlet_job(agent)

        def count(outlets, month):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.settle(month, outlets)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(self.agent, SEPTEMBER)  # caches
        for agent in agents:
            for day in (3, 4, 5):
                self.make_outlet_job(agent, done=datetime(2026, 10, day))
        one = count(self.agent, OCTOBER)
        many = count(agents, OCTOBER)
        self.assertLessEqual(many, one + 8)

    @given(st.lists(st.integers(1, 99999), min_size=1, max_size=4), st.integers(0, 300))
    @settings(max_examples=5, deadline=None)
    def test_S10_total_is_the_sum_of_lines_rounded_half_up(self, cents, coefficient):
        """Property: each line is fee × coefficient half up, and their sum is the total."""
        with self.env.cr.savepoint() as savepoint:
            self.grades["B"].coefficient = coefficient / 100
            self.give_grade(self.agent, "B")
            kinds = ("repair", "installation", "maintenance", "inspection")
            for kind, fee in zip(kinds, cents, strict=False):
                self.make_fee(fee / 100, kind=kind)
                self.make_outlet_job(kind=kind)
            settlement = self.settle()
            exact = [fee * coefficient for fee in cents]
            expected = sorted((value + 50) // 100 / 100 for value in exact)
            self.assertEqual(sorted(self.amounts(settlement)), expected)
            self.assertAlmostEqual(settlement.amount_total, sum(expected), 2)
            savepoint.rollback()
            self.env.invalidate_all()
