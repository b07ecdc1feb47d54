# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

# The unit comes in to be kept at once: no work begins on it. No RPC can hold this object.
KEEP_SENTINEL = object()


class AftersalesGoodsReceipt(models.Model):
    """A unit that was replaced or taken back stays in our house (S16)."""

    _inherit = "aftersales.goods.receipt"

    outcome = fields.Selection(selection_add=[("kept", "Kept: Replaced or Refunded")])

    def _go_out(self, outcome, *args, **kwargs):
        """As for goods that go back: what hangs on them is finished."""
        if outcome == "kept":
            # sudo: whoever decides hears of all cards of the job.
            self.sudo().voucher_id._check_cards_closed()
        return super()._go_out(outcome, *args, **kwargs)

    def _enter_workshop(self):
        """What only comes in to stay makes no job of the workshop."""
        if self.env.context.get("aftersales_keep") is KEEP_SENTINEL:
            return None
        return super()._enter_workshop()

    def _get_out_location(self):
        """What we keep goes from the customers' goods to the units that were taken back."""
        if self.outcome != "kept":
            return super()._get_out_location()
        return self.sudo().warehouse_id.taken_back_location_id  # sudo: see ``_move_in``
