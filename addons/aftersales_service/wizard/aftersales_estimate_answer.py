# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesEstimateAnswer(models.TransientModel):
    """What the customer said to the estimate, where the answer did not come by link (S15)."""

    _name = "aftersales.estimate.answer"
    _description = "Answer to an Estimate"

    voucher_id = fields.Many2one("aftersales.voucher", required=True, readonly=True)
    answer = fields.Selection(
        [("accept", "The customer agrees"), ("refuse", "The customer refuses")],
        required=True,
        default="accept",
    )
    name = fields.Char(string="Who Agrees", help="Name of the person who agrees.")
    reason = fields.Char(help="Why the customer refuses.")

    def action_record(self):
        """Record the answer on the job.

        :raises UserError: when no estimate is open, or name or reason is missing
        """
        self.ensure_one()
        if self.answer == "accept":
            return self.voucher_id.action_accept_estimate(self.name)
        return self.voucher_id.action_refuse_estimate(self.reason)
