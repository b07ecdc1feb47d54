# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestGoodwill(WarrantyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("t_goodwill_manager", "aftersales_service.group_service_manager")
        cls.company.write(
            {
                "aftersales_goodwill_clerk_percent": 25,
                "aftersales_goodwill_clerk_amount": 30,
                "aftersales_goodwill_supervisor_percent": 50,
                "aftersales_goodwill_supervisor_amount": 90,
            }
        )
        # Out of warranty: two hours, 160, and a part, 50.
        cls.job = cls._voucher(line_ids=[cls._line(cls.labour, 2), cls._line(cls.part)])
        cls.labour_line, cls.part_line = cls.job.line_ids

    def _decide(self, user, lines=None, share=25.0, payer="goodwill", **values):
        job = self.job.with_user(user)
        action = job.action_decide_cover()
        wizard = self.env["aftersales.cover.decision"].with_user(user)
        wizard = wizard.with_context(**action["context"]).create(
            {"payer": payer, "share": share, "reason": "Old friend", **values}
        )
        if lines:
            wizard.line_ids = lines
        return wizard.action_decide()

    def test_S2_goodwill_has_a_limit_for_each_role(self):
        """Percent of a line and money on a job; beyond it a sentence says whom to ask."""
        with self.assertRaises(AccessError):
            self._decide(self.technician_user)
        with self.assertRefused(AccessError, "decided by the hotline"):
            self.part_line.with_user(self.technician_user)._decide_cover("goodwill", 1, "x")
        with self.assertRefused(UserError, "Ask a service supervisor"):
            self._decide(self.clerk, self.part_line, share=25.01)
        with self.assertRefused(UserError, "52.50"):
            self._decide(self.clerk)
        self._decide(self.clerk, self.part_line)
        self.assertEqual(
            self._rows(self.part_line), [("goodwill", 25, 12.5), ("customer", 75, 37.5)]
        )
        self.assertEqual(self.job.amount_customer, 197.5)
        with self.assertRefused(UserError, "Ask a manager"):
            self._decide(self.supervisor, share=51)
        with self.assertRefused(UserError, "Ask a manager"):
            self._decide(self.supervisor, share=50)
        self._decide(self.supervisor, self.labour_line, share=45)
        self.assertEqual(self.job.amount_given, 12.5 + 72)
        self.assertEqual(self.job.goodwill_user_id, self.supervisor)
        self._decide(self.manager, share=100)
        self.assertEqual((self.job.amount_given, self.job.amount_customer), (210, 0))

    def test_S2_a_decision_needs_a_reason_and_is_logged(self):
        with self.assertRefused(UserError, "Write the reason"):
            self.part_line.with_user(self.clerk)._decide_cover("goodwill", 5, " ")
        self._decide(self.clerk, self.part_line, share=5)
        row = self.part_line.cover_ids[0]
        self.assertEqual((row.reason, row.decided_by_id), ("Old friend", self.clerk))
        self.assertIn("Old friend", self.job.message_ids[0].body)
        self.assertNotIn("Old friend", row.clause, "the customer reads the clause")

    def test_S2_what_was_decided_stays_decided(self):
        self._decide(self.clerk, self.part_line)
        rows = self.part_line.cover_ids
        self.job._propose_cover()
        self.part_line.quantity = 2
        self.assertEqual(self.part_line.cover_ids, rows)
        self.assertEqual(self._rows(self.part_line), [("goodwill", 25, 25), ("customer", 75, 75)])
        self.job.lot_id = self.new_unit
        self.assertEqual(self.part_line.cover_ids, rows)
        self.job.with_user(self.clerk).action_propose_cover()
        self.assertNotIn("goodwill", self.part_line.cover_ids.mapped("payer"))

    def test_S2_what_is_added_after_goodwill_counts_against_the_limit(self):
        self._decide(self.clerk, self.part_line)
        self.job._dispatch()
        self.job._start()
        self.part_line.with_user(self.technician_user).quantity = 3
        with self.assertRefused(UserError, "t_clerk.* may give at most"):
            self._finish(self.job)
        self._decide(self.supervisor, self.part_line)
        self._finish(self.job)
        self.assertEqual(self.job.state, "done")
        with self.assertRefused(UserError, "do not change"):
            self._decide(self.manager)

    def test_S2_goodwill_takes_of_what_the_customer_would_pay(self):
        job = self._call(self._line(self.labour, 2))
        line = job.line_ids
        line.with_user(self.supervisor)._decide_cover("goodwill", 50, "Long wait")
        self.assertEqual(
            self._rows(line), [("maker", 60, 96), ("goodwill", 20, 32), ("customer", 20, 32)]
        )
        self.assertEqual(line.cover_ids[0].term_id.name, "Labour")
        line.with_user(self.supervisor)._decide_cover("goodwill", 100, "Longer wait")
        self.assertEqual(self._rows(line), [("maker", 60, 96), ("goodwill", 40, 64)])
        self.assertEqual(job.amount_customer, 0)

    def test_S2_other_payers_by_hand_are_the_supervisors(self):
        with self.assertRefused(AccessError, "Only a service supervisor"):
            self._decide(self.clerk, payer="supplier", payer_partner_id=self.maker.id)
        with self.assertRefused(UserError, "Name who pays"):
            self._decide(self.supervisor, payer="supplier")
        self._decide(self.supervisor, payer="supplier", share=80, payer_partner_id=self.maker.id)
        self.assertEqual(self._rows(self.part_line), [("supplier", 80, 40), ("customer", 20, 10)])
        # Nobody claims from ourselves: that is given away, and counts.
        with self.assertRefused(UserError, "Ask a manager"):
            self._decide(self.supervisor, payer="maker", share=100)
        self._decide(self.clerk, payer="customer")
        self.assertEqual(self.job.amount_customer, 210)

    def test_S2_a_free_type_by_hand_counts_as_goodwill(self):
        values = {"service_type": "C", "service_type_reason": "a friend"}
        with self.assertRefused(UserError, "may give at most"):
            self.job.with_user(self.clerk).write(values)
        with self.assertRefused(UserError, "Ask a manager"):
            self.job.with_user(self.supervisor).write(values)
        self.company.aftersales_goodwill_supervisor_amount = 210
        self.job.with_user(self.supervisor).write(values)
        self.assertEqual((self.job.amount_given, self.job.amount_customer), (210, 0))

    def test_S2_nobody_types_a_row(self):
        self._decide(self.clerk, self.part_line)
        row = self.part_line.cover_ids[0]
        for user in (self.technician_user, self.clerk, self.supervisor, self.manager):
            for attack in (
                lambda u: row.with_user(u).write({"share": 100}),
                lambda u: row.with_user(u).unlink(),
                lambda u: row.with_user(u).copy(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    attack(user)
        with self.assertRefused(UserError, "computed from"):
            self.part_line.with_user(self.supervisor).write({"cover_ids": [(5,)]})
        with self.assertRefused(UserError, "steps of the job"):
            self.job.with_user(self.supervisor).write({"goodwill_user_id": self.manager.id})
