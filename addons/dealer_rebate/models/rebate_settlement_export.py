# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.aftersales_base.export import as_csv, as_xlsx, make_download
from odoo.addons.rate_table.calculators import to_decimal

from ..earnings import ZERO, split


class RebateSettlementExport(models.Model):
    """What a tax office wants to know: which invoice each credit note reduces, with its tax (R15).

    A Chinese red-letter invoice names the blue one that it reverses, its amount and its tax. One
    row is a credit note, an original invoice and a set of taxes; the rows add up to the credit
    note, untaxed amount and tax, to the cent.
    """

    _inherit = "rebate.settlement"

    def action_export_red_letter(self):
        """Download the data of red-letter invoices as a spreadsheet."""
        self.ensure_one()
        self._check_may_export()
        content = as_xlsx({self.env._("Red-letter data"): self._get_red_letter_table()})
        return make_download(self, f"{self.name} red-letter.xlsx", content)

    def action_export_red_letter_csv(self):
        """Download the data of red-letter invoices as CSV."""
        self.ensure_one()
        self._check_may_export()
        content = as_csv(*self._get_red_letter_table())
        return make_download(self, f"{self.name} red-letter.csv", content)

    def _check_may_export(self):
        """Tax data is for accountants, and there is none before the credit notes are posted.

        :raise AccessError: for others
        :raise UserError: without a posted credit note
        """
        groups = "account.group_account_invoice,account.group_account_readonly"
        if not self.env.su and not self.env.user.has_groups(groups):
            raise AccessError(
                self.env._(
                    "Only accountants export red-letter data. Ask somebody with the right "
                    "“Invoicing”."
                )
            )
        if not self.line_ids.credit_note_id:
            raise UserError(
                self.env._(
                    "%s has no credit notes yet, so there is nothing to write red letters for. "
                    "Post it first.",
                    self.name,
                )
            )

    def _get_red_letter_table(self):
        """(header, rows) of the red-letter data. For extension."""
        header = [
            self.env._("Credit note"), self.env._("Date"), self.env._("Customer"),
            self.env._("Tax number"), self.env._("Original invoice"),
            self.env._("Original invoice date"), self.env._("Amount counted"),
            self.env._("Taxes"), self.env._("Rebate without tax"), self.env._("Tax"),
            self.env._("Rebate with tax"), self.env._("Currency"),
        ]  # fmt: skip
        # sudo: taxes and documents behind a settlement that the user reads.
        taxes = self.sudo().env["account.tax"]
        rows = []
        for note, shares in self._read_red_letter_shares().items():
            for share, tax in zip(shares, self._split_tax(note, shares), strict=True):
                document, date, tax_ids, base, amount = share
                rows.append(
                    [
                        note.name,
                        note.invoice_date or note.date,
                        note.commercial_partner_id.name,
                        note.commercial_partner_id.vat or "",
                        document or "",
                        date or "",
                        float(base),
                        ", ".join(taxes.browse(tax_ids).exists().mapped("name")),
                        float(amount),
                        float(tax),
                        float(amount + tax),
                        self.currency_id.name,
                    ]
                )
        return header, rows

    def _read_red_letter_shares(self):
        """{credit note: [(document, date, tax ids, Decimal basis, Decimal rebate), …]}."""
        self.env["rebate.allocation"].flush_model()
        self.env["rebate.settlement.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.credit_note_id, allocated.document, allocated.document_date,
                       allocated.tax_key, SUM(allocated.base_delta)::text,
                       SUM(allocated.amount_delta)::text
                  FROM rebate_settlement_line line
                  JOIN rebate_allocation allocated ON allocated.settlement_line_id = line.id
                 WHERE line.settlement_id = %s AND line.credit_note_id IS NOT NULL
              GROUP BY line.credit_note_id, allocated.document, allocated.document_date,
                       allocated.tax_key
              ORDER BY line.credit_note_id, allocated.document_date, allocated.document,
                       allocated.tax_key
                """,
                self.id,
            )
        )
        shares = {}
        # sudo: see _get_red_letter_table.
        notes = self.sudo().env["account.move"]
        for note_id, document, date, tax_key, base, amount in rows:
            tax_ids = tuple(int(tax_id) for tax_id in (tax_key or "").split(",") if tax_id)
            shares.setdefault(notes.browse(note_id), []).append(
                (document, date, tax_ids, Decimal(base), Decimal(amount))
            )
        return shares

    def _split_tax(self, note, shares):
        """The tax of a credit note, shared out over its origins by taxes, to the cent."""
        unit = Decimal(1).scaleb(-self.currency_id.decimal_places)
        result = [ZERO] * len(shares)
        by_taxes = {}
        for at, (_document, _date, tax_ids, _base, _amount) in enumerate(shares):
            by_taxes.setdefault(self._get_rebate_taxes(tax_ids), []).append(at)
        for taxes, places in by_taxes.items():
            lines = note.invoice_line_ids.filtered(lambda line, taxes=taxes: line.tax_ids == taxes)
            total = to_decimal(
                sum(lines.mapped("price_total")) - sum(lines.mapped("price_subtotal"))
            )
            parts = split(total.quantize(unit), [shares[at][4] for at in places], unit)
            for at, part in zip(places, parts, strict=True):
                result[at] = part
        return result
