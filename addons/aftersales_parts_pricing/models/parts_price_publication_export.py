# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.aftersales_base.export import as_csv, as_xlsx, make_download

# A paper of more lines is read by nobody and takes the printing program minutes.
PRINTED_LINES = 5_000


class PartsPricePublicationExport(models.Model):
    """A publication as paper, spreadsheet and CSV: old and new price of each part (P6, P7)."""

    _inherit = "parts.price.publication"

    def action_print(self):
        """Print the publication: terms, approvals, old and new price of each part.

        :raise UserError: when there is nothing to print, or far too much
        """
        self.ensure_one()
        count = self._count_exported()
        if count > PRINTED_LINES:
            raise UserError(
                self.env._(
                    "%(publication)s holds %(count)s prices, too many for paper: export it as a "
                    "spreadsheet or CSV.",
                    publication=self.name,
                    count=count,
                )
            )
        report = self.env.ref("aftersales_parts_pricing.action_report_price_publication")
        return report.report_action(self)

    def action_export_xlsx(self):
        """Download the publication as a workbook, one sheet a list."""
        self.ensure_one()
        self._count_exported()
        tables = {}
        for pricelist, rows in self._get_export_rows().items():
            # Sheets have no such characters in their names, nor two the same name.
            name = pricelist.name.translate(str.maketrans("[]:*?/\\", "       "))[:24]
            tables[f"{len(tables) + 1} {name}"] = (self._get_export_header(), rows)
        return make_download(self, f"{self.name}.xlsx", as_xlsx(tables))

    def action_export_csv(self):
        """Download the publication as CSV, all lists below each other."""
        self.ensure_one()
        self._count_exported()
        rows = [
            [pricelist.name, *row]
            for pricelist, rows in self._get_export_rows().items()
            for row in rows
        ]
        header = [self.env._("List"), *self._get_export_header()]
        return make_download(self, f"{self.name}.csv", as_csv(header, rows))

    def _count_exported(self):
        """How many prices leave the house.

        :raise UserError: when there is none yet
        """
        count = self.env["parts.price.publication.line"].search_count(
            [("publication_id", "=", self.id), ("include", "=", True)]
        )
        if not count:
            raise UserError(
                self.env._(
                    "%(publication)s holds no ticked price: propose it first.",
                    publication=self.name,
                )
            )
        return count

    def _get_export_header(self):
        return [
            self.env._("Part Number"),
            self.env._("Description"),
            self.env._("Unit"),
            self.env._("Currency"),
            self.env._("Valid From"),
            self.env._("Published Price"),
            self.env._("New Price"),
            self.env._("Change (%)"),
            self.env._("Sold in 365 Days"),
            self.env._("Turnover Effect"),
        ]

    def _get_export_rows(self):
        """Ticked prices by list, in the order of part numbers, in one query; no restricted part.

        :return: {product.pricelist: rows as in :meth:`_get_export_header`}
        """
        self.ensure_one()
        self.check_access("read")
        # Record rules of lines; the costs on them are not exported.
        self.env["parts.price.publication.line"].check_access("read")
        self.env.flush_all()
        products = self.env["product.template"]
        units = self.env["uom.uom"]
        found = self.env.execute_query(
            SQL(
                """
                SELECT line.pricelist_id, product.default_code, %(name)s, %(unit)s, line.old_price,
                       line.new_price, line.change_percent, line.units_sold, line.turnover_effect
                FROM parts_price_publication_line line
                JOIN product_product product ON product.id = line.product_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                JOIN uom_uom unit ON unit.id = line.uom_id
                WHERE line.publication_id = %(publication)s AND line.include
                  AND template.part_class IS DISTINCT FROM 'restricted'
                ORDER BY line.pricelist_id, product.default_code, product.id
                """,
                name=products._field_to_sql("template", "name"),
                unit=units._field_to_sql("unit", "name"),
                publication=self.id,
            )
        )
        rows = {}
        for pricelist_id, code, name, unit, old, *figures in found:
            fixed = [code or "", name, unit, self.currency_id.name, self.date_from]
            fixed.append("" if old is None else float(old))
            rows.setdefault(pricelist_id, []).append(
                fixed + ["" if figure is None else float(figure) for figure in figures]
            )
        return {
            self.env["product.pricelist"].browse(pricelist_id): own
            for pricelist_id, own in rows.items()
        }
