# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

# Only the campaign puts its work on a job: whatever is linked is paid by its payer. No RPC can
# hold this object.
CAMPAIGN_SENTINEL = object()


class AftersalesCampaignLine(models.Model):
    """Work or a part that each unit of a campaign gets (S13)."""

    _name = "aftersales.campaign.line"
    _description = "Work of a Campaign"
    _order = "campaign_id, sequence, id"
    _rec_name = "campaign_id"
    _check_company_auto = True

    campaign_id = fields.Many2one(
        "aftersales.campaign", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    operation_id = fields.Many2one(
        "aftersales.operation",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Labour of the fee schedule; its hours are those of the unit's model.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('type', '=', 'consu')]",
        help="Part that is fitted.",
    )
    quantity = fields.Float(
        default=1.0, digits="Product Unit", help="Pieces of the part, in its own unit."
    )

    _one_of_two = models.Constraint(
        "CHECK((operation_id IS NULL) != (product_id IS NULL))",
        "A line of a campaign is either an operation or a part.",
    )
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity on a line of a campaign must be above zero."
    )

    def _prepare_voucher_line_vals(self):
        """Values of the line on a job; price, hours and who pays follow there."""
        self.ensure_one()
        vals = {"campaign_line_id": self.id}
        if self.operation_id:
            return {**vals, "line_type": "labour", "operation_id": self.operation_id.id}
        return {
            **vals,
            "line_type": "part",
            "product_id": self.product_id.id,
            "quantity": self.quantity,
        }

    def _get_covered_share(self, line):
        """Percent of a line of a job that the campaign foresees: its part or operation, so much.

        :param line: aftersales.voucher.line
        """
        self.ensure_one()
        if line.operation_id != self.operation_id or (
            self.product_id and line.product_id != self.product_id
        ):
            return 0.0
        foreseen = line.standard_hours
        if self.product_id:
            foreseen = self.product_id.uom_id._compute_quantity(
                self.quantity, line.uom_id, round=False
            )
        if not line.quantity or line.quantity <= foreseen:
            return 100.0
        return 100.0 * foreseen / line.quantity
