# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_concurrency import ConcurrencyCommon
from .test_offer import INK


@tagged("post_install", "-at_install")
class TestOfferConcurrency(ConcurrencyCommon):
    """A dealer signs while somebody edits the terms: never a valid signature of other terms."""

    def setUp(self):
        super().setUp()
        env = self.envs[0]
        env["rebate.settlement"].browse(self.settlement_id).action_post()
        agreement = env["rebate.settlement"].browse(self.settlement_id).agreement_id
        version = agreement._copy_as_version(agreement.date_start)
        version.date_start = "2026-04-01"
        version.action_offer()
        self.version_id = version.id
        self.addCleanup(self._drop)
        self._commit(env)

    def _drop(self):
        # Whatever the other connection holds would make this one wait for ever.
        self.envs[1].cr.rollback()
        version = self._version(0)
        version.action_withdraw_offer()
        version.unlink()
        self._commit(self.envs[0])

    def _version(self, number):
        """The offered version, in a transaction that begins now."""
        env = self.envs[number]
        env.cr.rollback()
        env.invalidate_all()
        version = env["rebate.agreement"].browse(self.version_id)
        self.assertTrue(version.name)
        return version

    def _sign(self, version, fingerprint):
        dealer = version.env["res.partner"].browse(self.dealers[0].id)
        return version._sign(dealer, "Ann", INK, fingerprint, dealer)

    def _edit(self, version):
        version.amount_basis = "total"
        version.env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_R12_edited_while_somebody_signs(self):
        """R12: who edits waits, is tried again, sees the signature and voids it."""
        first, second = self._version(0), self._version(1)
        signed = self._sign(first, first.offer_hash)
        self._assert_rival_waits_and_fails(first.env, lambda: self._edit(second))
        second = self._version(1)
        self.assertEqual(second.signature_ids.state, "valid")
        self._edit(second)
        self._commit(second.env)
        self.assertEqual(self._version(0).signature_ids.browse(signed.id).state, "void")

    @mute_logger("odoo.sql_db")
    def test_R12_signed_while_somebody_edits(self):
        """R12: who signs waits, is tried again, and is told that the terms have changed."""
        first, second = self._version(0), self._version(1)
        seen = second.offer_hash
        self._edit(first)
        self._assert_rival_waits_and_fails(first.env, lambda: self._sign(second, seen))
        with self.assertRaisesRegex(UserError, "have changed"):
            self._sign(self._version(1), seen)
        self.envs[1].cr.rollback()
        self.assertFalse(self._version(0).signature_ids)
