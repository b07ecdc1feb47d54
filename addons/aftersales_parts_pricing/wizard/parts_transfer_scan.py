# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re
from collections import Counter
from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Between a part number and its quantity: tabs and semicolons of spreadsheets, else spaces.
SEPARATORS = re.compile(r"\s*[\t;]\s*|\s+[x×*]?\s*(?=[\d.,]+$)")


class PartsTransferScan(models.TransientModel):
    """Part numbers, scanned or pasted into a plain text field, become lines (P11).

    A line is a part number or barcode, with a quantity after it if it is not one. A keyboard
    scanner that ends each code with Enter needs nothing else.
    """

    _name = "parts.transfer.scan"
    _description = "Scan of Part Numbers"

    picking_id = fields.Many2one(
        "stock.picking", string="Transfer", required=True, readonly=True, ondelete="cascade"
    )
    text = fields.Text(
        string="Part Numbers",
        help="One part number or barcode a line, with a quantity if it is not one: “WR-1001 4”. "
        "Rows copied from a spreadsheet will do.",
    )
    message = fields.Text(compute="_compute_message")

    @api.depends("text")
    def _compute_message(self):
        """What the numbers stand for, said while they are entered."""
        for scan in self:
            quantities, __, remarks = scan._parse()
            found = [
                self.env._("%(quantity)g × %(part)s", quantity=quantity, part=product.display_name)
                for product, quantity in quantities.items()
            ]
            scan.message = "\n".join([*remarks, *found])

    def action_add(self):
        """Put the known parts on the transfer; unknown numbers stay in the field.

        :raise UserError: when no number is known
        """
        self.ensure_one()
        quantities, unknown, remarks = self._parse()
        if not quantities:
            raise UserError(
                "\n".join(remarks) or self.env._("Scan or paste part numbers, one a line.")
            )
        self.picking_id._add_parts_lines(quantities)
        if not unknown:
            return {"type": "ir.actions.act_window_close"}
        self.text = "\n".join(unknown)
        return self.picking_id.action_parts_scan() | {"res_id": self.id}

    def _parse(self):
        """Read the text.

        :return: ({product: quantity}, [lines that were not understood], [remarks])
        """
        rows, unknown, remarks = [], [], []
        for line in filter(None, map(str.strip, (self.text or "").splitlines())):
            number, quantity = self._split_line(line)
            if quantity is None or quantity <= 0:
                unknown.append(line)
                remarks.append(self.env._("“%(line)s”: the quantity is no number.", line=line))
            else:
                rows.append((line, number, quantity))
        products = self._find_parts([number for __, number, __ in rows])
        current = self.env["product.product"].union(*products.values())._get_current_parts()
        quantities = Counter()
        for line, number, quantity in rows:
            found = products.get(number.upper(), self.env["product.product"])
            part, remark = self._choose_part(number, found, current)
            if remark:
                remarks.append(remark)
            if part:
                quantities[part] += quantity
            else:
                unknown.append(line)
        return dict(quantities), unknown, list(dict.fromkeys(remarks))

    @api.model
    def _split_line(self, line):
        """Number and quantity of a line; a number that is known as a whole has no quantity."""
        number, *rest = SEPARATORS.split(line, maxsplit=1)
        text = rest[0].strip() if rest else ""
        if not text:
            return number.strip(), 1.0
        try:
            return number.strip(), float(Decimal(text.replace(",", ".")))
        except InvalidOperation:
            return number.strip(), None

    @api.model
    def _find_parts(self, numbers):
        """{number in capitals: products} of many numbers, in two queries. Hook: other numbers."""
        products = self.env["product.product"].search(
            ["|", ("default_code", "in", numbers), ("barcode", "in", numbers)]
        )
        missing = {number.upper() for number in numbers} - {
            code.upper() for part in products for code in (part.default_code, part.barcode) if code
        }
        if missing:
            products |= self.env["product.product"].search(
                Domain.OR(Domain("default_code", "=ilike", number) for number in sorted(missing))
            )
        found = {}
        for part in products:
            for code in {part.default_code, part.barcode} - {False}:
                found[code.upper()] = found.get(code.upper(), products.browse()) | part
        return found

    @api.model
    def _choose_part(self, number, products, current):
        """The part that a number stands for, and what to say about it.

        :param dict current: {product: the part that is to be used instead}
        :return: (product or nothing, remark or an empty string)
        """
        if not products:
            return products, self.env._("“%(number)s” is no part number of ours.", number=number)
        parts = products.union(*(current[product] for product in products)) - products.filtered(
            lambda product: current[product] != product
        )
        if len(parts) > 1:
            return products.browse(), self.env._(
                "“%(number)s” stands for several parts: %(parts)s. Add the right one by hand.",
                number=number,
                parts=", ".join(parts.mapped("display_name")),
            )
        if parts in products:
            return parts, ""
        return parts, self.env._(
            "“%(number)s” is superseded: %(part)s takes its place.",
            number=number,
            part=parts.display_name,
        )
