# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestAgreement(RebateCommon):
    """Terms: complete, frozen once active, active only once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = cls._create_table([(0, 5), (1000, 10)])

    def test_R12_active_terms_are_frozen(self):
        """R12: terms, components and the rows of their table do not change under a dealer."""
        agreement = self._create_agreement(self.table)
        component = agreement.component_ids
        attempts = (
            lambda: agreement.write({"date_end": "2026-06-30"}),
            lambda: agreement.write({"partner_ids": [Command.link(self.partner_a.id)]}),
            lambda: agreement.write({"negative_policy": "floor"}),
            lambda: component.write({"rate_table_id": self.table.copy().id}),
            lambda: component.unlink(),
            lambda: self.env["rebate.component"].create(
                {"agreement_id": agreement.id, "name": "More", "rate_table_id": self.table.id}
            ),
            lambda: self.table.write({"method": "incremental"}),
            lambda: self.table.line_ids[0].write({"value": 50}),
            lambda: self.table.line_ids[0].unlink(),
            lambda: self.env["rate.table.line"].create(
                {"table_id": self.table.id, "from_value": 5000, "value": 50}
            ),
            agreement.unlink,
        )
        for attempt in attempts:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        agreement.write({"name": "Another name", "note": "<p>Pay-out in April</p>"})
        self.table.name = "Another name"

    def test_back_to_draft_only_without_settlements(self):
        """A mistake can be mended until something was settled."""
        agreement = self._create_agreement(self.table)
        agreement.action_draft()
        agreement.date_end = "2026-12-31"
        agreement.action_activate()
        self._settle(agreement, "2026-03-31")
        with self.assertRaises(UserError):
            agreement.action_draft()

    def test_exact_duplicate_is_refused(self):
        """The same terms cannot be active twice, whatever the name; other terms can."""
        agreement = self._create_agreement(self.table)
        twin = agreement.copy({"name": "Twin"})
        self.assertEqual(twin.state, "draft")
        self.assertNotEqual(twin.component_ids.component_key, agreement.component_ids.component_key)
        with self.assertRaisesRegex(UserError, agreement.name):
            twin.action_activate()
        # An equal table under another name makes no difference.
        twin.component_ids.rate_table_id = self.table.copy()
        with self.assertRaises(UserError):
            twin.action_activate()
        twin.date_end = "2026-12-31"
        twin.action_activate()
        self.assertEqual(twin.state, "active")

    @mute_logger("odoo.sql_db")
    def test_exact_duplicate_is_refused_by_the_database(self):
        """Two people who activate twins at once: the index stops the second."""
        agreement = self._create_agreement(self.table)
        twin = agreement.copy()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            twin.sudo().write({"state": "active", "terms_hash": agreement.terms_hash})
            self.env.flush_all()

    def test_incomplete_agreement_is_not_activated(self):
        """Without components, dealers or rows there is nothing to promise."""
        empty_table = self.env["rate.table"].create({"name": "No rows"})
        for vals, tables in (
            ({}, []),
            ({"partner_ids": []}, [self.table]),
            ({}, [empty_table]),
        ):
            agreement = self._create_agreement(*tables, activate=False, **vals)
            with self.assertRaises(UserError):
                agreement.action_activate()

    def test_a_table_of_two_figures_is_refused(self):
        """A component has one figure: its turnover."""
        table = self.env["rate.table"].create(
            {
                "name": "Matrix",
                "inputs": "two",
                "line_ids": [Command.create({"from_value": 0, "from_value_2": 0, "value": 1})],
            }
        )
        with self.assertRaises(ValidationError):
            self._create_agreement(table, activate=False)

    def test_states_are_not_written_by_hand(self):
        """RPC cannot activate an agreement past the checks."""
        agreement = self._create_agreement(self.table, activate=False)
        with self.assertRaises(AccessError):
            agreement.write({"state": "active"})
        with self.assertRaises(AccessError):
            self.env["rebate.agreement"].create(
                {"name": "x", "date_start": "2026-01-01", "state": "active"}
            )

    def test_close(self):
        """Closing waits for open settlements; a closed agreement is not settled."""
        agreement = self._create_agreement(self.table)
        settlement = self._compute(agreement, "2026-03-31")
        with self.assertRaisesRegex(UserError, settlement.name):
            agreement.action_close()
        settlement.action_cancel()
        agreement.action_close()
        self.assertEqual(agreement.state, "closed")
        with self.assertRaises(UserError):
            self._settle(agreement, "2026-03-31")

    def test_periods(self):
        """Calendar periods, cut to the agreement's dates."""
        agreement = self._create_agreement(
            self.table, date_start="2026-02-10", date_end="2026-11-30", activate=False
        )
        cases = {
            ("month", "2026-02-28"): ("2026-02-10", "2026-02-28", "2026-02"),
            ("month", "2026-04-01"): ("2026-04-01", "2026-04-30", "2026-04"),
            ("quarter", "2026-03-31"): ("2026-02-10", "2026-03-31", "2026 Q1"),
            ("quarter", "2026-10-01"): ("2026-10-01", "2026-11-30", "2026 Q4"),
            ("year", "2026-06-15"): ("2026-02-10", "2026-11-30", "2026"),
        }
        for (period, day), (start, end, label) in cases.items():
            agreement.period = period
            day = agreement._fields["date_start"].to_date(day)
            self.assertEqual(
                (*map(str, agreement._get_period_bounds(day)), agreement._get_period_label(day)),
                (start, end, label),
            )

    def test_R12_terms_are_not_moved_in(self):
        """Neither a component nor a row of rates comes into force from elsewhere."""
        active = self._create_agreement(self._create_table([(0, 1)]))
        draft = self._create_agreement(self._create_table([(0, 90)]), activate=False)
        with self.assertRaises(UserError):
            draft.component_ids.agreement_id = active
        with self.assertRaises(UserError):
            draft.component_ids.rate_table_id.line_ids.table_id = active.component_ids.rate_table_id

    def test_R12_period_is_not_written(self):
        """What counts as settled hangs on the period: nobody shifts it by RPC."""
        agreement = self._create_agreement(self._create_table([(0, 1)]))
        settlement = self._settle(agreement, "2026-03-31")
        user = new_test_user(
            self.env,
            login="shifter",
            groups="dealer_rebate.group_rebate_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for values in ({"date_from": "2026-02-01"}, {"run": 7}, {"posting_date": "2026-05-01"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                settlement.with_user(user).write(values)

    def test_R12_rest_of_an_interim_period_is_settled_first(self):
        """After an interim settlement the same period is proposed again, not the next one."""
        agreement = self._create_agreement(self._create_table([(0, 1)]), period="month")
        self._settle(agreement, "2026-01-15", "2026-01-15")
        self.assertEqual(str(agreement._get_next_cutoff()), "2026-01-31")
