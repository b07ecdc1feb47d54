# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
from datetime import date

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MONTH
from .measure_common import MeasureCommon

HEADER = "indicator,month,employee,outlet,value,note"


@tagged("post_install", "-at_install")
class TestValueImport(MeasureCommon):
    """Figures and targets from files: everything, or nothing and all that is wrong."""

    def load(self, *rows, kind="value", header=HEADER, **vals):
        wizard = (
            self.env["aftersales.kpi.import"]
            .with_user(self.manager)
            .create(
                {
                    "kind": kind,
                    "company_id": self.company.id,
                    "file": self.as_file(header, *rows),
                    "filename": "figures.csv",
                    **vals,
                }
            )
        )
        action = wizard.action_import()
        if action["res_model"] == wizard._name:
            return wizard.problems.split("\n"), self.env[f"aftersales.kpi.{kind}"]
        return [], self.env[action["res_model"]].search(action["domain"])

    def test_figures_with_their_evidence(self):
        problems, figures = self.load(
            "t_income,2026-09-15,Tara,,7.5,so",
            "skill,2026-09-01,Theo,,Failing,",
            "t_income,2026-09-01,,KPI-N,9,",
            "t_income,2026-09-01,,,11,",
            confirm=True,
        )
        self.assertEqual(problems, [])
        self.assertEqual(set(figures.mapped("state")), {"confirmed"})
        self.assertEqual(len(figures.attachment_ids), 4)
        self.assertEqual(figures.confirmed_by_id, self.manager)
        self.assertEqual(self.measure(self.income)[self.tech.id].value, 7.5)
        self.assertEqual(self.measure(self.skill)[self.other.id].value, 5)
        self.assertEqual(self.measure(self.income, subject="outlet")[self.outlet.id].value, 9)
        self.assertEqual(self.measure(self.income, subject="company")[self.company.id].value, 11)

    def test_all_problems_are_named_and_nothing_is_written(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["hr.employee"].create({"name": "Stranger", "company_id": elsewhere.id})
        self.make_employee("Twin")
        self.make_employee("Twin")
        fixed = self.make_value(self.income, self.other, 3)
        problems, figures = self.load(
            "nowhere,2026-09-01,Tara,,1,",
            "t_income,2026-13-01,Tara,,1,",
            "t_income,2026-09-01,Stranger,,1,",
            "t_income,2026-09-01,Twin,,1,",
            "t_income,2026-09-01,Tara,KPI-N,1,",
            "t_income,2026-09-01,Tara,,1e9,",
            "t_income,2026-09-01,Tara,,=1+1,",
            "t_income,2026-09-01,Tara,,,",
            "skill,2026-09-01,Tara,,Superb,",
            "speed,2026-09-01,Tara,,1,",
            "t_income,2026-09-02,Theo,,4,",
            "t_cost,2026-09-01,Tara,,1,",
            "t_cost,2026-09-09,Tara,,2,",
        )
        for row, words in (
            (2, "nowhere"),
            (3, "no date"),
            (4, "Stranger"),
            (5, "more than one"),
            (6, "more than one who"),
            (7, "1e9"),
            (8, "formula"),
            (9, "empty"),
            (10, "Superb"),
            (11, "computed"),
            (12, "does not change"),
            (14, "same as row 13"),
        ):
            with self.subTest(words):
                self.assertTrue(
                    any(f"Row {row}" in text and words in text for text in problems), problems
                )
        self.assertEqual(len(problems), 12)
        self.assertFalse(self.Value.search([("indicator_id", "=", self.cost.id)]))
        self.assertEqual(fixed.value, 3)

    def test_drafts_are_overwritten(self):
        draft = self.make_value(self.income, self.tech, 3, confirm=False)
        problems, figures = self.load("t_income,2026-09-01,Tara,,4,new")
        self.assertEqual((problems, figures), ([], draft))
        self.assertEqual((draft.value, draft.note, draft.state), (4, "new", "draft"))

    def test_targets(self):
        header = "indicator,month,year,employee,outlet,value"
        problems, targets = self.load(
            "t_income,2026-09-01,,Tara,,40",
            "t_income,,2026,,,1200",
            kind="target",
            header=header,
        )
        self.assertEqual(problems, [])
        self.assertEqual(set(targets.mapped("period_start")), {MONTH, date(2026, 1, 1)})
        self.assertTrue(all(targets.mapped("is_locked")))
        problems, _targets = self.load(
            "t_income,2026-09-01,,Tara,,50",
            "t_income,2026-09-01,2026,,,1",
            "t_income,,20.5,,,1",
            kind="target",
            header=header,
        )
        self.assertEqual(len(problems), 3)
        self.assertIn("Unlock", problems[-1])
        self.assertEqual(targets.sorted("value")[0].value, 40)

    def test_no_file_of_employees(self):
        with self.assertRaises(AccessError):
            self.env["aftersales.kpi.import"].with_user(self.user).create({})

    def test_template_names_choices(self):
        for kind in ("value", "target"):
            wizard = self.env["aftersales.kpi.import"].new({"kind": kind})
            book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.template_file)))
            guide = [cell.value for row in book["Read me"].iter_rows() for cell in row]
            self.assertTrue(any("Solves all alone" in (text or "") for text in guide))
            problems, _rows = wizard._read_spreadsheet(
                base64.b64decode(wizard.template_file),
                book.sheetnames[0],
                {"indicator": (str, 1)},
            )
            self.assertIn("no rows", problems[0])
