# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesOutletDistance(models.Model):
    """How far an outlet has to go to an area, for the distance bands of its fees (S10).

    An area without a distance takes that of the nearest area above it; without any it counts as
    0 km. What is written on a job goes before.
    """

    _name = "aftersales.outlet.distance"
    _description = "Distance of an Outlet to an Area"
    _order = "outlet_id, distance, id"
    _rec_name = "area_id"

    outlet_id = fields.Many2one("aftersales.outlet", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(
        related="outlet_id.company_id", store=True, index=True, precompute=True
    )
    area_id = fields.Many2one("aftersales.area", required=True, index=True, ondelete="cascade")
    distance = fields.Float(
        string="Distance (km)", digits=(16, 2), required=True, help="One way, in kilometres."
    )

    _once = models.UniqueIndex(
        "(outlet_id, area_id)", "The outlet has a distance to this area already."
    )
    _not_negative = models.Constraint(
        "CHECK (distance >= 0)", "A distance must not be negative: enter it in kilometres."
    )
