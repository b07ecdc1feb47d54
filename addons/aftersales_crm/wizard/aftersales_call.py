# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesCall(models.TransientModel):
    """Calls that are registered after a visit to the customer (S12)."""

    _inherit = "aftersales.call"

    visit_id = fields.Many2one("aftersales.visit", string="From Visit", ondelete="cascade")

    def _prepare_voucher_vals(self):
        return {**super()._prepare_voucher_vals(), "visit_id": self.visit_id.id}
