# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase

# Long before anything that a database may hold.
MONTH = date(1999, 9, 1)


@tagged("post_install", "-at_install")
class TestCommissionRivals(RivalsCase):
    """Two pay officers at once: what is confirmed is confirmed once."""

    def _create_data(self, env):
        company = env.company
        employee = self._keep(env["hr.employee"].create({"name": "R", "company_id": company.id}))
        team = self._keep(
            env["aftersales.team"].create(
                {"name": "R", "code": "KPI-RIVALS", "kind": "other", "company_id": company.id}
            )
        )
        env["aftersales.team.member"].create(
            {"team_id": team.id, "employee_id": employee.id, "date_from": "1999-01-01"}
        )
        self._keep(
            env["aftersales.commission.plan"].create(
                {
                    "name": "R",
                    "code": "KPI-RIVALS",
                    "company_id": company.id,
                    "team_kind": "other",
                    "date_from": "1999-01-01",
                    "rule_ids": [
                        (
                            0,
                            0,
                            {
                                "name": "Base",
                                "code": "base",
                                "kind": "fixed",
                                "amount": 100,
                                "share_by": "each",
                            },
                        )
                    ],
                }
            )
        )
        statements = env["aftersales.commission.statement"]._generate(company, MONTH)
        self._keep(statements)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            cr.execute(
                "DELETE FROM aftersales_commission_statement WHERE id = ANY(%s)",
                [self.created.get("aftersales.commission.statement", [])],
            )
            for model in (
                "aftersales.commission.plan",
                "aftersales.team",
                "hr.employee",
            ):
                env[model].browse(self.created.get(model, [])).unlink()

    @mute_logger("odoo.sql_db")
    def test_K22_confirmed_once(self):
        """The second waits, is tried again, and is told that it is done."""
        ids = self.created["aftersales.commission.statement"]
        first, second = (env["aftersales.commission.statement"].browse(ids) for env in self.envs)
        self.assertEqual(second.state, "computed")
        first.action_confirm()
        first.env.flush_all()

        def confirm():
            second.action_confirm()
            second.env.flush_all()

        self._assert_rival_waits_and_fails(first.env, confirm)
        second.env.cr.rollback()
        second.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Confirmed"):
            second.action_confirm()
