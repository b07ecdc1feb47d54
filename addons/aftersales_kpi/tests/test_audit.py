# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.aftersales_base.drawing import choose, get_digest

from .quality import QualityCommon


@tagged("post_install", "-at_install")
class TestAudit(QualityCommon):
    """K12: vouchers drawn from a seed, checked, published; standards with preconditions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["aftersales.audit.criterion"].search([]).action_archive()
        cls.criteria = cls.env["aftersales.audit.criterion"].create(
            [
                {"name": name, "company_id": cls.company.id}
                for name in ("Customer right", "Unit right")
            ]
        )
        cls.south = cls.outlet.copy({"name": "South", "code": "KPI-S"})

    def make_audit(self, **vals):
        return (
            self.env["aftersales.audit"]
            .with_user(self.auditor)
            .create(
                {
                    "date_from": self.today - timedelta(days=20),
                    "date_to": self.today,
                    **vals,
                }
            )
        )

    def draw(self, **vals):
        audit = self.make_audit(**vals)
        audit.action_draw()
        return audit

    def fail_one(self, audit, outlet):
        line = audit.line_ids.filtered(lambda line: line.outlet_id == outlet)[0]
        line.check_ids[0].write({"result": "failed", "note": "Wrong phone"})
        return line

    def audit_measure(self, name, subject="outlet"):
        indicator = self.env.ref(f"aftersales_kpi.indicator_{name}")
        found = self.measure(indicator, self.today, self.today, subject=subject)
        return {key: measure.rounded for key, measure in found.items()}

    # --- the draw ---

    def test_K12_five_closed_vouchers_per_outlet(self):
        """Five by default, all where there are fewer; open ones and other days do not count."""
        north = [self.make_visit() for _number in range(7)]
        south = [self.make_visit(outlet_id=self.south.id) for _number in range(2)]
        self.make_visit(outcomes=("dissatisfied",))
        self.make_visit(40)
        audit = self.draw()
        self.assertEqual(audit.voucher_limit, 5)
        drawn = {result.outlet_id: result.line_ids.voucher_id for result in audit.result_ids}
        ids = [voucher.id for voucher in north]
        self.assertEqual(set(drawn[self.outlet].ids), set(choose(audit.seed, ids, 5)))
        self.assertEqual(set(drawn[self.south].ids), {voucher.id for voucher in south})
        self.assertEqual(audit.result_ids.mapped("pool_count"), [7, 2])
        self.assertEqual(len(audit.line_ids.check_ids), 7 * len(self.criteria))

    def test_K12_draw_is_repeatable_and_noticed_when_changed(self):
        for _number in range(7):
            self.make_visit()
        audit = self.draw()
        for line in audit.line_ids:
            self.assertEqual(line.digest, get_digest(audit.seed, line.voucher_id.id))
        self.assertTrue(audit._is_verified())
        self.make_visit(40)
        self.assertTrue(audit._is_verified(), "others come and go outside the window")
        closed = self.env["aftersales.voucher"].search(
            [("company_id", "=", self.company.id), ("state", "=", "closed")]
        )
        others = closed - audit.line_ids.voucher_id
        audit.sudo().line_ids[0].voucher_id = others[0]
        self.assertFalse(audit._is_verified())

    def test_K12_one_query_draws_for_all_outlets(self):
        counts = []
        for outlets in (1, 4):
            for number in range(outlets):
                outlet = self.outlet.copy({"name": "O", "code": f"A-{outlets}-{number}"})
                for _voucher in range(2):
                    self.make_visit(outlet_id=outlet.id)
            audit = self.make_audit()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            audit.sudo()._draw()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(audit.result_ids), outlets)
        self.assertLessEqual(counts[1], counts[0])

    def test_K12_a_voucher_is_audited_once(self):
        first = [self.make_visit() for _number in range(5)]
        self.draw()
        with self.assertRaisesRegex(UserError, "No outlet has closed"), self.env.cr.savepoint():
            self.draw()
        later = self.make_visit()
        audit = self.draw()
        self.assertEqual(audit.line_ids.voucher_id, later)
        self.assertTrue(first)

    def test_K12_the_seed_is_not_chosen_and_a_draw_is_not_repeated(self):
        self.make_visit()
        with self.assertRaises(UserError):
            self.make_audit(seed="1")
        audit = self.draw()
        for vals in ({"seed": "1"}, {"state": "draft"}, {"voucher_limit": 1}):
            with self.assertRaises(UserError):
                audit.write(vals)
        with self.assertRaises(UserError):
            audit.action_draw()
        with self.assertRaises(UserError):
            audit.unlink()

    # --- verdicts ---

    def test_K12_a_failed_outlet_loses_a_share_of_its_bonus_class(self):
        """0.3 % by the settings; who passed loses nothing."""
        self.make_visit()
        self.make_visit(outlet_id=self.south.id)
        audit = self.draw()
        self.fail_one(audit, self.south)
        with self.assertRaisesRegex(UserError, "not checked"):
            audit.action_publish()
        for line in audit.line_ids:
            line.action_all_right()
        self.assertEqual(self.audit_measure("audit_passed"), {}, "counts once published")
        audit.action_publish()
        self.assertEqual(self.company.aftersales_audit_loss, 0.3)
        self.assertEqual(
            self.audit_measure("audit_loss"), {self.outlet.id: 0, self.south.id: Decimal("0.3")}
        )
        self.assertEqual(
            self.audit_measure("audit_passed"), {self.outlet.id: 100, self.south.id: 0}
        )
        self.assertEqual(self.audit_measure("audit_passed", "company"), {self.company.id: 50})

    def test_K12_the_setting_is_kept_with_the_result(self):
        self.make_visit()
        audit = self.draw()
        self.fail_one(audit, self.outlet)
        audit.line_ids.action_all_right()
        self.company.aftersales_audit_loss = 0.5
        audit.action_publish()
        self.company.aftersales_audit_loss = 0.7
        self.assertEqual(self.audit_measure("audit_loss"), {self.outlet.id: Decimal("0.5")})

    def test_K12_some_inaccurate_vouchers_may_be_tolerated(self):
        self.company.aftersales_audit_tolerated = 1
        for _number in range(2):
            self.make_visit()
        audit = self.draw()
        self.fail_one(audit, self.outlet)
        audit.line_ids.action_all_right()
        audit.action_publish()
        self.assertEqual(audit.result_ids.mapped("verdict"), ["passed"])
        self.assertEqual(audit.result_ids.failed_count, 1)

    def test_K12_verdict_of_a_voucher(self):
        self.make_visit()
        line = self.draw().line_ids
        first, second = line.check_ids
        self.assertEqual(line.verdict, "open")
        first.result = "ok"
        self.assertEqual(line.verdict, "open")
        second.result = "na"
        self.assertEqual(line.verdict, "accurate")
        with self.assertRaisesRegex(UserError, "note what is wrong"), self.env.cr.savepoint():
            second.result = "failed"
        second.write({"result": "failed", "note": "Wrong serial"})
        self.assertEqual(line.verdict, "inaccurate")

    def test_K12_what_is_published_stays(self):
        self.make_visit()
        audit = self.draw()
        audit.line_ids.action_all_right()
        audit.action_publish()
        check = audit.line_ids.check_ids[0]
        with self.assertRaises(UserError):
            check.write({"result": "failed", "note": "x"})
        with self.assertRaises(UserError):
            audit.line_ids.write({"check_ids": [(1, check.id, {"result": "na"})]})
        with self.assertRaises(UserError):
            audit.line_ids.write({"verdict": "inaccurate"})
        for user in (self.auditor, self.manager):
            with self.assertRaises(UserError):
                audit.result_ids.with_user(user).write({"loss": 0})

    def test_K12_findings_have_a_person_and_a_date(self):
        self.make_visit()
        audit = self.draw()
        line = self.fail_one(audit, self.outlet)
        finding = (
            self.env["aftersales.audit.finding"]
            .with_user(self.auditor)
            .create(
                {
                    "name": "Phone numbers",
                    "line_id": line.id,
                    "person_id": self.customer.id,
                    "date_due": fields.Date.today() - timedelta(days=1),
                }
            )
        )
        self.assertEqual((finding.audit_id, finding.outlet_id), (audit, self.outlet))
        self.assertEqual(finding.state, "late")
        self.assertIn(
            finding, finding.search([("state", "=", "late"), ("audit_id", "=", audit.id)])
        )
        self.assertEqual(finding.activity_ids.user_id, self.auditor)
        finding.action_done()
        self.assertEqual((finding.state, finding.done_on), ("done", fields.Date.today()))

    # --- standards ---

    def make_standard(self):
        standard = (
            self.env["aftersales.standard"]
            .with_user(self.auditor)
            .create(
                {
                    "name": "S",
                    "company_id": self.company.id,
                    "clause_ids": [
                        (0, 0, {"number": "1", "name": "Licence", "kind": "precondition"}),
                        (0, 0, {"number": "2", "name": "Calls", "kind": "bonus"}),
                        (0, 0, {"number": "3", "name": "Tools", "kind": "bonus"}),
                        (0, 0, {"number": "4", "name": "Sign", "kind": "scored"}),
                    ],
                }
            )
        )
        standard.action_release()
        return standard

    def audit_standard(self, scores, holds="yes", publish=True):
        audit = (
            self.env["aftersales.standard.audit"]
            .with_user(self.auditor)
            .create(
                {
                    "outlet_id": self.outlet.id,
                    "standard_id": self.make_standard().id,
                    "date": self.today,
                }
            )
        )
        audit.line_ids[0].holds = holds
        for line, score in zip(audit.line_ids[1:], scores, strict=True):
            line.write({"score": score, "is_scored": True})
        if publish:
            audit.action_publish()
        return audit

    def test_K12_mean_of_the_bonus_clauses_earns_the_bonus_in_full(self):
        """From 90 % on, included; clauses that are not tied to the bonus do not count."""
        for scores, full in (
            ((90, 90, 0), True),
            ((80, 100, 0), True),
            ((89.99, 90, 100), False),
            ((100, 79.99, 100), False),
        ):
            with self.subTest(scores=scores):
                self.assertEqual(self.audit_standard(scores).is_full_bonus, full)

    def test_K12_only_if_the_preconditions_hold(self):
        audit = self.audit_standard((100, 100, 100), holds="no")
        self.assertEqual((audit.bonus_mean, audit.preconditions_hold), (100, False))
        self.assertFalse(audit.is_full_bonus)
        self.assertEqual(self.audit_measure("audit_standard"), {self.outlet.id: 0})

    def test_K12_measure_of_the_standard(self):
        self.audit_standard((92, 95, 10))
        self.assertEqual(self.audit_measure("audit_standard"), {self.outlet.id: Decimal("93.5")})

    def test_K12_unchecked_clauses_are_not_published(self):
        audit = self.audit_standard((90, 90, 90), publish=False)
        audit.line_ids[0].holds = False
        with self.assertRaisesRegex(UserError, "not checked"):
            audit.action_publish()
        audit.line_ids[0].holds = "yes"
        audit.line_ids[3].write({"score": 0, "is_scored": False})
        with self.assertRaisesRegex(UserError, "not checked"):
            audit.action_publish()
        audit.line_ids[3].is_scored = True
        audit.action_publish()
        for line, vals in ((audit.line_ids[1], {"score": 100}), (audit.line_ids[0], {"note": "x"})):
            with self.assertRaises(UserError):
                line.write(vals)
        with self.assertRaises(UserError):
            audit.write({"outlet_id": self.south.id})
        with self.assertRaises(UserError):
            audit.line_ids[1].unlink()

    def test_K12_standards_have_versions(self):
        standard = self.make_standard()
        with self.assertRaises(UserError):
            standard.clause_ids[0].name = "Other"
        with self.assertRaises(UserError):
            standard.write({"clause_ids": [(0, 0, {"number": "9", "name": "New"})]})
        action = standard.action_new_version()
        second = standard.browse(action["res_id"])
        self.assertEqual((second.version, second.state, len(second.clause_ids)), (2, "draft", 4))
        second.clause_ids[0].name = "Other"
        second.action_release()
        self.assertEqual((standard.state, second.state), ("replaced", "released"))

    # --- rights and paper ---

    def test_K12_only_auditors_audit(self):
        self.make_visit()
        audit = self.make_audit()
        with self.assertRaises(AccessError):
            audit.with_user(self.manager).action_draw()
        audit.action_draw()
        self.assertTrue(audit.with_user(self.manager).line_ids.mapped("verdict"))
        with self.assertRaises(AccessError):
            audit.line_ids.with_user(self.manager).action_all_right()
        with self.assertRaises(AccessError):
            audit.with_user(self.user).read(["name"])

    def test_K12_printed_reports(self):
        self.make_visit()
        audit = self.draw()
        self.fail_one(audit, self.outlet)
        audit.line_ids.action_all_right()
        audit.action_publish()
        standard = self.audit_standard((92, 95, 10))
        reports = self.env["ir.actions.report"].with_user(self.auditor)
        page = reports._render_qweb_html("aftersales_kpi.report_audit", audit.ids)[0].decode()
        for text in (audit.seed, "Wrong phone", audit.line_ids.voucher_id.number, "0.30"):
            self.assertIn(text, page)
        page = reports._render_qweb_html("aftersales_kpi.report_standard_audit", standard.ids)[0]
        for text in ("Earns the full bonus", "93.50", "Licence"):
            self.assertIn(text, page.decode())
