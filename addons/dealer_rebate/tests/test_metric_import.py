# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import io
import zipfile
from datetime import date, datetime

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base import spreadsheet

from .metric_common import MONTHS, Q1, MetricCommon

VALUES = ("metric", "dealer", "store", "date_from", "date_to", "value", "note")
JANUARY = ("2026-01-01", "2026-01-31")


@tagged("post_install", "-at_install")
class TestMetricImport(MetricCommon):
    """Files of strangers: everything is imported, or nothing and a list of what is wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales = cls._create_metric("sales")
        cls.cases = cls._create_metric("cases", "items")
        cls.dealer.ref = "D-1"
        cls.dealer_2.ref = "1002"

    def _xlsx(self, *rows, title="Values", others=()):
        book = openpyxl.Workbook()
        book.active.title = title
        for row in rows:
            book.active.append(row)
        for name in others:
            book.create_sheet(name)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def _import(self, content, kind="value", user=None, **vals):
        wizard = (
            self.env["rebate.metric.import"]
            .with_user(user or self.clerk)
            .create({"kind": kind, "file": base64.b64encode(content), "filename": "f"} | vals)
        )
        action = wizard.action_import()
        if action["res_model"] == wizard._name:
            return wizard.problems.split("\n"), None
        return [], self.env[action["res_model"]].search(action["domain"])

    def _assert_refused_with(self, content, *fragments, kind="value", count=None):
        """Nothing is imported, and each fragment stands in one of the sentences."""
        models = ("rebate.metric.value", "rebate.metric.item", "rebate.target")
        before = [self.env[model].search_count([]) for model in models]
        user = self.verifier if kind == "target" else self.clerk
        problems, _records = self._import(content, kind, user)
        self.assertEqual([self.env[model].search_count([]) for model in models], before)
        for fragment in fragments:
            self.assertTrue(
                any(fragment in problem for problem in problems), f"{fragment!r} in {problems}"
            )
        if count:
            self.assertEqual(len(problems), count, problems)
        return problems

    # ------------------------------------------------------------------
    # What goes well
    # ------------------------------------------------------------------

    def test_values_from_xlsx(self):
        """Dealers by reference, real dates and texts, exact numbers; handed in at once."""
        problems, values = self._import(
            self._xlsx(
                VALUES,
                ("sales", "D-1", None, date(2026, 1, 1), datetime(2026, 1, 31), 999999.99, "x"),
                (None,) * 7,
                ("sales", 1002, None, *JANUARY, "1000000.01", None),
            )
        )
        self.assertEqual(problems, [])
        self.assertEqual(set(values.mapped("state")), {"submitted"})
        self.assertEqual(values.entered_by_id, self.clerk)
        values.with_user(self.verifier).action_verify()
        self.assertEqual(self._read(self.sales, MONTHS[0]), self._decimal("999999.99"))
        self.assertEqual(
            self._read(self.sales, MONTHS[0], dealer=self.dealer_2), self._decimal("1000000.01")
        )

    def test_values_from_csv(self):
        """Comma, semicolon or tab; UTF-8 with or without mark, and the Chinese encoding."""
        self.dealer.name = "北方汽车"
        for number, (delimiter, encoding) in enumerate(
            ((",", "utf-8"), (";", "utf-8-sig"), ("\t", "gb18030"))
        ):
            rows = (
                ("metric", "dealer", "date_from", "date_to", "value"),
                (
                    "sales",
                    "北方汽车",
                    str(MONTHS[number][0]),
                    f"2026/{number + 1}/28",
                    "7",
                ),
            )
            text = "\r\n".join(delimiter.join(row) for row in rows)
            problems, values = self._import(text.encode(encoding), submit=False)
            self.assertEqual(problems, [], encoding)
            self.assertEqual((values.partner_id, values.state), (self.dealer, "draft"))

    def test_items(self):
        """Items with their defaults."""
        problems, items = self._import(
            self._xlsx(
                ("metric", "dealer", "date", "customer", "vehicle", "weight", "exempt"),
                ("cases", "D-1", date(2026, 1, 5), "Li", 123456, 10, "yes"),
                ("cases", "D-1", date(2026, 1, 6), None, None, None, None),
                title="Items",
            ),
            "item",
        )
        self.assertEqual(problems, [])
        self.assertEqual(sorted(items.mapped("weight")), [1, 10])
        self.assertEqual(items.filtered("exempt").vehicle, "123456")
        self.assertEqual(set(items.mapped("quantity")), {1})

    def test_targets(self):
        """Targets of metrics and of components; for managers only."""
        content = self._xlsx(
            ("dealer", "metric", "agreement", "component", "date_from", "date_to", "value"),
            ("D-1", "sales", None, None, *JANUARY, 100),
            ("D-1", None, self.agreement.name, "Component 1", *JANUARY, 200),
            title="Targets",
        )
        with self.assertRaises(AccessError):
            self._import(content, "target")
        problems, targets = self._import(content, "target", self.verifier)
        self.assertEqual(problems, [])
        self.assertEqual(targets.metric_id, self.sales)
        self.assertEqual(targets.component_id, self.agreement.component_ids)

    def test_template_can_be_filled_in(self):
        """The template of each kind is read back; a name that begins with = is no formula."""
        self.sales.name = "=1+1"
        for kind, row in (
            ("value", ("sales", "D-1", None, *JANUARY, 5, None)),
            ("item", ("cases", "D-1", None, "2026-01-05")),
            ("target", ("D-1", None, "sales", None, None, *JANUARY, 5)),
        ):
            with self.subTest(kind):
                wizard = self.env["rebate.metric.import"].create({"kind": kind})
                book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.template_file)))
                cells = [c for line in book["Read me"].iter_rows() for c in line]
                self.assertNotIn("f", {cell.data_type for cell in cells})
                book.worksheets[0].append(row)
                stream = io.BytesIO()
                book.save(stream)
                problems, records = self._import(stream.getvalue(), kind, self.verifier)
                self.assertEqual(problems, [])
                self.assertEqual(len(records), 1)

    def test_the_file_is_the_evidence(self):
        """Where a metric asks for evidence the imported file is attached."""
        self.sales.needs_evidence = True
        problems, values = self._import(
            self._xlsx(VALUES, ("sales", "D-1", None, *JANUARY, 5, None))
        )
        self.assertEqual(problems, [])
        self.assertEqual(values.state, "submitted")
        self.assertEqual(values.message_attachment_count, 1)

    # ------------------------------------------------------------------
    # What is wrong with a file
    # ------------------------------------------------------------------

    def test_files_that_are_no_spreadsheets(self):
        """Pictures, documents, damaged archives, nothing at all."""
        good = self._xlsx(VALUES, ("sales", "D-1", None, *JANUARY, 5, None))
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("xl/workbook.xml", "<nonsense")
        for content in (
            b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
            b"%PDF-1.7 ...",
            b"\xd0\xcf\x11\xe0" + b"\0" * 512,
            good[: len(good) // 2],
            archive.getvalue(),
            b"\xff\xfe\xfa" * 20,
            b'metric,dealer\n"never closed',
        ):
            with self.subTest(content[:10]):
                self._assert_refused_with(content, "neither an XLSX nor a CSV", count=1)
        self._assert_refused_with(b" \n \n", "empty", count=1)
        with self.assertRaises(UserError):
            self._import(b"")

    def test_bombs(self):
        """What unpacks to too much, and too many rows, is refused before it is read."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
        self.patch(spreadsheet, "MAX_UNPACKED", 1_000_000)
        self._assert_refused_with(packed.getvalue(), "too large", count=1)
        self.patch(spreadsheet, "MAX_ROWS", 3)
        rows = [("sales", "D-1", None, *JANUARY, n, None) for n in range(10)]
        self._assert_refused_with(self._xlsx(VALUES, *rows), "rows. Split it", count=1)
        self.patch(spreadsheet, "MAX_BYTES", 100)
        self._assert_refused_with(b"metric,dealer\n" * 50, "too large", count=1)

    def test_wrong_sheet_and_columns(self):
        """The sheet is known by its name, the columns by theirs."""
        row = ("sales", "D-1", None, *JANUARY, 5, None)
        self._assert_refused_with(
            self._xlsx(VALUES, row, title="Sheet1", others=("Sheet2",)), "Sheet1, Sheet2"
        )
        self._assert_refused_with(self._xlsx(row), "does not name the columns")
        self._assert_refused_with(self._xlsx((*VALUES, "value"), row), "“value” is there twice")
        self._assert_refused_with(self._xlsx(VALUES), "no rows")
        self._assert_refused_with(self._xlsx(VALUES[:5], row[:5]), "Row 2: value is empty")
        problems, _values = self._import(self._xlsx(VALUES, row, title="Whatever"))
        self.assertEqual(problems, [])

    def test_wrong_cells(self):
        """Each wrong cell is named with its row and column, all at once."""
        dates = (date(2026, 2, 1), date(2026, 2, 28))
        rows = [
            ("sales", "D-1", None, *JANUARY, "=1+1", None),
            ("sales", "D-1", None, *dates, 1e308, None),
            ("sales", "D-1", None, *dates, "1,200", None),
            ("sales", "D-1", None, *dates, "NaN", None),
            ("sales", "D-1", None, *dates, True, None),
            ("sales", "D-1", None, "31.01.2026", "2026-02-30", 5, None),
            ("sales", "D-1"),
            ("sales", "Nobody", None, *dates, 5, None),
            ("nothing", "D-1", None, *dates, 5, None),
            ("cases", "D-1", None, *dates, 5, None),
            ("sales", "D-1", "S-404", *dates, 5, None),
            ("sales", "D-1", None, "2026-02-28", "2026-02-01", 5, None),
        ]
        self._assert_refused_with(
            self._xlsx(VALUES, *rows),
            "Row 2, column value: there is a formula",
            "Row 3, column value: the number “1e+308” is too large",
            "Row 4, column value: “1,200” is no number",
            "Row 5, column value: “NaN” is no number",
            "Row 6, column value: “True” is no number",
            "Row 7, column date_from: “31.01.2026” is no date",
            "Row 7, column date_to: “2026-02-30” is no date",
            "Row 8: date_from, date_to, value is empty",
            "Row 9: there is no dealer “Nobody”",
            "Row 10: there is no metric with the code “nothing”",
            "Row 11: the metric cases does not take values",
            "Row 12: there is no store with the code “S-404”",
            "Row 13: the period ends before it starts",
            count=13,
        )

    def test_csv_formulas_and_half_rows(self):
        """CSV is judged as strictly as XLSX."""
        text = (
            "metric,dealer,date_from,date_to,value\n"
            "sales,D-1,2026-01-01,2026-01-31,=HYPERLINK(1)\n"
            "sales,D-1\n"
            "sales,D-1,2026-02-01,2026-02-28,1e308\n"
        )
        self._assert_refused_with(
            text.encode(), "Row 2, column value: there is a formula", "Row 3", "Row 4", count=3
        )

    def test_duplicates(self):
        """In the file, with what is there, and where days merely overlap."""
        self._value(self.sales, Q1, 5, dealer=self.dealer_2)
        rows = [
            ("sales", "D-1", None, *JANUARY, 5, None),
            ("sales", "D-1", None, *JANUARY, 6, None),
            ("sales", "D-1", None, "2026-01-15", "2026-02-15", 6, None),
            ("sales", "1002", None, str(Q1[0]), str(Q1[1]), 6, None),
            ("sales", "1002", None, *JANUARY, 6, None),
        ]
        self._assert_refused_with(
            self._xlsx(VALUES, *rows),
            "Row 3: row 2 has the same dealer and days",
            "Row 4: row 2",
            "Row 5: there is a figure of this dealer for these days already",
            count=3,
        )

    def test_ambiguous_dealer(self):
        """Two dealers of one name are told apart by reference."""
        self._create_dealer("Dealer One")
        row = ("sales", "Dealer One", None, *JANUARY, 5, None)
        self._assert_refused_with(self._xlsx(VALUES, row), "Row 2: there are 2 of the dealer")
        problems, _values = self._import(
            self._xlsx(VALUES, ("sales", "D-1", None, *JANUARY, 5, None))
        )
        self.assertEqual(problems, [])

    def test_items_and_targets_are_not_negative(self):
        """Quantities, weights and targets below 0; a target of two things or none."""
        self._assert_refused_with(
            self._xlsx(
                ("metric", "dealer", "date", "quantity", "weight", "exempt"),
                ("cases", "D-1", "2026-01-01", -1, -2, "perhaps"),
                ("sales", "D-1", "2026-01-01", 1, 1, None),
                title="Items",
            ),
            "quantity is negative",
            "weight is negative",
            "“perhaps” is neither yes nor no",
            "does not take items",
            kind="item",
            count=4,
        )
        self._assert_refused_with(
            self._xlsx(
                ("dealer", "metric", "agreement", "component", "date_from", "date_to", "value"),
                ("D-1", "sales", None, None, *JANUARY, -1),
                ("D-1", None, None, None, *JANUARY, 1),
                ("D-1", "sales", self.agreement.name, "Component 1", *JANUARY, 1),
                ("D-1", None, self.agreement.name, "Other", *JANUARY, 1),
                ("D-1", None, "No such", "Other", *JANUARY, 1),
                title="Targets",
            ),
            "Row 2: value is negative",
            "Row 3: name either",
            "Row 4: name either",
            "Row 5: the agreement has no component “Other”",
            "Row 6: there is no agreement “No such”",
            kind="target",
        )

    def test_long_lists_of_problems_are_cut(self):
        """Fifty sentences are enough to mend a file."""
        rows = [("sales", f"Nobody {n}", None, *JANUARY, 5, None) for n in range(60)]
        problems = self._assert_refused_with(self._xlsx(VALUES, *rows), count=51)
        self.assertIn("10", problems[-1])

    def test_dealers_and_metrics_of_other_companies_are_unknown(self):
        """What belongs to a sister company is not there."""
        other = self.setup_other_company()["company"]
        self._create_metric("elsewhere", company_id=other.id)
        self._create_dealer("Theirs", company_id=other.id)
        self._assert_refused_with(
            self._xlsx(
                VALUES,
                ("elsewhere", "D-1", None, *JANUARY, 5, None),
                ("sales", "Theirs", None, *JANUARY, 5, None),
            ),
            "Row 2: there is no metric",
            "Row 3: there is no dealer",
            count=2,
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_import_many_rows_with_few_queries(self):
        """Reading a file costs the same searches for two rows and for two hundred."""
        dealers = self.env["res.partner"].create(
            [{"name": f"Many {n}", "is_company": True, "is_dealer": True} for n in range(200)]
        )
        counts = []
        for part in (dealers[:2], dealers[2:]):
            content = self._xlsx(
                VALUES, *[("sales", d.name, None, *JANUARY, 5, None) for d in part]
            )
            wizard = self.env["rebate.metric.import"].create(
                {"kind": "value", "file": base64.b64encode(content)}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            problems, vals_list = wizard._read_file()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual((problems, len(vals_list)), ([], len(part)))
        self.assertLessEqual(counts[1], counts[0] + 2)
