# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import math

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .rebate_figure_mixin import LIMIT


class RebateMetricItem(models.Model):
    """A single fact behind a metric: a complaint (R8), a contract sold (R10).

    A window's value is the sum of quantity × weight, within the metric's limit.
    """

    _name = "rebate.metric.item"
    _inherit = ["rebate.fact.mixin", "rebate.verification.mixin"]
    _description = "Item of a Rebate Metric"
    _order = "date desc, metric_id, partner_id, id"

    metric_id = fields.Many2one(
        "rebate.metric",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'items')]",
    )
    company_id = fields.Many2one(
        related="metric_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(
        required=True, default=fields.Date.context_today, help="Day that decides the period."
    )
    label = fields.Char(help="What it is: the product of a contract, the kind of a complaint.")
    customer = fields.Char(
        help="The user concerned. Same spelling, same customer: capitals and blanks at the ends "
        "make no difference."
    )
    vehicle = fields.Char(help="Serial or plate number of the unit concerned.")
    quantity = fields.Float(required=True, default=1.0, min_display_digits=0)
    weight = fields.Float(
        required=True,
        default=1.0,
        min_display_digits=0,
        aggregator=None,
        help="What one piece counts: a maintenance package 2.5 (R10), a case of undisclosed "
        "non-genuine parts 10 (R8).",
    )
    exempt = fields.Boolean(
        string="Exempt from Limit",
        default=False,
        help="Counts besides the limit by customer, vehicle and quarter (R8).",
    )

    _read_idx = models.Index("(metric_id, date)")

    @api.depends("metric_id.name", "partner_id.name", "label", "customer", "vehicle")
    def _compute_display_name(self):
        for item in self:
            parts = (
                item.metric_id.name,
                item.partner_id.name,
                item.label or item.customer or item.vehicle,
            )
            item.display_name = " · ".join(part for part in parts if part)

    @api.constrains("quantity", "weight")
    def _check_numbers(self):
        for item in self:
            for number in (item.quantity, item.weight):
                if not math.isfinite(number) or not 0 <= number < LIMIT:
                    raise ValidationError(
                        self.env._(
                            "%(number)s is no quantity or weight of %(item)s: write a number that "
                            "is not negative.",
                            number=number,
                            item=item.display_name,
                        )
                    )

    @api.constrains("metric_id")
    def _check_metric_kind(self):
        for item in self:
            item.metric_id._check_kind("items")

    def _get_fact_fields(self):
        return {
            "metric_id",
            "partner_id",
            "outlet_id",
            "date",
            "label",
            "customer",
            "vehicle",
            "quantity",
            "weight",
            "exempt",
        }
