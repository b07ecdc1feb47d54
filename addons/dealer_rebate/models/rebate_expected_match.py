# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateExpectedMatch(models.Model):
    """Part of a supplier's credit note that settles an expected credit (R4)."""

    _name = "rebate.expected.match"
    _description = "Match of an Expected Credit"
    _order = "id"

    expected_id = fields.Many2one(
        "rebate.expected.credit", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="expected_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="expected_id.currency_id")
    refund_id = fields.Many2one(
        "account.move",
        string="Supplier's Credit Note",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    amount = fields.Monetary(readonly=True, help="Without tax.")
    move_id = fields.Many2one(
        "account.move", string="Clearing Entry", readonly=True, ondelete="restrict"
    )

    def action_undo(self):
        """Undo a match: the clearing entry is reversed, the expected credit is open again."""
        self.expected_id._check_may_match()
        # sudo: the right was checked; matches have no write access for anyone.
        for match in self.sudo():
            match.move_id._reverse_moves(
                [{"date": fields.Date.context_today(match)} for _move in match.move_id],
                cancel=True,
            )
            refund = match.refund_id
            match.unlink()
            # sudo: whether another company's match is left matters too.
            if (
                not self.env["rebate.expected.match"]
                .sudo()
                .search_count([("refund_id", "=", refund.id)], limit=1)
            ):
                refund.rebate_settlement_id = False
