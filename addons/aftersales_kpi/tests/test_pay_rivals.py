# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase


@tagged("post_install", "-at_install")
class TestPayRivals(RivalsCase):
    """Two pay officers press the button at the same time (K1)."""

    context = {"tracking_disable": True, "mail_create_nolog": True}

    def _create_data(self, env):
        company = env["res.company"].search([], limit=1, order="id")
        department = self._keep(
            env["hr.department"].create({"name": "At once", "company_id": company.id})
        )
        employee = self._keep(
            env["hr.employee"].create(
                {
                    "name": "At once",
                    "company_id": company.id,
                    "department_id": department.id,
                    "date_version": date(2001, 1, 1),
                }
            )
        )
        self._keep(
            env["aftersales.pay.rule"].create(
                {
                    "name": "At once",
                    "company_id": company.id,
                    "date_from": date(2001, 1, 1),
                    "date_to": date(2001, 2, 28),
                    "department_ids": [(6, 0, department.ids)],
                }
            )
        )
        basis = env["aftersales.pay.basis"].create(
            {
                "employee_id": employee.id,
                "company_id": company.id,
                "year": 2001,
                "amount": 1000,
            }
        )
        basis.action_confirm()
        self._keep(basis)
        self.statement = self._keep(
            env["aftersales.pay.statement"]._generate(company, date(2001, 1, 1), employee)
        )

    def _clean_up(self):
        """Take away what was committed, pay before people."""
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            statements = self.created.get("aftersales.pay.statement", [])
            for query in (
                "DELETE FROM aftersales_pay_statement_line WHERE statement_id = ANY(%s)",
                "DELETE FROM aftersales_pay_statement WHERE id = ANY(%s)",
            ):
                cr.execute(query, [statements])
            cr.execute(
                "DELETE FROM aftersales_pay_basis WHERE id = ANY(%s)",
                [self.created.get("aftersales.pay.basis", [])],
            )
            for model in ("aftersales.pay.rule", "hr.employee", "hr.department"):
                env[model].browse(self.created.get(model, [])).unlink()
            for model, ids in self.created.items():
                cr.execute(
                    "DELETE FROM mail_message WHERE model = %s AND res_id = ANY(%s)", [model, ids]
                )
        self.registry.clear_cache()

    @mute_logger("odoo.sql_db")
    def test_K1_confirmed_and_paid_once(self):
        first, second = self.envs
        for step, state in (("action_confirm", "confirmed"), ("action_pay", "paid")):
            for env in self.envs:
                self.statement.with_env(env).read(["state"])
            getattr(self.statement.with_env(first), step)()
            self._assert_rival_waits_and_fails(
                first, lambda step=step: getattr(self.statement.with_env(second), step)()
            )
            second.cr.rollback()
            second.invalidate_all()
            self.assertEqual(self.statement.with_env(second).state, state)
            # What Odoo does then: it tries again, and is refused.
            with self.assertRaises(UserError):
                getattr(self.statement.with_env(second), step)()
            second.cr.rollback()
            second.invalidate_all()
