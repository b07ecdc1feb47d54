# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class RebateExpectedSettle(models.TransientModel):
    """Matches an expected credit with the supplier's credit note, or writes it off (R4)."""

    _name = "rebate.expected.settle"
    _description = "Match an Expected Credit"

    expected_id = fields.Many2one(
        "rebate.expected.credit", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="expected_id.company_id")
    currency_id = fields.Many2one(related="expected_id.currency_id")
    partner_id = fields.Many2one(related="expected_id.partner_id")
    amount_open = fields.Monetary(related="expected_id.amount_open", string="Still Expected")
    refund_id = fields.Many2one(
        "account.move",
        string="Supplier's Credit Note",
        domain="[('move_type', '=', 'in_refund'), ('state', '=', 'posted'), "
        "('commercial_partner_id', '=', partner_id), ('currency_id', '=', currency_id), "
        "('company_id', '=', company_id)]",
    )
    amount_credited = fields.Monetary(
        string="Credited", compute="_compute_difference", help="Without tax, not matched yet."
    )
    difference = fields.Monetary(
        compute="_compute_difference", help="Expected less credited: what stays open."
    )
    write_off = fields.Boolean(
        string="Write the Difference Off", help="Only small ones, up to the company's limit."
    )
    reason = fields.Char()
    date = fields.Date(required=True, default=fields.Date.context_today)

    @api.depends("refund_id", "expected_id")
    def _compute_difference(self):
        for wizard in self:
            left = wizard.refund_id and wizard.expected_id._get_refund_left(wizard.refund_id)
            wizard.amount_credited = left or 0.0
            wizard.difference = wizard.amount_open - wizard.amount_credited

    def action_settle(self):
        """Match, then write off what is left if asked to."""
        self.ensure_one()
        if self.refund_id:
            self.expected_id._match(self.refund_id)
        if self.write_off and self.expected_id.state == "open":
            self.expected_id._write_off(self.reason, self.date)
        return {"type": "ir.actions.act_window_close"}
