# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

LEVELS = [("0", "Low"), ("1", "Medium"), ("2", "High")]
CRITERIA = ("importance", "frequency", "weight_level", "volume_level")
# What a level above low adds to the factor: a default of ours, the factor itself can be set.
STEP = 0.25


class AftersalesKpiAmplification(models.Model):
    """How much worse a fault is in one product family than in another (K6).

    The factor multiplies the regular service cost of the family into its cost of non-conformity.
    It holds for the category and those below it that have none of their own.
    """

    _name = "aftersales.kpi.amplification"
    _description = "Amplification Factor of a Product Family"
    _order = "category_id"
    _rec_name = "category_id"

    category_id = fields.Many2one(
        "product.category",
        string="Product Family",
        required=True,
        ondelete="cascade",
        help="Family of the product that is served.",
    )
    importance = fields.Selection(
        LEVELS,
        required=True,
        default="0",
        help="How much depends on the product where it is used.",
    )
    frequency = fields.Selection(
        LEVELS, string="Frequency of Use", required=True, default="0", help="How often it is used."
    )
    weight_level = fields.Selection(
        LEVELS,
        string="Physical Weight",
        required=True,
        default="0",
        help="How hard it is to move.",
    )
    volume_level = fields.Selection(
        LEVELS, string="Volume", required=True, default="0", help="How much room it takes."
    )
    factor = fields.Float(
        digits=(16, 2),
        compute="_compute_factor",
        store=True,
        readonly=False,
        precompute=True,
        aggregator="avg",
        help="Cost of non-conformity = regular service cost × this factor. Proposed: 1, and a "
        "quarter more for each level above low; type your own.",
    )

    _category_uniq = models.UniqueIndex(
        "(category_id)", "This product family has a factor already: change that one."
    )

    @api.depends(*CRITERIA)
    def _compute_factor(self):
        for record in self:
            levels = sum(int(record[name] or 0) for name in CRITERIA)
            record.factor = 1 + STEP * levels

    @api.constrains("factor")
    def _check_factor(self):
        for record in self:
            if record.factor < 0:
                raise ValidationError(
                    self.env._(
                        "The factor of %s must not be negative: a fault costs something.",
                        record.display_name,
                    )
                )
