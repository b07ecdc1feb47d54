# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesOutlet(models.Model):
    """Outlets far away have more time to bring old parts back (S17)."""

    _inherit = "aftersales.outlet"

    old_part_days = fields.Integer(
        string="Old Parts Back After (days)",
        help="Days in which the outlet and its technicians bring a claimed old part back; 0: as "
        "the company says.",
    )

    _old_part_days_positive = models.Constraint(
        "CHECK(old_part_days >= 0)", "The days until an old part is due cannot be negative."
    )
