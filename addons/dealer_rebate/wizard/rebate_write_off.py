# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class RebateWriteOff(models.TransientModel):
    """Writes small carried balances of a settlement off, with a reason (R14, R15)."""

    _name = "rebate.write.off"
    _description = "Write Off Small Balances"

    settlement_id = fields.Many2one(
        "rebate.settlement", required=True, readonly=True, ondelete="cascade"
    )
    company_currency_id = fields.Many2one(related="settlement_id.company_id.currency_id")
    currency_id = fields.Many2one(related="settlement_id.currency_id", string="Agreement Currency")
    limit = fields.Monetary(
        related="settlement_id.company_id.rebate_write_off_limit",
        currency_field="company_currency_id",
    )
    dealer_count = fields.Integer(string="Dealers", compute="_compute_figures")
    amount = fields.Monetary(
        compute="_compute_figures", help="Negative: what these dealers owe and need not pay back."
    )
    reason = fields.Char(required=True)

    @api.depends("settlement_id")
    def _compute_figures(self):
        for wizard in self:
            small = wizard.settlement_id._find_small_carried()
            wizard.dealer_count = len(small)
            wizard.amount = sum(sum(lines.mapped("amount")) for lines in small)

    def action_write_off(self):
        """Count the small balances as settled."""
        self.ensure_one()
        self.settlement_id._write_off_carried(self.reason)
        return {"type": "ir.actions.act_window_close"}
