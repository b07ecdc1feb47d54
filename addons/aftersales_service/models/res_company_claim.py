# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Where the money of claims goes, and what dealers may file (S17)."""

    _inherit = "res.company"

    aftersales_claim_account_id = fields.Many2one(
        "account.account",
        string="Claims Recovered",
        check_company=True,
        domain="[('account_type', 'in', ('income_other', 'income', 'expense', "
        "'expense_direct_cost', 'asset_current'))]",
        help="Account of the lines of refunds that are made from claims; empty: that of the "
        "journal.",
    )
    aftersales_claim_writeoff_account_id = fields.Many2one(
        "account.account",
        string="Claims Written Off",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost', 'income_other'))]",
        help="Account of what was approved but not credited.",
    )
    aftersales_claim_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Write-Offs",
        check_company=True,
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        help="Journal of the entries that write differences off.",
    )
    aftersales_claim_labour_id = fields.Many2one(
        "product.product",
        string="Labour of Dealers",
        domain="[('type', '=', 'service')]",
        help="Service whose price on the dealer's price list is claimed for an hour of work. "
        "Empty: dealers claim parts only.",
    )
    aftersales_claim_guesses = fields.Integer(
        string="Claims Filed per Hour",
        default=20,
        help="So many claims a dealer's login may file in an hour, wrong serials included.",
    )

    _aftersales_claim_guesses_positive = models.Constraint(
        "CHECK(aftersales_claim_guesses >= 1)", "At least one claim an hour must be possible."
    )

    def _check_aftersales_claim_accounts(self):
        """Refuse a write-off where nobody said which accounts it goes to.

        :raises UserError: naming what is missing
        """
        self.ensure_one()
        names = (
            "aftersales_claim_account_id",
            "aftersales_claim_writeoff_account_id",
            "aftersales_claim_journal_id",
        )
        missing = [self._fields[n]._description_string(self.env) for n in names if not self[n]]
        if missing:
            raise UserError(
                self.env._(
                    "Set up in Settings > After-Sales Service, %(company)s: %(missing)s.",
                    company=self.name,
                    missing=", ".join(missing),
                )
            )
