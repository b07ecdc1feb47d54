# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError


class RebateAgreementSupplier(models.Model):
    """An agreement seen from the other side: a supplier owes us the rebate (R4)."""

    _inherit = "rebate.agreement"

    supplier_document = fields.Selection(
        [("entry", "Journal entry"), ("refund", "Draft vendor credit note")],
        string="Expected as",
        required=True,
        default="entry",
        help="Journal entry: what the supplier owes is booked at once, and matched with its "
        "credit note later. Draft: a vendor credit note waits for the supplier's document.",
    )
    claim_account_id = fields.Many2one(
        "account.account",
        string="Expected on",
        check_company=True,
        help="Asset account for what suppliers owe until their credit note comes. Empty: the "
        "company's.",
    )

    def _check_complete(self):
        result = super()._check_complete()
        if (self.direction == "supplier") != (self.payout == "bill"):
            raise UserError(
                self.env._(
                    "“Supplier's credit” is how suppliers pay, and the only way they do: change "
                    "the direction or the pay-out of %(name)s.",
                    name=self.name,
                )
            )
        return result

    def _get_term_fields(self):
        return super()._get_term_fields() | {"supplier_document"}

    def _get_journal(self):
        if self.direction == "dealer":
            return super()._get_journal()
        # sudo: which journal a rebate goes to is a setting; its entries are not read here.
        agreement = self.sudo()
        if self.supplier_document == "entry":
            return agreement._get_accrual_journal()
        journals = agreement.env["account.journal"]
        journal = journals.search(
            [("type", "=", "purchase"), ("company_id", "=", self.company_id.id)], limit=1
        )
        return journal or self._raise_no_setting(self.env._("purchase journal"))

    def _get_claim_account(self):
        account = self.claim_account_id or self.company_id.rebate_claim_account_id
        return account or self._raise_no_setting(self.env._("account of expected credits"))

    def _get_income_account(self):
        account = self.account_id or self.company_id.rebate_supplier_income_account_id
        return account or self._raise_no_setting(self.env._("income account"))
