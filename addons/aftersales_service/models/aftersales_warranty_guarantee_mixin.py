# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

GUARANTEES = ("repair", "replace", "return")


class AftersalesWarrantyGuaranteeMixin(models.AbstractModel):
    """The three guarantees (S16): so long may a customer ask for repair, replacement, return."""

    _name = "aftersales.warranty.guarantee.mixin"
    _description = "The Three Guarantees"

    repair_months = fields.Integer(
        string="Repair (months)", help="So long the goods are repaired free; 0: not promised."
    )
    repair_meter = fields.Float(
        string="Repair (meter)",
        aggregator=None,
        help="Up to so many hours or kilometres from the start; 0: the meter does not matter.",
    )
    replace_months = fields.Integer(
        string="Replacement (months)", help="So long the goods may be replaced; 0: not promised."
    )
    replace_meter = fields.Float(
        string="Replacement (meter)", aggregator=None, help="As for repair."
    )
    return_months = fields.Integer(
        string="Take-Back (months)", help="So long the goods may be given back; 0: not promised."
    )
    return_meter = fields.Float(string="Take-Back (meter)", aggregator=None, help="As for repair.")

    _guarantees_positive = models.Constraint(
        "CHECK(repair_months >= 0 AND replace_months >= 0 AND return_months >= 0"
        " AND repair_meter >= 0 AND replace_meter >= 0 AND return_meter >= 0)",
        "Months and meter of the three guarantees are not below zero.",
    )

    @api.model
    def _get_guarantee_fields(self):
        """Names of the fields that are copied from a policy to a unit."""
        return [f"{name}_{limit}" for name in GUARANTEES for limit in ("months", "meter")]
