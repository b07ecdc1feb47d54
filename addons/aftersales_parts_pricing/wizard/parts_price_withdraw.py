# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class PartsPriceWithdraw(models.TransientModel):
    """Why a publication dated ahead is withdrawn (P7)."""

    _name = "parts.price.withdraw"
    _description = "Withdraw Published Prices"

    publication_id = fields.Many2one(
        "parts.price.publication", required=True, readonly=True, ondelete="cascade"
    )
    date_from = fields.Date(related="publication_id.date_from")
    price_count = fields.Integer(related="publication_id.price_count")
    reason = fields.Char(
        required=True, help="Kept with the publication, with your name and the time."
    )

    def action_withdraw(self):
        """Withdraw the publication.

        :raise UserError: when it has started meanwhile, or others follow it
        """
        self.ensure_one()
        self.publication_id._withdraw(self.reason)
        return {"type": "ir.actions.act_window_close"}
