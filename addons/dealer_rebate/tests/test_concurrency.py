# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, Command, api
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase
from odoo.addons.dealer_rebate.models.rebate_settlement_posting import RebateSettlementPosting

DEALERS = 3


class ConcurrencyCommon(RivalsCase):
    """Two people at a settlement of a few dealers."""

    dealer_count = DEALERS

    def _create_data(self, env):
        receivable, income = self._keep(
            env["account.account"].create(
                [
                    {"code": "RBTC1", "name": "RBTC1", "account_type": "asset_receivable"},
                    {"code": "RBTC2", "name": "RBTC2", "account_type": "income"},
                ]
            )
        )
        self.journal = self._keep(
            env["account.journal"].create(
                {
                    "name": "Rebates at once",
                    "code": "RBTC",
                    "type": "sale",
                    "default_account_id": income.id,
                    "refund_sequence": True,
                }
            )
        )
        self.dealers = self._keep(
            env["res.partner"].create(
                [
                    {"name": f"At once {n}", "property_account_receivable_id": receivable.id}
                    for n in range(self.dealer_count)
                ]
            )
        )
        parameters = env["ir.config_parameter"]
        self.chunk_before = parameters.get_param("dealer_rebate.posting_chunk")
        self.settlement_id = self._create_settlement(env).id

    def _create_settlement(self, env):
        env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "journal_id": self.journal.id,
                    "partner_id": dealer.id,
                    "invoice_date": "2026-02-01",
                    "invoice_line_ids": [
                        Command.create({"name": "Part", "price_unit": 1000, "tax_ids": []})
                    ],
                }
                for dealer in self.dealers
            ]
        ).action_post()
        table = self._keep(
            env["rate.table"].create(
                {
                    "name": "At once",
                    "line_ids": [Command.create({"from_value": 0, "value": 10})],
                }
            )
        )
        agreement = self._keep(
            env["rebate.agreement"].create(
                {
                    "name": "At once",
                    "date_start": "2026-01-01",
                    "partner_ids": [Command.set(self.dealers.ids)],
                    "journal_id": self.journal.id,
                    "component_ids": [Command.create({"name": "Parts", "rate_table_id": table.id})],
                }
            )
        )
        agreement.action_activate()
        settlement = env["rebate.settlement"].create(
            {"agreement_id": agreement.id, "date_to": "2026-03-31"}
        )
        settlement.action_compute()
        settlement.action_review()
        return settlement

    def _clean_up(self):
        """Take away what was committed, ledger first."""
        journal = tuple(self.created.get("account.journal", [0]))
        agreement = tuple(self.created.get("rebate.agreement", [0]))
        with self.registry.cursor() as cr:
            for query in (
                "UPDATE rebate_settlement_line SET credit_note_id = NULL WHERE agreement_id IN %s",
                """DELETE FROM mail_message WHERE model = 'rebate.settlement' AND res_id IN
                   (SELECT id FROM rebate_settlement WHERE agreement_id IN %s)""",
            ):
                cr.execute(SQL(query, agreement))
            cr.execute(
                SQL(
                    """DELETE FROM mail_message WHERE model = 'account.move' AND res_id IN
                       (SELECT id FROM account_move WHERE journal_id IN %s)""",
                    journal,
                )
            )
            cr.execute(SQL("DELETE FROM account_move WHERE journal_id IN %s", journal))
            for table in ("rebate_settlement", "rebate_component"):
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE agreement_id IN %s",
                        SQL.identifier(table),
                        agreement,
                    )
                )
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["rebate.agreement"].browse(agreement).exists().write({"state": "draft"})
            env["ir.config_parameter"].set_param("dealer_rebate.posting_chunk", self.chunk_before)
            for model in (
                "rebate.agreement",
                "rate.table",
                "res.partner",
                "account.journal",
                "account.account",
            ):
                env[model].browse(self.created.get(model, [])).exists().unlink()

    def _settlement(self, env):
        env.cr.rollback()
        env.invalidate_all()
        return env["rebate.settlement"].browse(self.settlement_id)

    def _assert_posted_once(self):
        settlement = self._settlement(self.envs[0])
        self.assertEqual(settlement.state, "posted")
        notes = settlement.env["account.move"].search(
            [("rebate_settlement_id", "=", settlement.id)]
        )
        self.assertEqual(
            len(notes), self.dealer_count, "one credit note a dealer, no double and no hole"
        )
        self.assertEqual(notes.partner_id, self.dealers.with_env(notes.env))
        self.assertEqual(set(notes.mapped("state")), {"posted"})
        self.assertEqual(settlement.line_ids.credit_note_id, notes)
        self.assertEqual(len(settlement.line_ids), self.dealer_count)
        # The second poster left no gap in the numbers either.
        self.assertEqual(
            sorted(notes.mapped("sequence_number")), list(range(1, self.dealer_count + 1))
        )


@tagged("post_install", "-at_install")
class TestConcurrency(ConcurrencyCommon):
    """Two posters at once, a worker that dies half-way."""

    @mute_logger("odoo.sql_db")
    def test_R15_two_people_post_at_once(self):
        """R15: the second of two posters fails to serialise, tries again, finds nothing to do."""
        first, second = (self._settlement(env) for env in self.envs)
        for settlement in (first, second):
            self.assertEqual(settlement.state, "reviewed")  # both screens show the button
        first.action_post()
        self._assert_rival_waits_and_fails(first.env, second.action_post)
        # Odoo retries a request that failed to serialise, on a fresh snapshot.
        self._settlement(self.envs[1]).action_post()
        self._commit(self.envs[1])
        self._assert_posted_once()

    @mute_logger("odoo.sql_db")
    def test_R15_button_and_cron_at_the_same_chunk(self):
        """R15: the scheduled action and an impatient accountant meet in the same chunk."""
        env, rival_env = self.envs
        env["ir.config_parameter"].set_param("dealer_rebate.posting_chunk", 1)
        settlement = self._settlement_with_chunks(env)
        rival = self._settlement(rival_env)
        self.assertEqual(rival.state, "posting")
        self.assertEqual(settlement._post_next_chunk(), DEALERS - 1)
        self._assert_rival_waits_and_fails(env, rival._post_next_chunk)
        # Each goes on where the other stopped.
        for left, poster_env in ((1, rival_env), (0, env)):
            self.assertEqual(self._settlement(poster_env)._post_next_chunk(), left)
            self._commit(poster_env)
        self._assert_posted_once()

    @mute_logger("odoo.sql_db")
    def test_R15_crash_in_the_second_chunk(self):
        """R15: a worker that dies in the second chunk loses that chunk only; the next run ends."""
        env = self.envs[0]
        env["ir.config_parameter"].set_param("dealer_rebate.posting_chunk", 1)
        settlement = self._settlement_with_chunks(env)
        create = RebateSettlementPosting._create_credit_notes
        calls = []

        def create_and_die(settlement, lines):
            calls.append(create(settlement, lines))
            if len(calls) == 2:
                raise MemoryError("the worker is gone")
            return calls[-1]

        with (
            patch.object(RebateSettlementPosting, "_create_credit_notes", create_and_die),
            self.assertRaises(MemoryError),
        ):
            env["rebate.settlement"]._cron_post_settlements()
        settlement = self._settlement(env)
        self.assertEqual((settlement.state, settlement.open_dealer_count), ("posting", 2))
        self.assertEqual(settlement.credit_note_count, 1)
        self._settlement(self.envs[1]).env["rebate.settlement"]._cron_post_settlements()
        self._assert_posted_once()

    def test_R15_stop_while_a_chunk_is_under_way(self):
        """R15: *Stop* neither waits for the chunk that runs nor breaks it; the run ends there."""
        env, rival_env = self.envs
        env["ir.config_parameter"].set_param("dealer_rebate.posting_chunk", 1)
        self._settlement_with_chunks(env)
        create = RebateSettlementPosting._create_credit_notes
        chunks = []

        def create_and_stop(settlement, lines):
            refused = create(settlement, lines)
            settlement.env.flush_all()
            chunks.append(lines)
            rival_env.cr.execute("SET LOCAL lock_timeout = '5s'")
            rival_env["rebate.settlement"].browse(self.settlement_id).action_stop_posting()
            self._commit(rival_env)
            return refused

        with patch.object(RebateSettlementPosting, "_create_credit_notes", create_and_stop):
            env["rebate.settlement"]._cron_post_settlements()
        self._commit(env)
        settlement = self._settlement(env)
        self.assertEqual(len(chunks), 1, "nothing was begun after the chunk under way")
        self.assertEqual(settlement.credit_note_count, 1)
        self.assertEqual((settlement.state, settlement.open_dealer_count), ("posting", 2))
        self.assertIn("stopped it", settlement.posting_error)
        settlement.action_post()
        self._commit(env)
        self._settlement(rival_env).env["rebate.settlement"]._cron_post_settlements()
        self._assert_posted_once()

    def _settlement_with_chunks(self, env):
        settlement = env["rebate.settlement"].browse(self.settlement_id)
        settlement.action_post()
        self._commit(env)
        self.assertEqual((settlement.state, settlement.open_dealer_count), ("posting", DEALERS))
        return settlement

    @mute_logger("odoo.sql_db")
    def test_R15_the_database_refuses_a_second_link(self):
        """R15: even code that bypasses the states cannot pay a settlement line twice."""
        settlement = self._settlement(self.envs[0])
        settlement.action_post()
        line = settlement.line_ids[0]
        paid = line.credit_note_id.invoice_line_ids
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            settlement.env.cr.execute(
                SQL(
                    """INSERT INTO account_move_line (move_id, account_id, display_type,
                              currency_id, rebate_settlement_line_id, rebate_split)
                       SELECT move_id, account_id, display_type, currency_id,
                              rebate_settlement_line_id, rebate_split
                         FROM account_move_line WHERE id = %s""",
                    paid.id,
                )
            )
