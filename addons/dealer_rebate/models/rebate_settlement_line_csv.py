# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import csv
import io
import re
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from odoo.addons.rate_table.calculators import as_text, to_decimal

COLUMNS = (
    "record", "line", "settlement", "agreement", "dealer", "store", "component", "period_from",
    "period_to", "currency", "document", "date", "product", "counted", "rebate", "basis",
    "earned", "settled_before", "waiting", "method", "unit", "bound", "table", "looked_up",
    "applied_to", "calculated", "rule", "explanation",
)  # fmt: skip


class RebateSettlementLineCsv(models.Model):
    """Lines as a file that anybody can add up again, with the rule and all documents."""

    _inherit = "rebate.settlement.line"

    def _get_csv(self):
        """One record for each line, followed by its documents; numbers with a point, ISO dates.

        The file that is published at ``/dealer_rebate/static/check_rebate.py`` adds it up again.

        :return: bytes, UTF-8 with a mark for spreadsheets
        """
        rows = io.StringIO()
        writer = csv.DictWriter(rows, COLUMNS, restval="", lineterminator="\r\n")
        writer.writeheader()
        documents = self._read_csv_documents()
        for number, line in enumerate(self, 1):
            writer.writerow(line._prepare_csv_line(number))
            for name, date, product, base, amount in documents.get(line.id, ()):
                writer.writerow(
                    {
                        "record": "document",
                        "line": number,
                        "document": _as_cell(name),
                        "date": date or "",
                        "product": _as_cell(product),
                        "counted": as_text(Decimal(base)),
                        "rebate": amount,
                    }
                )
        return rows.getvalue().encode("utf-8-sig")

    def _read_csv_documents(self):
        """Rows of the ledger behind each line.

        :return: {line id: [(document, date, product, base, amount)]}
        """
        self.env["rebate.allocation"].flush_model()
        found = {}
        for line_id, *row in self.env.execute_query(
            SQL(
                """
                SELECT settlement_line_id, document, document_date, product, base_delta::text,
                       amount_delta::text
                  FROM rebate_allocation WHERE settlement_line_id IN %s
              ORDER BY settlement_line_id, document_date, document, id
                """,
                tuple(self.ids) or (0,),
            )
        ):
            found.setdefault(line_id, []).append(row)
        return found

    def _prepare_csv_line(self, number):
        """Values of a line's own record. For extension."""
        self.ensure_one()
        trace = self.trace or {}
        return {
            "record": "line",
            "line": number,
            "settlement": _as_cell(self.settlement_id.name),
            "agreement": _as_cell(self.agreement_id.name),
            "dealer": _as_cell(self.partner_id.name),
            "store": _as_cell(self.outlet_id.name),
            "component": _as_cell(self.component_id.name),
            "period_from": self.period_from,
            "period_to": self.period_to,
            "currency": self.currency_id.name,
            "counted": as_text(Decimal(str(self.base_delta))),
            "rebate": trace.get("payable"),
            "basis": trace.get("base"),
            "earned": trace.get("earned"),
            "settled_before": trace.get("settled_before"),
            "waiting": "0",
            "method": trace.get("method"),
            "unit": trace.get("unit"),
            "bound": trace.get("bound"),
            "table": self._get_csv_table(),
            "looked_up": trace.get("input"),
            "applied_to": trace.get("basis"),
            "calculated": trace.get("amount"),
            "rule": _as_cell(self.component_id.table_description),
            "explanation": _as_cell(self.explanation),
        }

    def _get_csv_table(self):
        """The table as the calculation read it: ``10000=5; 20000=7``, or a step's figures.

        Empty where a table of rows and a figure do not say it all.
        """
        table, trace = self.component_id.rate_table_id, self.trace or {}
        if trace.get("method") == "step":
            parts = [("every", table.step_every), ("gives", table.step_amount)]
            parts += [("most", table.step_cap)] if table.step_cap else []
            return "; ".join(f"{name}={as_text(to_decimal(value))}" for name, value in parts)
        if table.open_below or "input_2" in trace or "documents" in trace:
            return ""
        return "; ".join(f"{row['from']}={row['value']}" for row in trace.get("table", []))

    def _get_file_name(self, extension):
        """File name of a download: settlement and dealer, without anything a path could use."""
        names = [*self.settlement_id.mapped("name"), *self.partner_id.mapped("name")]
        return self._make_file_name(*names, extension=extension)

    def _make_file_name(self, *names, extension):
        """File name of some names, without anything a path could use."""
        name = re.sub(r"\W+", "_", "_".join(part or "" for part in names)).strip("_")
        return f"{name}.{extension}"


def _as_cell(text):
    """Text that no spreadsheet takes for a formula, on one line."""
    text = " ".join((text or "").split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
