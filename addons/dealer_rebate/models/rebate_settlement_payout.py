# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class RebateSettlementPayout(models.Model):
    """Grace days before posting; due date and payment reference on the credit note (R3, R4)."""

    _inherit = "rebate.settlement"

    def _start_posting(self):
        self.agreement_id._check_settle_day(self)
        if self.agreement_id.payout == "transfer":
            self.agreement_id._get_transfer_account()
        return super()._start_posting()

    def _prepare_credit_note_vals(self, partner, lines, journal, shares):
        vals = super()._prepare_credit_note_vals(partner, lines, journal, shares)
        agreement = self.agreement_id
        reference = " ".join(filter(None, (self.name, partner.ref)))
        return vals | {
            # The agreement says when it is due, not the dealer's terms for its purchases.
            "invoice_payment_term_id": False,
            "invoice_date_due": agreement._get_due_date(self.period_end, self.posting_date),
            "payment_reference": reference,
        }
