# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesClaimMatch(models.TransientModel):
    """Settles a claim with a refund bill that the supplier has sent already (S17)."""

    _name = "aftersales.claim.match"
    _description = "Match a Refund with a Claim"

    claim_id = fields.Many2one("aftersales.claim", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="claim_id.currency_id")
    allowed_move_ids = fields.Many2many("account.move", compute="_compute_allowed_move_ids")
    move_id = fields.Many2one(
        "account.move",
        string="Refund",
        required=True,
        domain="[('id', 'in', allowed_move_ids)]",
        help="Posted refund of the payer in the claim's currency that has something left.",
    )
    rest = fields.Monetary(
        string="Left on the Refund",
        compute="_compute_rest",
        help="What of the refund settles no claim yet, before tax.",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="What of the refund is for this claim, before tax.",
    )

    @api.depends("claim_id")
    def _compute_allowed_move_ids(self):
        for wizard in self:
            claim = wizard.claim_id
            moves = claim._get_matchable_refunds() if claim else self.env["account.move"]
            wizard.allowed_move_ids = moves

    @api.depends("move_id")
    def _compute_rest(self):
        for wizard in self:
            move = wizard.move_id
            wizard.rest = move._get_aftersales_claim_rest() if move else 0.0

    @api.depends("move_id")
    def _compute_amount(self):
        for wizard in self:
            open_amount = wizard.claim_id.open_amount
            wizard.amount = min(open_amount, wizard.rest) if wizard.move_id else open_amount

    def action_confirm(self):
        """Settle the claim with the chosen refund."""
        self.ensure_one()
        self.claim_id._match_refund(self.move_id, self.amount)
        return {"type": "ir.actions.act_window_close"}
