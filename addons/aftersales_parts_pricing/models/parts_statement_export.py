# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from odoo.addons.aftersales_base.export import as_xlsx


class PartsStatementExport(models.Model):
    """A statement as a spreadsheet, for the dealer's own bookkeeping (P12)."""

    _inherit = "parts.statement"

    def action_export_xlsx(self):
        """Download the statement as XLSX."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/parts/statements/{self.id}/xlsx",
            "target": "download",
        }

    def _get_xlsx(self):
        """The statement as an XLSX file: a sheet for the balance, one for each section.

        :rtype: bytes
        """
        self.ensure_one()
        tables = {self.env._("Statement"): self._get_xlsx_summary()}
        for _key, title, lines in self._get_sections():
            tables[title] = self._get_xlsx_lines(lines)
        return as_xlsx(tables)

    def _get_xlsx_summary(self):
        currency = self.currency_id.name
        rows = [
            [self.env._("Dealer"), self.partner_id.name, ""],
            [self.env._("Reference"), self.name, ""],
            [self.env._("From"), self.date_from, ""],
            [self.env._("Up to"), self.date_to, ""],
            [self.env._("Opening balance"), self.opening_balance, ""],
        ]
        rows += [[label, amount, parts] for label, amount, parts in self._get_summary()]
        rows.append([self.env._("Closing balance"), self.closing_balance, ""])
        header = [self.env._("Parts statement"), currency, self.env._("Of which parts")]
        return header, rows

    def _get_xlsx_lines(self, lines):
        header = [
            self.env._("Date"), self.env._("Document"), self.env._("Description"),
            self.env._("Part number"), self.env._("Part"), self.env._("Quantity"),
            self.env._("Unit"), self.env._("Amount"), self.env._("Of which parts"),
            self.env._("Currency"), self.env._("From an earlier period"),
        ]  # fmt: skip
        yes = self.env._("Yes")
        rows = [
            [
                line.date or "",
                line.document or "",
                line._get_label(),
                line.product_id.default_code or "",
                line.product_id.name or "",
                line.quantity if line.product_id else "",
                line.uom_id.name or "",
                line.amount,
                line.parts_amount,
                line.currency_id.name,
                yes if line.is_late else "",
            ]
            for line in lines
        ]
        return header, rows
