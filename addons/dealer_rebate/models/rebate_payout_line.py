# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class RebatePayoutLine(models.Model):
    """One transfer of a pay-out run: a credit note, the dealer's bank account, and the payment."""

    _name = "rebate.payout.line"
    _inherit = ["aftersales.guarded.mixin"]
    _description = "Rebate Transfer"
    _order = "payout_id, date_due, id"

    payout_id = fields.Many2one("rebate.payout", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="payout_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="payout_id.currency_id")
    move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(related="move_id.commercial_partner_id", string="Dealer")
    date_due = fields.Date(related="move_id.invoice_date_due", string="Due", store=True)
    reference = fields.Char(related="move_id.payment_reference")
    partner_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Bank Account",
        compute="_compute_partner_bank_id",
        store=True,
        readonly=False,
        domain="[('partner_id', '=', partner_id)]",
        help="Account of the dealer that it is paid into.",
    )
    amount = fields.Monetary(readonly=True, help="What was open when the list was made.")
    payment_id = fields.Many2one(
        "account.payment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    problem = fields.Selection(
        [
            ("no_bank", "No bank account"),
            ("not_trusted", "Bank account not confirmed"),
            ("changed", "Paid, set off or reversed meanwhile"),
        ],
        compute="_compute_problem",
        help="Why it is not paid with this run. Confirm a bank account with “Send Money” on it.",
    )

    _move_once = models.UniqueIndex(
        "(payout_id, move_id)", "A credit note is in a pay-out run only once."
    )

    @api.depends("partner_id.bank_ids")
    def _compute_partner_bank_id(self):
        for line in self:
            banks = line.partner_id.bank_ids.filtered(
                lambda bank, line=line: (
                    bank.company_id in (line.company_id, self.env["res.company"])
                    and bank.currency_id in (line.currency_id, self.env["res.currency"])
                )
            )
            if line.partner_bank_id not in banks:
                line.partner_bank_id = banks.sorted("allow_out_payment", reverse=True)[:1]

    @api.depends(
        "partner_bank_id.allow_out_payment", "amount", "move_id.amount_residual", "payment_id"
    )
    def _compute_problem(self):
        for line in self:
            if line.payment_id:
                line.problem = False
            elif line.currency_id.compare_amounts(line.move_id.amount_residual, line.amount) != 0:
                line.problem = "changed"
            elif not line.partner_bank_id:
                line.problem = "no_bank"
            else:
                line.problem = not line.partner_bank_id.allow_out_payment and "not_trusted"

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"payout_id", "move_id", "amount", "payment_id"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("press “List What Is Due” on the pay-out run.")
