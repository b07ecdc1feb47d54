# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesVoucher(models.Model):
    """How far the outlet went for the job: decides the fee's band (S10)."""

    _inherit = "aftersales.voucher"

    outlet_distance = fields.Float(
        string="Distance (km)",
        digits=(16, 2),
        aggregator=None,
        copy=False,
        help="How far the outlet goes for this job, one way. 0: as the outlet's distance to the "
        "job's area says (S10).",
    )
