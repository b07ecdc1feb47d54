# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesVoucherLineMixin(models.AbstractModel):
    """Records that were made of a line of a job know that line.

    The link decides a price (order lines) and what counts as delivered (moves), so only the
    steps of the job set it: nobody links an order of his own to a stranger's job.
    """

    _name = "aftersales.voucher.line.mixin"
    _inherit = ["aftersales.guarded.mixin"]
    _description = "Made of a Line of a Job"

    aftersales_voucher_line_id = fields.Many2one(
        "aftersales.voucher.line",
        string="Line of the Job",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        help="Line of the service voucher that this was made of.",
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"aftersales_voucher_line_id"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("set by the steps of the job only.")
