# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .product_template import PART_CLASSES


class PartsPricePolicyClass(models.Model):
    """How a policy prices one class of parts (P3, P7). Restricted parts have no such line."""

    _name = "parts.price.policy.class"
    _description = "Parts Price Policy: Class"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one("parts.price.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    sequence = fields.Integer(default=10)
    part_class = fields.Selection(
        [item for item in PART_CLASSES if item[0] != "restricted"],
        required=True,
        help="Class of part that this line prices.",
    )
    zero_profit = fields.Boolean(
        help="The part carries no profit: it costs what it cost plus the handling charge, on "
        "every list; no mark-up, no guide factor, no tier discount (P3)."
    )
    markup_percent = fields.Float(
        string="Mark-up (%)", digits=(9, 4), help="Added to the cost for the settlement price."
    )
    handling_charge = fields.Monetary(help="Added per piece after the mark-up; 0 by default (P3).")
    guide_factor = fields.Float(
        default=1.0,
        required=True,
        digits=(9, 4),
        help="Guide price = settlement price × this factor; 1 for zero-profit classes (P7).",
    )
    is_solved = fields.Boolean(
        string="Solved",
        compute="_compute_is_solved",
        store=True,
        readonly=False,
        precompute=True,
        help="Where the policy follows the doubling rule, the mark-up of this class is what is "
        "solved for, instead of the one entered here (P4).",
    )
    floor_at_cost = fields.Boolean(help="No list sells parts of this class below their cost.")
    min_margin_percent = fields.Float(
        string="Minimum Margin (%)",
        digits=(5, 2),
        help="What at least remains of each list's price after the cost, in percent of the price.",
    )

    _policy_class_uniq = models.UniqueIndex(
        "(policy_id, part_class)", "A policy prices each class of part by one line only."
    )
    _factor_positive = models.Constraint(
        "CHECK (guide_factor > 0)", "The guide factor must be above zero."
    )
    _markup_above_loss = models.Constraint(
        "CHECK (markup_percent > -100)", "A mark-up of -100 % or less leaves no price."
    )
    _charge_positive = models.Constraint(
        "CHECK (handling_charge >= 0)", "The handling charge cannot be negative."
    )

    _min_margin_range = models.Constraint(
        "CHECK (min_margin_percent >= 0 AND min_margin_percent < 100)",
        "The minimum margin lies at 0 or above and below 100 % of the price.",
    )

    @api.depends("part_class", "zero_profit")
    def _compute_is_solved(self):
        """General parts carry the mark-up of the doubling rule; nothing carries a zero profit."""
        for line in self:
            line.is_solved = line.part_class == "general" and not line.zero_profit

    @api.constrains("zero_profit", "markup_percent", "guide_factor", "min_margin_percent")
    def _check_zero_profit(self):
        """A zero-profit class has no mark-up, no guide factor and no minimum margin (P3)."""
        labels = dict(self._fields["part_class"]._description_selection(self.env))
        for line in self:
            if line.zero_profit and (
                line.markup_percent or line.guide_factor != 1.0 or line.min_margin_percent
            ):
                raise ValidationError(
                    self.env._(
                        "“%(class)s” parts carry no profit in the policy “%(policy)s”: leave the "
                        "mark-up and the minimum margin at 0 and the guide factor at 1, or untick "
                        "zero profit.",
                        **{
                            "class": labels[line.part_class],
                            "policy": line.policy_id.name,
                        },
                    )
                )

    @api.model
    def _get_priced_classes(self):
        """Keys of the classes that may have a price: all but the restricted one (P2)."""
        return [key for key, _label in self._fields["part_class"].selection]

    def _get_frozen_terms(self):
        """The terms of this class, figures as text, see the policy."""
        self.ensure_one()
        return {
            "zero_profit": self.zero_profit,
            "is_solved": self.is_solved and not self.zero_profit,
            "floor_at_cost": self.floor_at_cost,
            "markup_percent": str(self.markup_percent),
            "handling_charge": str(self.handling_charge),
            "guide_factor": str(self.guide_factor),
            "min_margin_percent": str(self.min_margin_percent),
        }
