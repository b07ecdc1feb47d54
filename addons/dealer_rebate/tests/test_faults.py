# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
from decimal import Decimal
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestMerge(RebateCommon):
    """Two dealers become one at the worst moments (R15): nothing is lost, nothing paid twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = cls._create_table([(0, 5), (1000, 10)])
        cls.agreement = cls._create_agreement(cls.table)
        cls._invoice(cls.dealer, "2026-02-01", 800)
        cls._invoice(cls.dealer_2, "2026-02-01", 400)

    def _merge(self, kept, gone):
        """Odoo's wizard, as the contact manager presses it."""
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .sudo()
            .with_context(active_model="res.partner", active_ids=(kept | gone).ids)
            .create({})
        )
        wizard.dst_partner_id = kept
        wizard.action_merge()
        self.assertFalse(gone.exists())

    def _release_and_post(self, settlement):
        settlement.action_review()
        settlement.action_post()

    def _assert_settled(self, total):
        """All settlements together paid the total to the dealer that is left; the books add up."""
        lines = self.agreement.settlement_ids.line_ids.filtered(lambda line: line.state == "posted")
        self.assertEqual(sum(lines.mapped("amount")), total)
        self.assertEqual(sum(self._paid(s) for s in self.agreement.settlement_ids), total)
        self.assertEqual(lines.partner_id, self.dealer)
        self._assert_ledger(self.agreement)
        again = self._settle(self.agreement, max(self.agreement.settlement_ids.mapped("date_to")))
        self.assertEqual(self._paid(again), 0)
        self._assert_ledger(self.agreement)

    def test_R15_merged_between_settlements(self):
        """R15: what both were paid counts for the one; the higher tier of both pays the rest."""
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31")), 60)
        self._merge(self.dealer, self.dealer_2)
        again = self._settle(self.agreement, "2026-03-31")
        line = again.line_ids
        self.assertEqual((line.earned, line.settled_before, line.amount), (120, 60, 60))
        self._assert_settled(120)

    def test_R15_merged_between_computing_and_posting(self):
        """R15: what was computed for two is not what one earns: computed again, then posted."""
        settlement = self._compute(self.agreement, "2026-03-31")
        settlement.action_review()
        self._merge(self.dealer, self.dealer_2)
        with self.assertRaisesRegex(UserError, "INV/(.|\n)*changed since(.|\n)*Compute it again"):
            settlement.action_post()
        settlement.action_compute()
        self.assertEqual(settlement.line_ids.mapped("amount"), [120])
        self._release_and_post(settlement)
        self.assertEqual(len(settlement.line_ids.credit_note_id), 1)
        self._assert_settled(120)

    def _post_first_chunk(self):
        """A settlement of which one dealer is posted and the other one is still to come."""
        self.env["ir.config_parameter"].sudo().set_param("dealer_rebate.posting_chunk", 1)
        settlement = self._compute(self.agreement, "2026-03-31")
        self._release_and_post(settlement)
        settlement._post_next_chunk()
        self.assertEqual((settlement.state, settlement.open_dealer_count), ("posting", 1))
        posted = settlement.line_ids.filtered(lambda line: line.state == "posted")
        return settlement, posted.partner_id

    def _go_on(self, settlement):
        with patch.object(IrCron, "_commit_progress", lambda *_args, **_kwargs: 60):
            self.env["rebate.settlement"].sudo()._cron_post_settlements()
        self.assertEqual(settlement.state, "posted", settlement.posting_error)

    def test_R15_merged_half_way_through_the_posting(self):
        """R15: the posted one swallows the other, or is swallowed: the next chunk goes on."""
        settlement, posted = self._post_first_chunk()
        self.assertEqual(posted, self.dealer)
        self._merge(self.dealer, self.dealer_2)
        self._go_on(settlement)
        self.assertEqual(self._paid(settlement), 60)
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31")), 60)
        self._assert_settled(120)

    def test_R15_merged_into_the_one_still_to_be_posted(self):
        """R15: the same, the other way round."""
        settlement, _posted = self._post_first_chunk()
        kept, self.dealer = self.dealer_2, self.dealer
        self._merge(kept, self.dealer)
        self.dealer = kept
        self._go_on(settlement)
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31")), 60)
        self._assert_settled(120)

    def test_R15_merged_half_way_and_computed_again(self):
        """R15: who has its credit note gets no second one in this settlement, but in the next."""
        settlement, _posted = self._post_first_chunk()
        self._merge(self.dealer, self.dealer_2)
        settlement.action_compute()
        self._release_and_post(settlement)
        self.assertEqual((settlement.state, self._paid(settlement)), ("posted", 40))
        self.assertEqual(self._paid(self._settle(self.agreement, "2026-03-31")), 80)
        self._assert_settled(120)

    def test_R14_merged_with_a_carried_balance(self):
        """R14: what one owes is taken off what the other one earns."""
        table = self._create_table([(0, 5)], open_below=True)
        self.agreement = self._create_agreement(table, name="With returns")
        self._invoice(self.dealer_2, "2026-02-10", -1000)
        first = self._settle(self.agreement, "2026-03-31")
        self.assertEqual((self._paid(first), first.amount_carried), (40, -30))
        self._merge(self.dealer, self.dealer_2)
        self._invoice(self.dealer, "2026-05-01", 2000)
        second = self._settle(self.agreement, "2026-06-30")
        # The first quarter's 200 earn 10, of which 40 were paid; the second's 2000 earn 100.
        self.assertEqual(self._paid(second), 70)
        self._assert_settled(110)

    def test_R12_merged_members_go_on(self):
        """R12: both were members; the one that is left is paid once, and a new version follows."""
        agreement = self._create_agreement(
            self.table,
            name="Members",
            dealer_scope="member",
            member_ids=[
                Command.create({"partner_id": self.dealer.id, "date_to": "2026-06-30"}),
                Command.create({"partner_id": self.dealer_2.id, "date_from": "2026-01-15"}),
            ],
        )
        self.agreement.action_close()
        self.agreement = agreement
        self._merge(self.dealer, self.dealer_2)
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 120)
        self._assert_settled(120)
        version = agreement._copy_as_version(agreement.date_start)
        self.assertEqual(version.member_ids.partner_id, self.dealer)
        # The days of both, where they overlap in one line.
        days = agreement.member_ids.mapped(lambda member: (member.date_from, member.date_to))
        self.assertEqual(days, [(False, False)])

    def test_R12_merged_dealers_of_a_draft(self):
        """R12: a draft that named both can be saved, activated and settled for the one."""
        draft = self._create_agreement(self.table, name="Draft", activate=False, period="half")
        self._merge(self.dealer, self.dealer_2)
        with Form(draft) as form:
            form.name = "Draft after the merge"
        draft.action_activate()
        self.assertEqual(draft.partner_ids, self.dealer)
        self.assertEqual(self._paid(self._settle(draft, "2026-06-30")), 120)


@tagged("post_install", "-at_install")
class TestTables(RebateCommon):
    """Tables and terms that make no sense, offered by file and to an agreement (R12)."""

    def _load(self, *rows, **fields_):
        """Odoo's own import of a table with rows ``(from, value)``; its messages."""
        names = ["name", *fields_, "line_ids/from_value", "line_ids/value"]
        cells = [["Imported", *fields_.values()]]
        cells += [["", *[""] * len(fields_)] for _row in rows[1:]]
        result = self.env["rate.table"].load(
            names, [[*start, *row] for start, row in zip(cells, rows, strict=True)]
        )
        return result["ids"], " ".join(message["message"] for message in result["messages"])

    @mute_logger("odoo.sql_db")
    def test_R12_bad_tables_are_not_imported(self):
        """R12: overlaps, what is no number and what is too large: a sentence, and no table."""
        cases = (
            ("same bound", (("0", "5"), ("0", "7"))),
            ("ordinary number", (("NaN", "5"), ("100", "7"))),
            ("ordinary number", (("0", "5"), ("100", "inf"))),
            ("ordinary number", (("0", "5"), ("1e400", "7"))),
            ("too large", (("0", "1e308"), ("100", "7"))),
            ("too large", (("0", "5"), ("1e15", "7"))),
            ("does not seem to be a number", (("0", "five"),)),
        )
        for message, rows in cases:
            with self.subTest(rows):
                ids, text = self._load(*rows)
                self.assertFalse(ids)
                self.assertIn(message, text)
        self.assertFalse(self.env["rate.table"].search([("name", "=", "Imported")]))

    def test_R12_imported_rows_have_no_gaps(self):
        """R12: rows in any order, with any distance: each figure has one row, none falls between.

        Only "from" is stored: a gap cannot be written down, and a first bound below 0 is a bound.
        """
        ids, text = self._load(("5000", "7"), ("-100", "1"), ("1000", "5"))
        self.assertFalse(text)
        table = self.env["rate.table"].browse(ids)
        figures = ["-100.01", "-100", "999.99", "1000", "4999.99", "5000", "999999999999.99"]
        rates = [result.rate for result in table.evaluate([Decimal(f) for f in figures])]
        self.assertEqual(rates, [0, 1, 1, 5, 5, 7, 7])

    def test_R12_negative_rates_are_no_rebate(self):
        """R12: a row that takes money from dealers does not come into force."""
        agreement = self._create_agreement(self._create_table([(0, 5), (1000, -5)]), activate=False)
        with self.assertRaisesRegex(UserError, "negative value(.|\n)*Correct the row"):
            agreement.action_activate()
        self.assertEqual(agreement.state, "draft")

    def test_R12_terms_are_ordinary_numbers(self):
        """R12: sums, caps, thresholds and points that no amount could hold are refused."""
        component = self._create_agreement(self._percent(5), activate=False).component_ids
        metric = self.env["rebate.metric"].create({"name": "Score", "code": "score"})
        condition = {"component_id": component.id, "metric_id": metric.id}
        for number in (float("nan"), float("inf"), -float("inf"), 1e15, 1e308, "NaN", "much"):
            for name in ("fixed_amount", "cap_amount", "life_cap", "growth_baseline", "life_years"):
                with self.subTest(name, number=number):
                    with self.assertRaisesRegex(ValidationError, "an ordinary number"):
                        component[name] = number if name != "life_years" else 2**31
                    with self.assertRaisesRegex(ValidationError, "an ordinary number"):
                        component.write({name: number})
            for model, vals in (
                (
                    "rebate.component.limit",
                    {"component_id": component.id, "grade": "A", "amount": number},
                ),
                ("rebate.gate", condition | {"threshold": number}),
                ("rebate.adjustment", condition | {"points": number}),
            ):
                with (
                    self.subTest(model, number=number),
                    self.assertRaisesRegex(ValidationError, "an ordinary number"),
                ):
                    self.env[model].create(vals)
        self.env.flush_all()


@tagged("post_install", "-at_install")
class TestTablesOverTheWire(RebateCommon, HttpCase):
    """The same by RPC, where JSON as Python reads it knows NaN and Infinity."""

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_R12_request_is_answered_with_a_sentence(self):
        """R12: whoever sends it is told what is wrong, and nothing is written."""
        agreement = self._create_agreement(self._percent(5), activate=False)
        component, row = agreement.component_ids, agreement.component_ids.rate_table_id.line_ids
        self.env.user.password = "accountman"
        self.authenticate("accountman", "accountman")
        for record, vals, message in (
            (row, {"value": float("nan")}, "ordinary number"),
            (row, {"from_value": float("-inf")}, "ordinary number"),
            (row, {"value": 1e300}, "too large"),
            (component, {"cap_amount": float("nan")}, "ordinary number"),
            (component, {"cap_amount": -1}, "cannot be negative"),
            (row.table_id, {"line_ids": [[0, 0, {"from_value": 0, "value": 7}]]}, "same bound"),
        ):
            with self.subTest(vals):
                answer = self.url_open(
                    "/web/dataset/call_kw",
                    data=json.dumps(
                        {
                            "params": {
                                "model": record._name,
                                "method": "write",
                                "args": [record.ids, vals],
                                "kwargs": {},
                            }
                        }
                    ),
                    headers={"Content-Type": "application/json"},
                ).json()
                self.assertIn("error", answer)
                self.assertIn(message, answer["error"]["data"]["message"])
        self.assertEqual((row.from_value, row.value, component.cap_amount), (0, 5, 0))
