# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.tools import is_html_empty


class AftersalesContract(models.Model):
    """What the printed contract says beside its fields."""

    _inherit = "aftersales.contract"

    def _get_printed_plan(self):
        """Instalments as agreed: of the plan, or what a draft would be invoiced by."""
        self.ensure_one()
        if not self.instalment_ids:
            return self._get_plan()
        return [
            {
                "date_from": row.date_from,
                "date_to": row.date_to,
                "date_due": row.date_due,
                "amount": row.amount_agreed,
            }
            for row in self.instalment_ids.sorted("date_from")
        ]

    def _get_tax_note(self):
        """Whether the amounts are with tax, as the product on the invoice has it."""
        self.ensure_one()
        # sudo: a product may have taxes of companies that the user cannot read.
        taxes = self.kind_id.product_id.sudo().taxes_id._filter_taxes_by_company(self.company_id)
        if any(taxes.flatten_taxes_hierarchy().mapped("price_include")):
            return self.env._("Amounts include tax.")
        return self.env._("Amounts are before tax.")

    def _has_terms(self):
        """Is there anything to print as terms?"""
        self.ensure_one()
        return not is_html_empty(self.terms)
