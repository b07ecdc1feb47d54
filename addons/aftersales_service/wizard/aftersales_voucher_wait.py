# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AftersalesVoucherWait(models.TransientModel):
    """Asks for which part a job waits, and until when (S3, S26)."""

    _name = "aftersales.voucher.wait"
    _description = "Wait for a Part"
    _inherit = ["aftersales.part.wanted.mixin"]

    def _compute_product_id(self):
        """A job that waits already waits for the same part."""
        waiting = self.filtered(lambda wizard: wizard.voucher_id.state == "waiting_part")
        for wizard in waiting:
            voucher = wizard.voucher_id
            wizard.product_id = voucher.waiting_product_id or voucher._get_missing_part()
        return super(AftersalesVoucherWait, self - waiting)._compute_product_id()

    def _compute_expected_on(self):
        """Where nothing is known, the day that was told stands."""
        result = super()._compute_expected_on()
        for wizard in self.filtered(lambda wizard: not wizard.proposed_on):
            voucher = wizard.voucher_id
            if wizard.product_id == voucher.waiting_product_id:
                wizard.expected_on = voucher.part_expected_on
        return result

    def action_wait(self):
        """Let the job stand still until the part is there.

        :raises UserError: when the job is done in the meantime
        """
        self.ensure_one()
        self.voucher_id.check_access("write")
        self.voucher_id._wait_for_part(self.expected_on, self.product_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
