# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

TERMS = frozenset(
    {"operation_id", "categ_id", "date_from", "standard_hours", "rate_source", "rate"}
)


class AftersalesOperationFee(models.Model):
    """Standard hours and rate of an operation, for a model family, from a date (S15).

    Only "from" is stored: a fee holds until the next one of its family begins. One that a job has
    used does not change any more; what costs something else from tomorrow is a new fee.
    """

    _name = "aftersales.operation.fee"
    _description = "Fee of a Labour Operation"
    _order = "operation_id, categ_id, date_from desc, id"
    _rec_name = "operation_id"
    _check_company_auto = True

    operation_id = fields.Many2one(
        "aftersales.operation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="operation_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(related="operation_id.product_id")
    active = fields.Boolean(related="operation_id.active", store=True, precompute=True)
    categ_id = fields.Many2one(
        "product.category",
        string="Model Family",
        index="btree_not_null",
        ondelete="restrict",
        help="Models that it holds for, those of the families below included; the nearest family "
        "wins. Empty: all models that have no fee of their own.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        help="Calls registered on this day and after it are charged by it.",
    )
    standard_hours = fields.Float(
        required=True, default=1.0, help="Hours that the operation takes by the book."
    )
    rate_source = fields.Selection(
        [("own", "Own Rate"), ("price", "Price of the Product")],
        string="Rate by",
        required=True,
        default="own",
        help="Own rate: what stands here. Price of the product: what the job's price list says.",
    )
    rate = fields.Monetary(
        help="Price of an hour in the company's currency; with tax where the product's taxes are "
        "included in its price."
    )
    hour_price = fields.Monetary(
        compute="_compute_amounts",
        string="Hour",
        help="Price of an hour: the own rate, or the product's sales price.",
    )
    amount = fields.Monetary(
        compute="_compute_amounts",
        string="Fee",
        help="Standard hours at the price of an hour, before any price list of a customer.",
    )
    line_ids = fields.One2many("aftersales.voucher.line", "operation_fee_id")

    _once = models.UniqueIndex(
        "(operation_id, COALESCE(categ_id, 0), date_from)",
        "This operation has a fee for the model family from this day already.",
    )
    _hours_positive = models.Constraint(
        "CHECK (standard_hours > 0)", "Standard hours must be above zero."
    )
    _rate_positive = models.Constraint("CHECK (rate >= 0)", "A rate cannot be negative.")

    @api.depends(
        "standard_hours",
        "rate_source",
        "rate",
        "product_id.list_price",
        "product_id.uom_id",
        "currency_id",
    )
    def _compute_amounts(self):
        for fee in self:
            if fee.rate_source == "own":
                price = fee.rate
            else:
                product = fee.product_id.with_company(fee.company_id)
                hour = fee.operation_id.product_id._get_aftersales_hour_uom()
                price = product._price_compute("list_price", uom=hour).get(product.id, 0.0)
            fee.hour_price = price
            fee.amount = fee.currency_id.round(price * fee.standard_hours)

    def write(self, vals):
        """Refuse to change what a job was charged by.

        :raises UserError: naming the fee and what to do instead
        """
        if TERMS.intersection(vals):
            self._check_unused()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def _check_unused(self):
        # sudo: jobs of all technicians count, whoever keeps the schedule.
        used = self.sudo().filtered("line_ids")[:1]
        if used:
            raise UserError(
                self.env._(
                    "The fee of %(operation)s from %(day)s stands on jobs and does not change: "
                    "add one that begins on a later day.",
                    operation=used.operation_id.display_name,
                    day=used.date_from,
                )
            )
