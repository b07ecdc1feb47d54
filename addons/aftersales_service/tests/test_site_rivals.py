# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase

from ..models.aftersales_cash_handover import AftersalesCashHandover
from ..models.aftersales_voucher_collect import AftersalesVoucher as CollectingVoucher

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


@tagged("post_install", "-at_install")
class TestMoneyRivals(RivalsCase):
    """S4: two hands at the money of one job. It is collected once, and has one invoice."""

    context = {"tracking_disable": True}

    def _create_data(self, env):
        company = env.ref("base.main_company")
        partner = self._keep(env["res.partner"].create({"name": "T rival"}))
        order = self._keep(
            env["sale.order"].create(
                {"partner_id": partner.id, "company_id": company.id, "pricelist_id": False}
            )
        )
        voucher = self._keep(
            env["aftersales.voucher"].create({"contact_name": "T rival", "company_id": company.id})
        )
        voucher._write_step({"state": "done", "done_at": env.cr.now(), "sale_order_id": order.id})
        self.voucher_id = voucher.id
        journal = self._keep(
            env["account.journal"].create(
                {"name": "T rival", "code": "TRVL", "type": "general", "company_id": company.id}
            )
        )
        moves = self._keep(env["account.move"].create([{"journal_id": journal.id}] * 2))
        self.move_ids = moves.ids

    def _clean_up(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM aftersales_voucher WHERE id = %s", [self.voucher_id])
            env = self._get_env(cr)
            for model in ("account.move", "account.journal", "sale.order", "res.partner"):
                env[model].browse(self.created.get(model, ())).unlink()

    def _get_vouchers(self):
        """The job as both see it, before either has done anything."""
        vouchers = [env["aftersales.voucher"].browse(self.voucher_id) for env in self.envs]
        for voucher in vouchers:
            self.assertEqual(voucher.state, "done")
            self.assertFalse(voucher.collected_at or voucher.invoice_id)
        return vouchers

    @mute_logger("odoo.sql_db")
    def test_S4_two_who_collect_at_once(self):
        first, second = self._get_vouchers()
        payments, companies = (
            type(self.envs[0][name]) for name in ("account.payment", "res.company")
        )
        posted = []
        with (
            patch.object(companies, "_get_aftersales_cash_method", lambda company: None),
            patch.object(CollectingVoucher, "_prepare_payment_vals", lambda *_args: {}),
            patch.object(CollectingVoucher, "_is_below_collect_limit", lambda voucher: True),
            patch.object(payments, "create", lambda payment, vals: payment.browse()),
            patch.object(payments, "action_post", lambda payment: posted.append(payment.env.cr)),
        ):
            first._collect()
            self._assert_rival_waits_and_fails(self.envs[0], second._collect)
            self.envs[1].cr.rollback()
            self.envs[1].invalidate_all()
            with self.assertRaisesRegex(UserError, "was collected already"):
                second._collect()
        self.assertEqual(posted, [self.envs[0].cr], "the money is booked once")

    @mute_logger("odoo.sql_db")
    def test_S4_two_who_invoice_at_once(self):
        first, second = self._get_vouchers()
        ours, theirs = (
            env["account.move"].browse(move_id)
            for env, move_id in zip(self.envs, self.move_ids, strict=True)
        )
        first._link_invoice(ours, first.sale_order_id)
        self.envs[0].flush_all()

        def invoice():
            second._link_invoice(theirs, second.sale_order_id)
            self.envs[1].flush_all()

        self._assert_rival_waits_and_fails(self.envs[0], invoice)
        self.envs[1].cr.rollback()
        self.envs[1].invalidate_all()
        with self.assertRaisesRegex(UserError, "one voucher leads to one invoice"):
            invoice()
        self.assertEqual(second.invoice_id.id, ours.id)


@tagged("post_install", "-at_install")
class TestDisciplineRivals(RivalsCase):
    """S11: two findings about one employee at once are two steps of the ladder."""

    context = {"tracking_disable": True}

    def _create_data(self, env):
        company = env.ref("base.main_company")
        employee = self._keep(
            env["hr.employee"].create({"name": "T rival", "company_id": company.id})
        )
        self._keep(employee.resource_id)
        complaints = self._keep(
            env["aftersales.complaint"].create(
                [
                    {
                        "subject": "T rival",
                        "kind": "media",
                        "employee_id": employee.id,
                        "company_id": company.id,
                    }
                ]
                * 2
            )
        )
        complaints._write_step({"state": "closed", "closed_at": env.cr.now()})

    def _clean_up(self):
        complaint_ids = self.created["aftersales.complaint"]
        with self.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM aftersales_discipline WHERE complaint_id = ANY(%s)", [complaint_ids]
            )
            env = self._get_env(cr)
            for model in ("aftersales.sla.deadline", "aftersales.sla.event"):
                about = [
                    ("res_model", "=", "aftersales.complaint"),
                    ("res_id", "in", complaint_ids),
                ]
                env[model].search(about).unlink()
            cr.execute("DELETE FROM aftersales_complaint WHERE id = ANY(%s)", [complaint_ids])
            env["hr.employee"].browse(self.created["hr.employee"]).unlink()
            env["resource.resource"].browse(self.created["resource.resource"]).exists().unlink()

    @mute_logger("odoo.sql_db")
    def test_S11_the_second_finding_counts_the_first(self):
        first, second = (
            env["aftersales.complaint"].browse(complaint_id)
            for env, complaint_id in zip(
                self.envs, self.created["aftersales.complaint"], strict=True
            )
        )
        disciplines = [env["aftersales.discipline"] for env in self.envs]
        # Both have begun to read before either writes.
        for complaint in (first, second):
            self.assertFalse(complaint.employee_id.discipline_count)
        disciplines[0]._create_from_complaints(first)
        self.envs[0].flush_all()
        self._assert_rival_waits_and_fails(
            self.envs[0], lambda: disciplines[1]._create_from_complaints(second)
        )
        self.envs[1].cr.rollback()
        self.envs[1].invalidate_all()
        disciplines[1]._create_from_complaints(second)
        steps = disciplines[1].search([("complaint_id", "in", (first.id, second.id))], order="id")
        self.assertEqual(steps.mapped("step"), ["warning", "penalty"])
        self.assertEqual(steps[1].earlier_ids, steps[0])
