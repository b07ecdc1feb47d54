# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.aftersales_base.tests.rivals import RivalsCase

from .outlet_common import make_books


@tagged("post_install", "-at_install")
class TestOutletRivals(RivalsCase):
    """Two people at once, and a worker that dies half-way (K10, S10)."""

    def _create_data(self, env):
        company = env.company
        self.settings = company.read(["outlet_fee_journal_id", "outlet_fee_product_id"], load=None)
        journal, payable, service = make_books(env, company)
        self._keep(journal)
        self._keep(payable | journal.default_account_id)
        self._keep(service)
        vendors = self._keep(
            env["res.partner"].create(
                [
                    {"name": f"At once {n}", "property_account_payable_id": payable.id}
                    for n in range(2)
                ]
            )
        )
        outlets = self._keep(
            env["aftersales.outlet"].create(
                [
                    {"name": one.name, "code": f"ONCE{n}", "kind": "agent", "partner_id": one.id}
                    for n, one in enumerate(vendors)
                ]
            )
        )
        penalties = self._keep(
            env["aftersales.outlet.penalty"].create(
                [
                    {"outlet_id": outlet.id, "amount": 7, "reason": "Late", "date": "2019-03-05"}
                    for outlet in outlets
                ]
            )
        )
        penalties.write({"state": "confirmed"})
        settlements = env["aftersales.outlet.settlement"]._generate(
            company, penalties[0].date, outlets
        )
        self._keep(settlements)._write_step({"state": "accepted"})
        evaluation = self._keep(
            env["aftersales.outlet.evaluation"].create(
                {"company_id": company.id, "period_start": "2019-03-01"}
            )
        )
        step = evaluation._with_step()
        step.write({"state": "previewed"})
        step.env["aftersales.outlet.evaluation.line"].create(
            {
                "evaluation_id": evaluation.id,
                "outlet_id": outlets[0].id,
                "score": 90,
                "rank": 1,
                "proposed_grade_id": env.ref("aftersales_kpi.outlet_grade_a").id,
            }
        )

    def _clean_up(self):
        """Take away what was committed, ledgers first."""
        own = {model: tuple(ids) for model, ids in self.created.items()}
        with self.registry.cursor() as cr:
            cr.execute(
                SQL(
                    """DELETE FROM mail_message WHERE model = 'account.move' AND res_id IN
                       (SELECT id FROM account_move WHERE journal_id IN %s)""",
                    own["account.journal"],
                )
            )
            for model in ("aftersales.outlet", "aftersales.outlet.settlement"):
                cr.execute(
                    SQL(
                        "DELETE FROM mail_message WHERE model = %s AND res_id IN %s",
                        model,
                        own[model],
                    )
                )
            for table, column, model in (
                ("aftersales_outlet_settlement", "id", "aftersales.outlet.settlement"),
                ("aftersales_outlet_penalty", "id", "aftersales.outlet.penalty"),
                ("aftersales_outlet_grading", "outlet_id", "aftersales.outlet"),
                ("aftersales_outlet_evaluation", "id", "aftersales.outlet.evaluation"),
                ("account_move", "journal_id", "account.journal"),
            ):
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s IN %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        own[model],
                    )
                )
            env = self._get_env(cr)
            for vals in self.settings:
                env["res.company"].browse(vals.pop("id")).write(vals)
            for model in (
                "aftersales.outlet",
                "account.journal",
                "res.partner",
                "product.product",
                "account.account",
            ):
                env[model].browse(own[model]).exists().unlink()

    def _settlements(self, env):
        env.cr.rollback()
        env.invalidate_all()
        return env["aftersales.outlet.settlement"].browse(
            self.created["aftersales.outlet.settlement"]
        )

    def _assert_posted_once(self):
        settlements = self._settlements(self.envs[0])
        self.assertEqual(set(settlements.mapped("state")), {"posted"})
        bills = settlements.env["account.move"].search(
            [("journal_id", "in", self.created["account.journal"])]
        )
        self.assertEqual(bills, settlements.move_id)
        self.assertEqual(len(bills), 2)
        self.assertEqual(set(bills.mapped("state")), {"posted"})
        self.assertEqual(sorted(bills.mapped("sequence_number")), [1, 2])

    @mute_logger("odoo.sql_db")
    def test_S10_two_accountants_post_at_once(self):
        """The second waits, fails to serialise, is tried again and finds nothing to do."""
        first, second = (self._settlements(env) for env in self.envs)
        for settlements in (first, second):
            self.assertEqual(set(settlements.mapped("state")), {"accepted"})
        first.action_post()
        self._assert_rival_waits_and_fails(first.env, second.action_post)
        self._settlements(self.envs[1]).action_post()
        self._commit(self.envs[1])
        self._assert_posted_once()

    @mute_logger("odoo.sql_db")
    def test_S10_a_worker_that_dies_loses_its_chunk_only(self):
        """What was committed stays; the next run completes without a double or a hole."""
        env, rival = self.envs
        settlements = self._settlements(env)
        before = env["ir.config_parameter"].get_param("aftersales_kpi.posting_chunk")
        env["ir.config_parameter"].set_param("aftersales_kpi.posting_chunk", "1")
        settlements.action_post()
        self._commit(env)
        model = type(settlements)
        post_bills, calls = model._post_bills, []

        def post_and_die(chunk, company):
            post_bills(chunk, company)
            calls.append(chunk)
            if len(calls) == 2:
                raise KeyboardInterrupt

        with patch.object(model, "_post_bills", post_and_die), self.assertRaises(KeyboardInterrupt):
            settlements._cron_post_settlements()
        settlements = self._settlements(rival)
        self.assertEqual(sorted(settlements.mapped("state")), ["posted", "posting"])
        settlements._cron_post_settlements()
        rival["ir.config_parameter"].set_param("aftersales_kpi.posting_chunk", before)
        self._commit(rival)
        self._assert_posted_once()

    @mute_logger("odoo.sql_db")
    def test_K10_two_managers_publish_at_once(self):
        """Grades are given once."""
        first, second = (
            env["aftersales.outlet.evaluation"].browse(self.created["aftersales.outlet.evaluation"])
            for env in self.envs
        )
        for evaluation in (first, second):
            self.assertEqual(evaluation.state, "previewed")
        first.action_publish()
        self._assert_rival_waits_and_fails(first.env, second.action_publish)
        env = self.envs[1]
        env.cr.rollback()
        env.invalidate_all()
        self.assertEqual(second.state, "published")
        self.assertEqual(len(second.line_ids.outlet_id.grading_ids), 1)
