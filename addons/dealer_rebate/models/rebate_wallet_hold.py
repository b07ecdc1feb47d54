# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class RebateWalletHold(models.Model):
    """What a confirmed order holds of a dealer's wallet until it is invoiced (P12).

    Written by orders and invoices only. A hold keeps its money from other orders and, from the day
    it was made, from expiring.
    """

    _name = "rebate.wallet.hold"
    _description = "Wallet Hold"
    _order = "date desc, id desc"
    _rec_name = "order_id"

    wallet_id = fields.Many2one(
        "rebate.wallet", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="wallet_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="wallet_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="restrict"
    )
    date = fields.Date(required=True, readonly=True, help="Day the order was confirmed.")
    amount = fields.Monetary(readonly=True, help="What the order held when it was confirmed.")
    used = fields.Monetary(readonly=True, help="What its invoices have taken.")
    remaining = fields.Monetary(
        compute="_compute_remaining", store=True, help="Held less what invoices have taken."
    )
    state = fields.Selection(
        [("held", "Held"), ("released", "Released")], required=True, default="held", readonly=True
    )

    _amounts_valid = models.Constraint(
        "CHECK (amount > 0 AND used >= 0 AND used <= amount)",
        "An order cannot use more of the wallet than it holds.",
    )

    @api.depends("amount", "used")
    def _compute_remaining(self):
        for hold in self:
            hold.remaining = hold.amount - hold.used

    @api.model_create_multi
    def create(self, vals_list):
        """Hold, or raise when less is available than the order wants to hold."""
        holds = super().create(vals_list)
        holds._refresh_counters()
        return holds

    def write(self, vals):
        result = super().write(vals)
        if {"amount", "used", "state", "partner_id"} & set(vals):
            self._refresh_counters()
        return result

    def _release(self):
        """Give what is still held back to the dealer."""
        self.filtered(lambda hold: hold.state == "held").write({"state": "released"})

    def _refresh_counters(self):
        self.env["rebate.wallet.balance"]._refresh(
            {(hold.wallet_id.id, hold.partner_id.commercial_partner_id.id) for hold in self}
        )
