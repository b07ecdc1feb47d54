# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import threading

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase


class RivalsCase(TransactionCase):
    """Two people at once: real connections and real commits, cleaned up after.

    ``_create_data`` makes what both work on, ``_clean_up`` takes it away again.
    """

    context = {}

    def setUp(self):
        super().setUp()
        self.created = {}
        self.addCleanup(self._clean_up)
        with self.registry.cursor() as cr:
            self._create_data(self._get_env(cr))
        # Caches of what was committed outside this test's transaction.
        self.registry.clear_cache()
        self.envs = [self._get_env(self.registry.cursor()) for _n in range(2)]
        for env in self.envs:
            self.addCleanup(env.cr.close)

    def _get_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, self.context)

    def _create_data(self, env):
        raise NotImplementedError

    def _clean_up(self):
        raise NotImplementedError

    def _keep(self, records):
        """Remember records by model, for the cleaning up."""
        self.created.setdefault(records._name, []).extend(records.ids)
        return records

    def _commit(self, env):
        """Outside a scheduled action this does nothing but commit."""
        env["ir.cron"]._commit_progress()

    def _assert_rival_waits_and_fails(self, env, method):
        """Run a method on the other connection; it waits for ``env`` and then fails."""
        failures = []

        def run():
            try:
                method()
            except psycopg2.errors.SerializationFailure as failure:
                failures.append(failure)

        rival = threading.Thread(target=run)
        rival.start()
        rival.join(0.5)
        self.assertTrue(rival.is_alive(), "the second waits for the first")
        self._commit(env)
        rival.join(30)
        self.assertEqual(len(failures), 1)
