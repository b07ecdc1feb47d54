# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesVoucherLine(models.Model):
    """Confirmed rework carries no labour fee (S18), whoever would have paid for it."""

    _inherit = "aftersales.voucher.line"

    free_reason = fields.Char(
        string="Free Because",
        compute="_compute_free_reason",
        help="Why the customer does not pay this line, where the kind of the job does not say it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("line_type", "voucher_id.rework_free_labour", "voucher_id.rework_of_id")
    def _compute_free_reason(self):
        for line in self:
            # sudo: the earlier job may be another technician's; only its number is shown.
            earlier = line.voucher_id.sudo().rework_of_id
            line.free_reason = (
                self.env._("Rework of %s: no labour fee", earlier.display_name)
                if line._is_free_rework()
                else False
            )

    @api.depends("line_type", "voucher_id.rework_free_labour")
    def _compute_amounts(self):
        return super()._compute_amounts()

    # === BUSINESS METHODS === #

    def _is_free_rework(self):
        """Is this the labour of a job that was confirmed as rework before it was done (S18)?"""
        self.ensure_one()
        return self.line_type == "labour" and self.voucher_id.rework_free_labour

    def _is_charged(self):
        """The customer does not pay twice for the same work (S18)."""
        return super()._is_charged() and not self._is_free_rework()
