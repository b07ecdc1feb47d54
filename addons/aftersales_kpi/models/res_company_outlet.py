# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """How outlets' bills are booked (S10)."""

    _inherit = "res.company"

    outlet_fee_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Outlets' Bills",
        check_company=True,
        domain="[('type', '=', 'purchase'), ('company_id', '=', id)]",
        help="Purchase journal of the bills that settlements make.",
    )
    outlet_fee_product_id = fields.Many2one(
        "product.product",
        string="Service of Outlets",
        domain="[('type', '=', 'service')]",
        help="Service on the lines of the bills: its account is debited.",
    )
    outlet_fee_tax_ids = fields.Many2many(
        "account.tax",
        "res_company_outlet_fee_tax_rel",
        string="Taxes on Outlets' Bills",
        check_company=True,
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', '=', id)]",
        help="Taxes on the lines of the bills, before the vendor's fiscal position. Empty: those "
        "of the service. Fees are without tax.",
    )

    def _check_outlet_fee_settings(self):
        """Refuse to post where nobody said how.

        :raises UserError: naming what is missing
        """
        self.ensure_one()
        names = ("outlet_fee_journal_id", "outlet_fee_product_id")
        missing = [self._fields[n]._description_string(self.env) for n in names if not self[n]]
        if missing:
            raise UserError(
                self.env._(
                    "Set up in Settings > After-Sales Service, %(company)s: %(missing)s.",
                    company=self.name,
                    missing=", ".join(missing),
                )
            )

    def _get_outlet_fee_taxes(self):
        """Taxes on the bills' lines, before the vendor's fiscal position."""
        self.ensure_one()
        taxes = self.outlet_fee_tax_ids or self.outlet_fee_product_id.supplier_taxes_id
        return taxes._filter_taxes_by_company(self)
