# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesVoucherWait(models.TransientModel):
    """Asks for which part a job waits, and until when (S3, S26)."""

    _name = "aftersales.voucher.wait"
    _description = "Wait for a Part"

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
            voucher = wizard.voucher_id
            waits = voucher.state == "waiting_part" and voucher.waiting_product_id
            wizard.product_id = waits or (voucher and voucher._get_missing_part())

    @api.depends("voucher_id", "product_id", "quantity")
    def _compute_proposed_on(self):
        for wizard in self:
            wizard.proposed_on = wizard.product_id and wizard.voucher_id._propose_part_expected_on(
                wizard.product_id, wizard.quantity
            )

    @api.depends("proposed_on")
    def _compute_expected_on(self):
        for wizard in self:
            voucher = wizard.voucher_id
            told = wizard.product_id == voucher.waiting_product_id and voucher.part_expected_on
            wizard.expected_on = wizard.proposed_on or told

    def action_wait(self):
        """Let the job stand still until the part is there.

        :raises UserError: when the job is done in the meantime
        """
        self.ensure_one()
        self.voucher_id.check_access("write")
        self.voucher_id._wait_for_part(self.expected_on, self.product_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
