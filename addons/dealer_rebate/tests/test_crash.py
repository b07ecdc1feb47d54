# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import SQL, config, mute_logger

from odoo.addons.dealer_rebate.models.rebate_settlement_posting import RebateSettlementPosting

from .test_concurrency import ConcurrencyCommon

CHILD = Path(__file__).with_name("posting_child.py")
CONFIG = ("addons_path", "data_dir", "db_host", "db_port", "db_user", "db_password", "db_sslmode")
CHUNK = 50


@tagged("post_install", "-at_install")
class TestKilled(ConcurrencyCommon):
    """A worker that is killed outright while it posts 200 credit notes."""

    dealer_count = 200

    def _run_until_killed(self):
        """Post in a process of its own, and kill it in the second chunk."""
        process = subprocess.Popen(
            [sys.executable, str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self.addCleanup(process.kill)
        task = {
            "config": {name: config[name] for name in CONFIG},
            "database": self.registry.db_name,
        }
        process.stdin.write(json.dumps(task))
        process.stdin.close()
        guard = threading.Timer(120, process.kill)
        guard.start()
        self.addCleanup(guard.cancel)
        said = process.stdout.readline()
        if said != "waiting\n":
            process.kill()
            self.fail(f"the worker did not get that far: {said}{process.stderr.read()}")
        process.kill()
        guard.cancel()
        self.assertEqual(process.wait(), -signal.SIGKILL)
        process.stdout.close()
        process.stderr.close()

    def _assert_posted(self, dealers):
        """So many dealers are posted, each completely, and nothing else was begun."""
        settlement = self._settlement(self.envs[0])
        notes = settlement.env["account.move"].search(
            [("rebate_settlement_id", "=", settlement.id)]
        )
        self.assertEqual(settlement.state, "posting")
        self.assertEqual((len(notes), set(notes.mapped("state"))), (dealers, {"posted"}))
        posted = settlement.line_ids.filtered(lambda line: line.state == "posted")
        self.assertEqual(posted.credit_note_id, notes)
        self.assertEqual(settlement.open_dealer_count, self.dealer_count - dealers)

    def test_R15_killed_while_posting_two_hundred(self):
        """R15: what was committed stays; the next run completes without a double or a hole."""
        env = self.envs[0]
        env["ir.config_parameter"].set_param("dealer_rebate.posting_chunk", CHUNK)
        settlement = env["rebate.settlement"].browse(self.settlement_id)
        settlement.action_post()
        self._commit(env)
        # The credit notes of the second chunk are posted, their transaction is not ended.
        self._run_until_killed()
        self._assert_posted(CHUNK)
        self._settlement(self.envs[1]).env["rebate.settlement"]._cron_post_settlements()
        self._assert_posted_once()


@tagged("post_install", "-at_install")
class TestConnectionLost(ConcurrencyCommon):
    """The database goes away under a worker."""

    @mute_logger("odoo.sql_db")
    def test_R15_connection_drops_in_the_second_chunk(self):
        """R15: a connection that is cut loses that chunk only; the next run completes."""
        env, other = self.envs
        env["ir.config_parameter"].set_param("dealer_rebate.posting_chunk", 1)
        env["rebate.settlement"].browse(self.settlement_id).action_post()
        self._commit(env)
        ((pid,),) = env.execute_query(SQL("SELECT pg_backend_pid()"))
        create = RebateSettlementPosting._create_credit_notes
        calls = []

        def create_and_cut(settlement, lines):
            result = create(settlement, lines)
            calls.append(lines)
            if len(calls) == 2:
                settlement.env.flush_all()
                other.execute_query(SQL("SELECT pg_terminate_backend(%s, 10000)", pid))
            return result

        with (
            patch.object(RebateSettlementPosting, "_create_credit_notes", create_and_cut),
            self.assertRaises(psycopg2.InterfaceError),
        ):
            env["rebate.settlement"]._cron_post_settlements()
        settlement = self._settlement(other)
        self.assertEqual((settlement.state, settlement.open_dealer_count), ("posting", 2))
        self.assertFalse(settlement.posting_error, "a lost connection is no reason of business")
        settlement.env["rebate.settlement"]._cron_post_settlements()
        self.envs.reverse()
        self._assert_posted_once()
