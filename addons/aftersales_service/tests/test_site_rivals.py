# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase

from ..models.aftersales_cash_handover import AftersalesCashHandover

KEY = "0123456789abcdef-rivals"


@tagged("post_install", "-at_install")
class TestSiteRivals(RivalsCase):
    """Two at once, on two real connections: a phone that sends twice, two who take cash over."""

    def _create_data(self, env):
        company = env.ref("base.main_company")
        self.employee_id = self._keep(
            env["hr.employee"].create({"name": "T rival", "company_id": company.id})
        ).id
        self.voucher_id = self._keep(
            env["aftersales.voucher"].create({"contact_name": "T rival", "company_id": company.id})
        ).id
        # Past `create`, which takes up payments: only the row is fought for here.
        env.cr.execute(
            """
            INSERT INTO aftersales_cash_handover (name, company_id, technician_id, state)
                 VALUES ('T/RIVAL', %s, %s, 'draft') RETURNING id
            """,
            [company.id, self.employee_id],
        )
        self.handover_id = env.cr.fetchone()[0]

    def _clean_up(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM aftersales_cash_handover WHERE id = %s", [self.handover_id])
            cr.execute(
                "DELETE FROM aftersales_voucher_submission WHERE voucher_id = %s",
                [self.voucher_id],
            )
            cr.execute("DELETE FROM aftersales_voucher WHERE id = %s", [self.voucher_id])
            env = self._get_env(cr)
            env["hr.employee"].browse(self.employee_id).unlink()

    @mute_logger("odoo.sql_db")
    def test_S3_the_same_submission_twice_at_once_is_taken_once(self):
        claims = [
            lambda env=env: env["aftersales.voucher.submission"]._claim(
                env["aftersales.voucher"].browse(self.voucher_id), KEY, "done", False
            )
            for env in self.envs
        ]
        # Both have begun to read before either writes.
        for env in self.envs:
            self.assertFalse(env["aftersales.voucher.submission"].search([("key", "=", KEY)]))
        self.assertTrue(claims[0]())
        self._assert_rival_waits_and_fails(self.envs[0], claims[1])
        self.envs[1].cr.rollback()
        self.assertFalse(claims[1](), "tried again, it finds what the first has done")

    @mute_logger("odoo.sql_db")
    def test_S4_two_who_take_the_same_cash_over(self):
        booked = []
        first, second = (
            env["aftersales.cash.handover"].browse(self.handover_id) for env in self.envs
        )
        with (
            patch.object(AftersalesCashHandover, "_check_confirmable", lambda handover: None),
            patch.object(AftersalesCashHandover, "_book", lambda handover: booked.append(handover)),
        ):
            self.assertEqual(second.state, "draft")
            first._confirm()
            self._assert_rival_waits_and_fails(self.envs[0], second._confirm)
        self.assertEqual(booked, [first], "the money is booked once")
