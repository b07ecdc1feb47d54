# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SIGNATURE, ServiceCommon


class ChecklistCommon(ServiceCommon):
    """Only the checklists that a test makes apply to its jobs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["aftersales.checklist"].search([]).active = False

    @classmethod
    def _checklist(cls, phase, steps, **values):
        """A template; steps are pairs of name and values."""
        return cls.env["aftersales.checklist"].create(
            {
                "name": f"T {phase}",
                "phase": phase,
                "step_ids": [Command.create({"name": name, **vals}) for name, vals in steps],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestChecklist(ChecklistCommon):
    def test_S2_each_kind_has_its_own_steps(self):
        self._checklist("work", [("Level it", {})], kind="installation")
        self._checklist("work", [("Change oil", {})], kind="maintenance")
        self._checklist("work", [("Count the tools", {})])
        self._checklist("work", [("Elsewhere", {})], place="workshop")
        self._checklist("reception", [("Too early", {})])
        for kind, step in (("installation", "Level it"), ("maintenance", "Change oil")):
            job = self._voucher(kind=kind)
            job._dispatch()
            self.assertFalse(job.checklist_line_ids, "the phase has not begun")
            job.action_start()
            self.assertEqual(set(job.checklist_line_ids.mapped("name")), {step, "Count the tools"})

    def test_S2_steps_of_a_category_hold_below_it(self):
        parent = self.env["product.category"].create({"name": "T machines"})
        child = self.env["product.category"].create({"name": "T saws", "parent_id": parent.id})
        other = self.env["product.category"].create({"name": "T cars"})
        self._checklist("work", [("Blade guard", {})], categ_id=parent.id)
        for categ, expected in ((parent, 1), (child, 1), (other, 0)):
            self.model.categ_id = categ
            self.assertEqual(len(self._job().checklist_line_ids), expected, categ.name)

    def test_S2_a_required_step_holds_the_job_back(self):
        self._checklist(
            "work", [("Trial run", {"answer_kind": "result"}), ("Remark", {"required": False})]
        )
        job = self._job()
        job.write({"signature": SIGNATURE, "signed_by": "Jo"})
        with self.assertRefused(UserError, f"{job.number}.*Work.*“Trial run”"):
            job.action_done()
        trial = job.checklist_line_ids.filtered("required")
        trial.with_user(self.technician_user).result = "not_ok"
        self.assertTrue(trial.is_finding)
        self.assertTrue(job.has_finding)
        self.assertEqual((trial.done_by_id, bool(trial.done_at)), (self.technician_user, True))
        job.action_done()
        with self.assertRefused(UserError, "checklists do not change any more"):
            trial.result = "ok"

    def test_S2_each_kind_of_answer(self):
        """Answered or not, and a finding or not: a table."""
        png = SIGNATURE
        cases = [
            # kind, values, answered, finding
            ("tick", {}, False, False),
            ("tick", {"tick": True}, True, False),
            ("result", {"result": "ok"}, True, False),
            ("result", {"result": "na"}, True, False),
            ("result", {"result": "not_ok"}, True, True),
            ("result", {"tick": True, "text": "x"}, False, False),
            ("text", {"text": "   "}, False, False),
            ("text", {"text": "worn"}, True, False),
            ("number", {}, False, False),
            ("number", {"number": 1.9}, True, True),
            ("number", {"number": 2.0}, True, False),
            ("number", {"number": 2.5}, True, False),
            ("number", {"number": 2.6}, True, True),
            ("number", {"tick": True}, True, True),  # zero, confirmed
            ("photo", {"photo": png}, True, False),
        ]
        self._checklist(
            "work",
            [
                (str(i), {"answer_kind": kind, "number_min": 2.0, "number_max": 2.5, "sequence": i})
                for i, (kind, *_rest) in enumerate(cases)
            ],
        )
        lines = self._job().checklist_line_ids
        for line, (kind, values, answered, finding) in zip(lines, cases, strict=True):
            with self.subTest(kind=kind, values=values):
                line.write(values or {"note": "nothing"})
                self.assertEqual((line.is_answered, line.is_finding), (answered, finding))
                self.assertEqual(bool(line.done_at), answered)

    def test_S2_numbers_without_limits_are_no_findings(self):
        self._checklist("work", [("Meter", {"answer_kind": "number", "unit": "km"})])
        line = self._job().checklist_line_ids
        line.number = 12000
        self.assertFalse(line.is_finding)
        self.assertEqual(line.answer, "12000 km")

    def test_S2_an_answer_taken_back_leaves_no_stamp(self):
        self._checklist("work", [("Trial run", {})])
        line = self._job().checklist_line_ids
        line.tick = True
        self.assertTrue(line.done_at)
        line.tick = False
        self.assertFalse(line.done_at or line.done_by_id)
        for name in ("done_at", "done_by_id"):
            with self.assertRefused(UserError, "stamped when the step is answered"):
                line.write({name: False})

    def test_S2_technician_answers_own_jobs_and_changes_no_step(self):
        self._checklist("work", [("Trial run", {})])
        mine = self._job().checklist_line_ids.with_user(self.technician_user)
        other = self._job(technician_id=self.other_technician.id).checklist_line_ids
        # As the form does it.
        mine.voucher_id.checklist_line_ids = [Command.update(mine.id, {"tick": True})]
        self.assertTrue(mine.is_answered)
        with self.assertRefused(AccessError, "changes the steps"):
            mine.required = False
        with self.assertRaises(AccessError):
            mine.unlink()
        with self.assertRaises(AccessError):
            other.with_user(self.technician_user).tick = True

    def test_S2_templates_change_no_job_and_come_once(self):
        checklist = self._checklist("work", [("Trial run", {})])
        job = self._job()
        checklist.step_ids.name = "Something else"
        job._begin_phases("work")
        self.assertEqual(job.checklist_line_ids.mapped("name"), ["Trial run"])

    def test_S2_limits_are_in_order(self):
        with self.assertRefused(ValidationError, "highest value lies below"):
            self._checklist("work", [("Meter", {"number_min": 3, "number_max": 2})])

    def test_S2_checklists_of_another_company_stay_there(self):
        company = self.env["res.company"].create({"name": "T elsewhere"})
        self._checklist("work", [("Foreign", {})], company_id=company.id)
        self.assertFalse(self._job().checklist_line_ids)
        foreign = self.env["aftersales.checklist"].search([("company_id", "=", company.id)])
        for record in (foreign, foreign.step_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.supervisor).read(["name"])

    def test_S2_history_that_is_loaded_has_no_checklists(self):
        self._checklist("work", [("Trial run", {})])
        at = self.env.cr.now().replace(year=2031, microsecond=0, tzinfo=None)
        job = self._voucher()
        job._dispatch(at=at)
        job._start(at=at)
        self.assertFalse(job.checklist_line_ids)
        self._finish(job, at=at)

    def test_S2_starting_many_jobs_costs_one_search_of_checklists(self):
        self._checklist("work", [("Trial run", {}), ("Clean", {})])

        def count(size):
            jobs = self.env["aftersales.voucher"].concat(*(self._voucher() for _i in range(size)))
            jobs._dispatch()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            jobs._begin_phases("work")
            self.env.flush_all()
            self.assertEqual(len(jobs.checklist_line_ids), 2 * size)
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(20), count(2) + 4)
