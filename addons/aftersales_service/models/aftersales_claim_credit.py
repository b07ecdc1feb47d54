# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesClaimCredit(models.Model):
    """Money that settles a claim: a refund bill, part of one, or a difference written off (S17).

    The amount counts while its document is posted; what was reversed counts no more. Amounts are
    before tax, in the claim's currency, which is that of the bill.
    """

    _name = "aftersales.claim.credit"
    _description = "Credit of a Claim"
    _order = "claim_id, id"

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True)
    currency_id = fields.Many2one(related="claim_id.currency_id")
    kind = fields.Selection(
        [
            ("made", "Refund Made from the Claim"),
            ("matched", "Refund Matched"),
            ("write_off", "Difference Written Off"),
        ],
        required=True,
        readonly=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="A draft that is deleted takes its row along; what was posted stays.",
    )
    date = fields.Date(related="move_id.date")
    move_state = fields.Selection(related="move_id.state", string="Status")
    amount = fields.Monetary(readonly=True, help="What the document settles, before tax.")
    net_amount = fields.Monetary(
        string="Counts",
        readonly=True,
        help="What counts now: nothing while the document is a draft or once it is reversed.",
    )
    is_live = fields.Boolean(
        readonly=True, default=True, help="Neither cancelled nor reversed in full."
    )
    reason = fields.Char(readonly=True, help="Why the difference was written off.")

    _made_once = models.UniqueIndex(
        "(claim_id) WHERE kind = 'made' AND is_live",
        "This claim has its refund already: look at it, or cancel it first.",
    )
    _move_once = models.UniqueIndex(
        "(claim_id, move_id)", "This document settles the claim already."
    )

    @api.depends("move_id.name", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for credit in self:
            credit.display_name = f"{kinds.get(credit.kind, '')}: {credit.move_id.display_name}"

    def _refresh(self):
        """Take over what became of the documents, and let the claims follow.

        :raises UserError: when a bill is in another currency than its claim
        """
        for credit in self:
            move = credit.move_id
            amount = credit.amount
            if credit.kind == "made" and move.state != "cancel":
                amount = move.amount_untaxed
            if credit.kind != "write_off" and move.currency_id != credit.currency_id:
                raise UserError(
                    self.env._(
                        "%(bill)s is in %(its_currency)s, claim %(claim)s in %(currency)s: enter "
                        "the bill in the claim's currency.",
                        bill=move.display_name,
                        its_currency=move.currency_id.name,
                        claim=credit.claim_id.name,
                        currency=credit.currency_id.name,
                    )
                )
            left = credit._get_share_left()
            posted = move.state == "posted"
            credit.write(
                {
                    "amount": amount,
                    "net_amount": credit.currency_id.round(amount * left) if posted else 0.0,
                    "is_live": move.state != "cancel" and bool(left),
                }
            )
        self.claim_id._settle()

    def _get_share_left(self):
        """How much of the document stands: 1, less the share that was reversed."""
        self.ensure_one()
        move = self.move_id
        reversals = move.reversal_move_ids.filtered(lambda other: other.state == "posted")
        if not reversals:
            return 1.0
        if move.move_type == "entry" or not move.amount_untaxed:
            return 0.0
        return max(0.0, 1.0 - sum(reversals.mapped("amount_untaxed")) / move.amount_untaxed)
