# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesVoucherLine(models.Model):
    """Lines that were entered on a phone: sent twice, they are one."""

    _inherit = "aftersales.voucher.line"

    phone_key = fields.Char(
        copy=False,
        readonly=True,
        help="Drawn by the technician's phone, so that a line sent twice is one line.",
    )

    _phone_key_once = models.UniqueIndex(
        "(voucher_id, phone_key) WHERE phone_key IS NOT NULL", "This line was received already."
    )

    def _get_phone_line(self):
        """A line on the technician's screen."""
        self.ensure_one()
        voucher = self.voucher_id
        return {
            "id": self.id,
            "key": self.phone_key or "",
            "line_type": self.line_type,
            "product_id": self.product_id.id,
            "name": self.name,
            "lot": self.lot_id.name or "",
            "quantity": self.quantity,
            "uom": self.uom_id.name,
            "amount": voucher._format_customer_amount(self.amount_customer),
            "cover": self._get_cover_note(),
        }
