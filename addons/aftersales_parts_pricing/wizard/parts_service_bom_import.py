# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from odoo.addons.aftersales_base.spreadsheet import as_number, as_text

COLUMNS = {
    "product": (as_text, True),
    "position": (as_text, False),
    "part": (as_text, True),
    "quantity": (as_number, True),
    "unit": (as_text, False),
}


class PartsServiceBomImport(models.TransientModel):
    """Imports service BOMs from XLSX or CSV: everything, or nothing and what is wrong (P5).

    A product that is in the file gets the lines of the file in place of its own; core parts,
    which no file carries (P2), stay.
    """

    _name = "parts.service.bom.import"
    _inherit = ["aftersales.spreadsheet.mixin"]
    _description = "Import Service BOMs"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    file = fields.Binary(
        help="XLSX or CSV with the columns product, position, part, quantity, unit."
    )

    def action_import(self):
        """Import the file, or show what is wrong with it."""
        self.ensure_one()
        self.env["parts.service.bom"].check_access("create")
        boms = self._import_all_or_nothing()
        if boms is None:
            return self._reopen()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_service_bom_action"
        )
        return action | {"domain": [("id", "in", boms.ids)], "context": {}}

    def _read_file(self):
        """Read and check the file.

        :return: (list of sentences, {product: list of values of its lines})
        """
        problems, rows = self._read_spreadsheet(self._get_file_content(), "Service BOM", COLUMNS)
        codes = {cells[name] for _n, cells in rows for name in ("product", "part") if name in cells}
        products = self._find_products(codes)
        units = self._find_units({cells["unit"] for _n, cells in rows if "unit" in cells})
        lines = {}
        for number, cells in rows:
            found = self._read_line(number, cells, products, units, problems)
            if found:
                product, vals = found
                lines.setdefault(product, []).append(vals | {"sequence": number})
        return problems, lines

    def _find_products(self, codes):
        """{code: products} by internal reference, in one search."""
        products = self.env["product.product"].search(
            [
                ("default_code", "in", list(codes)),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
        return products.grouped("default_code")

    def _find_units(self, names):
        return self.env["uom.uom"].search([("name", "in", list(names))]).grouped("name")

    def _read_line(self, number, cells, products, units, problems):
        """(product, values of a line), or nothing where the row has a problem."""
        if any(name not in cells for name, (_read, required) in COLUMNS.items() if required):
            return None
        before = len(problems)
        product = self._pick(number, cells["product"], products, problems)
        part = self._pick(number, cells["part"], products, problems)
        unit = part.uom_id[:1]
        if "unit" in cells:
            unit = units.get(cells["unit"], self.env["uom.uom"])[:1]
            if not unit:
                problems.append(
                    self.env._(
                        "Row %(row)s: there is no unit “%(unit)s”.", row=number, unit=cells["unit"]
                    )
                )
        if not 0 < cells["quantity"] < 10**9:
            problems.append(
                self.env._(
                    "Row %(row)s: the quantity %(quantity)s is not above zero.",
                    row=number,
                    quantity=cells["quantity"],
                )
            )
        if part.part_class == "restricted":
            problems.append(
                self.env._(
                    "Row %(row)s: “%(part)s” is a restricted core part, which no file carries: add "
                    "it on the service BOM itself.",
                    row=number,
                    part=cells["part"],
                )
            )
        if len(problems) > before:
            return None
        return product, {
            "product_id": part.id,
            "position": cells.get("position"),
            "quantity": float(cells["quantity"]),
            "uom_id": unit.id,
        }

    def _pick(self, number, code, products, problems):
        found = products.get(code, self.env["product.product"])
        if len(found) != 1:
            sentence = (
                self.env._(
                    "Row %(row)s: more than one product has the number “%(code)s”.",
                    row=number,
                    code=code,
                )
                if found
                else self.env._(
                    "Row %(row)s: no product has the number “%(code)s”.", row=number, code=code
                )
            )
            problems.append(sentence)
        return found[:1]

    def _write_file(self, lines):
        """Replace the lines of the products in the file, or create their service BOMs."""
        model = self.env["parts.service.bom"]
        products = self.env["product.product"].union(*lines)
        boms = model.search(
            [("product_id", "in", products.ids), ("company_id", "=", self.company_id.id)]
        )
        missing = products - boms.product_id
        boms |= model.create(
            [{"product_id": product.id, "company_id": self.company_id.id} for product in missing]
        )
        kept = boms.line_ids.filtered(lambda line: line.part_class == "restricted")
        (boms.line_ids - kept).unlink()
        self.env["parts.service.bom.line"].create(
            [vals | {"bom_id": bom.id} for bom in boms for vals in lines[bom.product_id]]
        )
        return boms
