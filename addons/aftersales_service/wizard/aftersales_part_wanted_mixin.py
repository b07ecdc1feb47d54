# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesPartWantedMixin(models.AbstractModel):
    """A dialogue about a part that a job lacks, and when it should be there (S3, S26)."""

    _name = "aftersales.part.wanted.mixin"
    _description = "Part that a Job Lacks"

    voucher_id = fields.Many2one(
        "aftersales.voucher", string="Job", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        required=True,
        ondelete="cascade",
        domain="[('type', '=', 'consu')]",
        help="Part that is not there.",
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    proposed_on = fields.Date(
        compute="_compute_proposed_on",
        help="When the part should be there: by a transfer to the van, from the stock, or with "
        "the goods that are coming in.",
    )
    expected_on = fields.Date(
        string="Expected",
        compute="_compute_expected_on",
        store=True,
        readonly=False,
        help="Day on which the part should be there; empty where nobody knows.",
    )

    @api.depends("voucher_id")
    def _compute_product_id(self):
        for wizard in self:
            wizard.product_id = wizard.voucher_id and wizard.voucher_id._get_missing_part()

    @api.depends("voucher_id", "product_id", "quantity")
    def _compute_proposed_on(self):
        for wizard in self:
            wizard.proposed_on = wizard.product_id and wizard.voucher_id._propose_part_expected_on(
                wizard.product_id, wizard.quantity
            )

    @api.depends("proposed_on")
    def _compute_expected_on(self):
        for wizard in self:
            wizard.expected_on = wizard.proposed_on
