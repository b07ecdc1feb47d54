# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_base.export import as_xlsx
from odoo.addons.aftersales_base.spreadsheet import as_number, as_text

COLUMNS = {
    "part": (as_text, True),
    "settlement": (as_number, True),
    "guide": (as_number, True),
    "note": (as_text, False),
}


class PartsPriceImport(models.TransientModel):
    """Imports two lists kept by hand from XLSX or CSV, with a verdict on each row (P7 b)."""

    _name = "parts.price.import"
    _inherit = ["aftersales.spreadsheet.mixin"]
    _description = "Import Kept Prices"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    policy_id = fields.Many2one(
        "parts.price.policy",
        required=True,
        check_company=True,
        domain="[('mode', '=', 'manual'), ('company_id', '=', company_id)]",
        default=lambda self: self.env["parts.price.policy"].search(
            [("mode", "=", "manual"), ("company_id", "=", self.env.company.id)], limit=1
        ),
        help="Policy whose lists are kept by hand.",
    )
    file = fields.Binary(help="XLSX or CSV with the columns of the template.")
    template_file = fields.Binary(
        compute="_compute_template", help="All parts of the policy with their prices: fill it in."
    )
    template_name = fields.Char(compute="_compute_template")
    state = fields.Selection([("new", "File"), ("checked", "Checked")], default="new")
    skip_refused = fields.Boolean(
        string="Leave Refused Rows Out", help="Import the accepted rows; otherwise all or nothing."
    )
    row_ids = fields.One2many("parts.price.import.row", "import_id", readonly=True)
    accepted_count = fields.Integer(compute="_compute_counts", string="Accepted")
    refused_count = fields.Integer(compute="_compute_counts", string="Refused")

    @api.depends("policy_id")
    def _compute_template(self):
        for wizard in self:
            header, rows = wizard._get_table()
            wizard.template_name = "prices.xlsx"
            wizard.template_file = base64.b64encode(as_xlsx({"Prices": (header, rows)}))

    @api.depends("row_ids.is_refused")
    def _compute_counts(self):
        for wizard in self:
            wizard.refused_count = len(wizard.row_ids.filtered("is_refused"))
            wizard.accepted_count = len(wizard.row_ids) - wizard.refused_count

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_check(self):
        """Read the file and say of each row whether it would be imported, and why not.

        :raise UserError: when the file as a whole cannot be read
        """
        self.ensure_one()
        self.row_ids = [Command.clear(), *map(Command.create, self._read_rows())]
        self.state = "checked"
        return self._reopen()

    def action_template(self):
        """Download all parts of the policy with their prices, to be filled in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/template_file/{self.template_name}"
            "?download=true",
        }

    def action_import(self):
        """Keep the prices of the accepted rows; they are published by the next publication.

        :raise UserError: when there is a refused row that is not to be left out, or nothing else
        """
        self.ensure_one()
        self.env["parts.price.entry"].check_access("create")
        if self.state != "checked":
            return self.action_check()
        accepted = self.row_ids.filtered(lambda row: not row.is_refused)
        if self.refused_count and not self.skip_refused:
            raise UserError(
                self.env._(
                    "%s rows are refused: mend the file, or tick “Leave Refused Rows Out”.",
                    self.refused_count,
                )
            )
        if not accepted:
            raise UserError(self.env._("No row of the file is accepted: nothing to import."))
        self._write_entries(accepted)
        return self.policy_id.action_view_entries()

    def action_back(self):
        """Choose another file."""
        self.row_ids = [Command.clear()]
        self.state = "new"
        return self._reopen()

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _read_rows(self):
        """Values of the rows, each with its verdict."""
        problems, rows = self._read_spreadsheet(self._get_file_content(), "Prices", COLUMNS)
        if not rows:
            raise UserError("\n".join(problems))
        found = []
        parts = self._find_parts({cells["part"] for _number, cells in rows if "part" in cells})
        refused = self.policy_id._get_entry_problems(
            self.env["product.product"].union(*parts.values())
        )
        seen = {}
        for number, cells in rows:
            part = parts.get(cells.get("part"))
            verdict = self._judge(number, cells, parts, refused, seen)
            found.append(
                {
                    "number": number,
                    "part": cells.get("part"),
                    "product_id": part.id if part and len(part) == 1 else False,
                    "settlement_price": float(cells.get("settlement", 0)),
                    "guide_price": float(cells.get("guide", 0)),
                    "note": cells.get("note"),
                    "is_refused": bool(verdict),
                    "verdict": verdict or self.env._("Accepted"),
                }
            )
        return found

    def _parse_spreadsheet_row(self, number, cells, columns, problems):
        """Keep what is wrong with a row beside its cells, for its own verdict."""
        own = []
        parsed = super()._parse_spreadsheet_row(number, cells, columns, own)
        problems += own
        return parsed | {"problems": own}

    def _find_parts(self, codes):
        """{code: products} by part number or barcode, in one search."""
        codes = list(codes)
        products = self.env["product.product"].search(
            ["|", ("default_code", "in", codes), ("barcode", "in", codes)]
        )
        found = {}
        for field in ("barcode", "default_code"):
            found |= products.filtered(field).grouped(field)
        return {code: found.get(code, products.browse()) for code in codes}

    def _judge(self, number, cells, parts, refused, seen):
        """Why a row is refused, or nothing."""
        if cells["problems"]:
            return " ".join(cells["problems"])
        code = cells["part"]
        part = parts[code]
        if code in seen:
            return self.env._("“%(part)s” is in row %(row)s already.", part=code, row=seen[code])
        if not part:
            return self.env._("No part has the number or barcode “%s”.", code)
        if len(part) > 1:
            return self.env._("More than one part has the number “%s”.", code)
        if part in refused:
            return refused[part]
        problem = self._judge_prices(cells)
        if not problem:
            seen[code] = number
        return problem

    def _judge_prices(self, cells):
        currency = self.policy_id.currency_id
        for name in ("settlement", "guide"):
            price = cells[name]
            if price <= 0 or price >= 10**12:
                return self.env._(
                    "The price %s is not above zero and below a million millions.", price
                )
            if price % Decimal(str(currency.rounding)):
                return self.env._(
                    "The price %(price)s has more decimals than %(currency)s has.",
                    price=price,
                    currency=currency.name,
                )
        return False

    # ------------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------------

    def _write_entries(self, rows):
        entries = self.env["parts.price.entry"].search(
            [("policy_id", "=", self.policy_id.id), ("product_id", "in", rows.product_id.ids)]
        )
        by_product = {entry.product_id: entry for entry in entries}
        missing = []
        for row in rows:
            vals = {
                "settlement_price": row.settlement_price,
                "guide_price": row.guide_price,
                "note": row.note,
            }
            if row.product_id in by_product:
                by_product[row.product_id].write(vals)
            else:
                missing.append(
                    vals | {"policy_id": self.policy_id.id, "product_id": row.product_id.id}
                )
        self.env["parts.price.entry"].create(missing)

    def _get_table(self):
        """(header, rows) of the template: what is kept, for all parts kept by hand."""
        entries = self.env["parts.price.entry"].search([("policy_id", "=", self.policy_id.id)])
        by_product = {entry.product_id: entry for entry in entries}
        products = self.env["product.product"]
        if self.policy_id.mode == "manual":
            domain = self.policy_id._get_part_domain() & fields.Domain("default_code", "!=", False)
            products = products.search(domain, order="default_code")
            products -= products.browse(p.id for p in self.policy_id._get_entry_problems(products))
        rows = []
        for product in products:
            entry = by_product.get(product, self.env["parts.price.entry"])
            rows.append(
                [
                    product.default_code,
                    entry.settlement_price or "",
                    entry.guide_price or "",
                    entry.note or "",
                ]
            )
        return list(COLUMNS), rows
