# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesArea(models.Model):
    """How far an area lies from who serves it: which areas first (N1)."""

    _inherit = "aftersales.area"

    service_distance = fields.Float(
        string="Distance (km)",
        help="Way to the place from which the area is served today, in kilometres one way. It "
        "weighs the demand when areas are ranked.",
    )

    _service_distance_not_negative = models.Constraint(
        "CHECK(service_distance >= 0)", "A distance cannot be negative."
    )
