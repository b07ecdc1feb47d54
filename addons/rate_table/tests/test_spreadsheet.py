# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

import openpyxl

from odoo.tests import tagged
from odoo.tools import file_open

from .common import RateTableCommon

HEADER = ["name", "method", "inputs", "line_ids/from_value", "line_ids/from_value_2"]
HEADER += ["line_ids/value"]


@tagged("post_install", "-at_install")
class TestSpreadsheet(RateTableCommon):
    """Tables travel as spreadsheets by Odoo's own import and export."""

    def _load(self, header, rows):
        result = self.env["rate.table"].load(header, rows)
        self.assertFalse(result["messages"], result["messages"])
        return self.env["rate.table"].browse(result["ids"])

    def test_the_template_is_imported_as_it_is(self):
        """What the import offers to download loads without a change, and counts."""
        (template,) = self.env["rate.table"].get_import_templates()
        with file_open(template["template"].lstrip("/"), "rb") as file:
            sheet = openpyxl.load_workbook(file, read_only=True, data_only=True).active
            header, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        rows = [["" if cell is None else str(cell) for cell in row] for row in rows]
        tables = self._load(header, rows)
        self.assertEqual(len(tables), 2)
        purchases = tables.filtered(lambda table: table.method == "whole")
        first, *_others, last = purchases.line_ids.sorted("from_value")
        just_below, at = purchases.evaluate(
            [Decimal(str(first.from_value)) - 1, Decimal(str(last.from_value))]
        )
        self.assertEqual(just_below.amount, 0)
        self.assertEqual(at.rate, Decimal(str(last.value)))

    def test_export_and_import_bring_the_same_table(self):
        """Rows come back as they went, those of two figures too."""
        table = self.env["rate.table"].create(
            {
                "name": "Matrix",
                "inputs": "two",
                "line_ids": [
                    (0, 0, {"from_value": 0.1, "from_value_2": 90, "value": 0.3}),
                    (0, 0, {"from_value": 100, "from_value_2": 95, "value": 1.125}),
                ],
            }
        )
        rows = [
            ["" if cell is False else str(cell) for cell in row]
            for row in table.export_data(HEADER)["datas"]
        ]
        copy = self._load(HEADER, rows)
        fields = ["from_value", "from_value_2", "value"]
        self.assertNotEqual(copy, table)
        self.assertEqual(
            [[row[name] for name in fields] for row in copy.line_ids],
            [[row[name] for name in fields] for row in table.line_ids],
        )
