# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..spreadsheet import MAX_ROWS, FormulaCell, SpreadsheetError, read_rows

MAX_PROBLEMS = 50


class AftersalesSpreadsheetMixin(models.AbstractModel):
    """Wizard that imports a strangers' XLSX or CSV file, and says what is wrong with which row.

    All problems at once, in sentences, so that a file is mended in one go.
    """

    _name = "aftersales.spreadsheet.mixin"
    _description = "Import of a Spreadsheet"

    file = fields.Binary(attachment=False, help="XLSX or CSV file.")
    filename = fields.Char()
    problems = fields.Text(readonly=True)

    def _import_all_or_nothing(self):
        """Import the file, or keep in ``problems`` what is wrong with it.

        :return: the imported records, or None and nothing was written
        :raise UserError: without a file
        """
        self.ensure_one()
        problems, values = self._read_file()
        if not problems:
            try:
                with self.env.cr.savepoint():
                    return self._write_file(values)
            except UserError as error:
                problems = [str(error)]
        more = len(problems) - MAX_PROBLEMS
        shown = problems[:MAX_PROBLEMS]
        if more > 0:
            shown.append(self.env._("… and %s more.", more))
        self.problems = "\n".join(shown)
        return None

    def _read_file(self):
        """Hook: read and check the file without writing anything.

        :return: (list of sentences, values for :meth:`_write_file`)
        """
        raise NotImplementedError

    def _write_file(self, values):
        """Hook: write what was read.

        :return: the imported records
        """
        raise NotImplementedError

    def _read_records(self, sheet, columns):
        """Read the file as values of records: a row is a record, by the three hooks below.

        See :meth:`_read_spreadsheet` for the parameters.

        :return: (list of sentences, list of values)
        """
        problems, rows = self._read_spreadsheet(self._get_file_content(), sheet, columns)
        if not rows:
            return problems, []
        known = self._find_known([cells for _number, cells in rows])
        found = []
        for number, cells in rows:
            vals = self._prepare_row(number, cells, known, problems)
            if vals:
                found.append((number, vals))
        problems += self._find_clashes(found)
        return problems, [vals for _number, vals in found]

    def _find_known(self, rows):
        """Hook: what the rows name, found with one search for each model.

        :return: anything that :meth:`_prepare_row` understands
        """
        return {}

    def _prepare_row(self, number, cells, known, problems):
        """Hook: values of a record, or None where the row has a problem, which is appended."""
        raise NotImplementedError

    def _find_clashes(self, found):
        """Hook: sentences about rows that clash with each other, or with what is there.

        :param found: list of (row number, values)
        """
        return []

    def _attach_file(self, records, name):
        """Keep the imported file with each of the records: it is their evidence.

        :param str name: name of the file where the browser told none
        """
        self.env["ir.attachment"].create(
            [
                {
                    "name": self.filename or name,
                    "datas": self.file,
                    "res_model": record._name,
                    "res_id": record.id,
                }
                for record in records
            ]
        )

    def _get_file_content(self):
        """The file, as bytes.

        :raise UserError: when none was chosen
        """
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        return base64.b64decode(self.file)

    def _reopen(self):
        """An action that shows this wizard again, with what it knows by now."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(self._name).name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _read_spreadsheet(self, content, sheet, columns):
        """Read a file and its cells.

        :param content: the file, as bytes
        :param sheet: name of the sheet in an XLSX file; a file of one sheet may call it anything
        :param columns: {name: (function that reads a cell, is it required?)}, the first one
            required
        :return: (list of sentences, list of (row number, {name: value})); what cannot be read is
            missing in its row
        """
        try:
            rows = read_rows(content, sheet, list(columns))
        except SpreadsheetError as error:
            return [self._explain_spreadsheet_error(error)], []
        if not rows:
            return [self.env._("The file has no rows below its column names.")], []
        problems = []
        parsed = [
            (number, self._parse_spreadsheet_row(number, cells, columns, problems))
            for number, cells in rows
        ]
        return problems, parsed

    @api.model
    def _parse_spreadsheet_row(self, number, cells, columns, problems):
        """Cells of a row as values; what cannot be read is missing, and among the problems."""
        parsed = {}
        missing = [
            name for name, (_read, required) in columns.items() if required and name not in cells
        ]
        missing += [name for name in cells if cells[name] is None and columns[name][1]]
        if missing:
            problems.append(
                self.env._(
                    "Row %(row)s: %(columns)s is empty.", row=number, columns=", ".join(missing)
                )
            )
        for name, cell in cells.items():
            if cell is None:
                continue
            try:
                parsed[name] = self._parse_spreadsheet_cell(columns[name][0], cell)
            except SpreadsheetError as error:
                problems.append(
                    self.env._(
                        "Row %(row)s, column %(column)s: %(problem)s",
                        row=number,
                        column=name,
                        problem=self._explain_spreadsheet_error(error),
                    )
                )
        return parsed

    @api.model
    def _parse_spreadsheet_cell(self, read, cell):
        if isinstance(cell, FormulaCell):
            raise SpreadsheetError("formula", "This is a formula", text=str(cell))
        return read(cell)

    @api.model
    def _explain_spreadsheet_error(self, error):
        """What is wrong with a file or a cell, as a sentence."""
        sentences = {
            "empty": self.env._("The file is empty."),
            "too_large": self.env._("The file is too large. Split it."),
            "too_many": self.env._("The file has more than %s rows. Split it.", MAX_ROWS),
            "not_a_sheet": self.env._(
                "The file is neither an XLSX nor a CSV file, or it is damaged. Save it again as "
                "one of the two."
            ),
            "no_sheet": self.env._(
                "The file has no sheet “%(sheet)s”; it has: %(sheets)s. Rename the right one.",
                sheet=error.details.get("sheet"),
                sheets=error.details.get("sheets"),
            ),
            "no_header": self.env._(
                "The first row does not name the columns. Expected are: %s.",
                error.details.get("columns"),
            ),
            "twice": self.env._(
                "The column “%s” is there twice. Delete one.", error.details.get("column")
            ),
            "formula": self.env._("there is a formula. Paste its value instead."),
            "number": self.env._(
                "“%s” is no number. Write digits with a point, without separators between "
                "thousands.",
                error.details.get("text"),
            ),
            "huge": self.env._("the number “%s” is too large.", error.details.get("text")),
            "date": self.env._(
                "“%s” is no date. Write it as 2026-03-31.", error.details.get("text")
            ),
            "flag": self.env._("“%s” is neither yes nor no.", error.details.get("text")),
        }
        return sentences[error.code]
