# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_concurrency import ConcurrencyCommon


@tagged("post_install", "-at_install")
class TestAgreementConcurrency(ConcurrencyCommon):
    """Somebody settles an agreement while somebody else ends it or takes it back."""

    def setUp(self):
        super().setUp()
        env = self.envs[0]
        env["rebate.settlement"].browse(self.settlement_id).action_post()
        self._commit(env)

    def _agreement(self, env):
        return self._settlement(env).agreement_id

    def _flushed(self, method):
        """The method, with its writes in the database, as at the end of a request."""

        def run():
            method()
            method.__self__.env.flush_all()

        return run

    def _settle_next(self, agreement):
        """The run under way: the next quarter's settlement, computed and released."""
        settlement = agreement.env["rebate.settlement"].create(
            {"agreement_id": agreement.id, "date_to": "2026-06-30"}
        )
        settlement.action_compute()
        settlement.action_review()
        return settlement

    def _drop(self, version):
        """Take a version away again before everything else is cleaned up."""
        number = version.id

        def drop():
            version = self._settlement(self.envs[0]).env["rebate.agreement"].browse(number)
            version.write({"state": "draft"})
            version.unlink()
            self._commit(self.envs[0])

        self.addCleanup(drop)

    @mute_logger("odoo.sql_db")
    def test_R12_closed_while_a_run_is_under_way(self):
        """R12: closing waits for the run, is tried again, and is told what to post first."""
        first, second = (self._agreement(env) for env in self.envs)
        self.assertFalse(second.settlement_ids.filtered(lambda s: s.state != "posted"))
        self._settle_next(first)
        self._assert_rival_waits_and_fails(first.env, self._flushed(second.action_close))
        with self.assertRaisesRegex(UserError, "still open"):
            self._agreement(self.envs[1]).action_close()
        # The run goes to its end, and then the agreement can be closed.
        self._agreement(self.envs[0]).settlement_ids.filtered(
            lambda s: s.state == "reviewed"
        ).action_post()
        self._commit(self.envs[0])
        self._agreement(self.envs[1]).action_close()
        self._commit(self.envs[1])
        self.assertEqual(self._agreement(self.envs[0]).state, "closed")

    @mute_logger("odoo.sql_db")
    def test_R12_run_begun_while_the_agreement_is_closed(self):
        """R12: the run waits for the closing, is tried again, and finds nothing to settle."""
        first, second = (self._agreement(env) for env in self.envs)
        self.assertEqual(second.state, "active")
        self._flushed(first.action_close)()
        self._assert_rival_waits_and_fails(first.env, lambda: self._settle_next(second))
        with self.assertRaisesRegex(UserError, "not active"):
            self._settle_next(self._agreement(self.envs[1]))

    @mute_logger("odoo.sql_db")
    def test_R12_version_activated_while_a_run_is_under_way(self):
        """R12: a new version waits for the run and is told to wait until it is posted."""
        first, second = (self._agreement(env) for env in self.envs)
        version = first._copy_as_version(first.date_start)
        version.date_start = "2026-04-01"
        self._drop(version)
        self._commit(first.env)
        version = self._agreement(self.envs[1]).env["rebate.agreement"].browse(version.id)
        self.assertEqual(version.state, "draft")
        run = self._settle_next(self._agreement(self.envs[0]))
        self._assert_rival_waits_and_fails(run.env, self._flushed(version.action_activate))
        second = self._agreement(self.envs[1])
        with self.assertRaisesRegex(UserError, "still open"):
            version.action_activate()
        second.env.cr.rollback()
        self._settlement(self.envs[0]).browse(run.id).action_post()
        self._commit(self.envs[0])
        self._agreement(self.envs[1])
        version.action_activate()
        self._commit(self.envs[1])
        agreement = self._agreement(self.envs[0])
        self.assertEqual(str(agreement.date_end), "2026-03-31")
        # What the run paid for the version's days is known to the version.
        self.assertFalse(agreement.settlement_ids.filtered(lambda s: s.state != "posted"))
