# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResCompany(models.Model):
    """Settings of old parts (S17)."""

    _inherit = "res.company"

    aftersales_old_part_days = fields.Integer(
        string="Old Parts Back After (days)",
        default=14,
        help="An old part that is claimed is due so many days after its job is done (S17).",
    )

    _aftersales_old_part_days_positive = models.Constraint(
        "CHECK(aftersales_old_part_days >= 0)",
        "The days until an old part is due cannot be negative.",
    )
