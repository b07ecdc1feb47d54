# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.dealer_rebate.models.rebate_confirmation import RebateConfirmation

from .test_concurrency import ConcurrencyCommon


@tagged("post_install", "-at_install")
class TestConfirmationConcurrency(ConcurrencyCommon):
    """A dealer's objection in the last minute meets the release of the settlement (R12)."""

    def _create_settlement(self, env):
        settlement = super()._create_settlement(env)
        settlement.action_compute()
        # The agreement of these tests is in force already: its switch is set behind its back.
        env.cr.execute(
            SQL(
                "UPDATE rebate_agreement SET dealer_confirms = TRUE, confirm_days = 5 "
                "WHERE id = %s",
                settlement.agreement_id.id,
            )
        )
        env.invalidate_all()
        settlement.action_ask_dealers()
        return settlement

    def _clean_up(self):
        agreement = tuple(self.created.get("rebate.agreement", [0]))
        with self.registry.cursor() as cr:
            for model in ("rebate.objection", "rebate.settlement"):
                records = SQL(
                    "(SELECT id FROM %s WHERE agreement_id IN %s)",
                    SQL.identifier(model.replace(".", "_")),
                    agreement,
                )
                cr.execute(
                    SQL(
                        "DELETE FROM mail_message WHERE model = %s AND res_id IN %s", model, records
                    )
                )
                cr.execute(
                    SQL(
                        "DELETE FROM mail_activity WHERE res_model = %s AND res_id IN %s",
                        model,
                        records,
                    )
                )
            cr.execute(SQL("DELETE FROM rebate_objection WHERE agreement_id IN %s", agreement))
        return super()._clean_up()

    def setUp(self):
        super().setUp()
        deadline = self._settlement(self.envs[0]).confirm_deadline
        manager = self.envs[1].cr
        # The dealer's clock is a minute behind the manager's, across midnight.
        self.startPatcher(
            patch.object(
                RebateConfirmation,
                "_get_today",
                lambda self: deadline + timedelta(days=1 if self.env.cr is manager else 0),
            )
        )

    def _object(self, settlement):
        confirmation = settlement.confirmation_ids[0]
        return confirmation._object(confirmation._get_lines(), "Wrong")

    @mute_logger("odoo.sql_db")
    def test_R12_objection_before_the_release_is_not_lost(self):
        """R12: the release waits, fails, is tried again, and then leaves the amount out."""
        dealer, manager = (self._settlement(env) for env in self.envs)
        manager.confirmation_ids.mapped("state")
        self._object(dealer)
        self._assert_rival_waits_and_fails(dealer.env, manager.action_review)
        settlement = self._settlement(self.envs[1])
        settlement.action_review()
        self._commit(self.envs[1])
        self.assertEqual(sorted(settlement.line_ids.mapped("withheld")), [0, 0, 100])
        self.assertEqual(sorted(settlement.line_ids.mapped("amount")), [0, 100, 100])

    @mute_logger("odoo.sql_db")
    def test_R12_objection_after_the_release_is_refused(self):
        """R12: the dealer waits, is tried again, and is told that it is too late."""
        dealer, manager = (self._settlement(env) for env in self.envs)
        dealer.confirmation_ids.mapped("state")
        manager.action_review()
        self._assert_rival_waits_and_fails(manager.env, lambda: self._object(dealer))
        with self.assertRaises(UserError):
            self._object(self._settlement(self.envs[0]))
        self.assertFalse(self._settlement(self.envs[1]).objection_ids)
