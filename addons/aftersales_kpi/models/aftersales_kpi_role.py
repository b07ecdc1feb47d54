# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesKpiRole(models.Model):
    """Which figures a role looks at each month: area head, store, sales, service manager (K9)."""

    _name = "aftersales.kpi.role"
    _description = "Role with Its Ratios"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    indicator_ids = fields.Many2many(
        "aftersales.kpi.indicator",
        "aftersales_kpi_role_indicator_rel",
        "role_id",
        "indicator_id",
        string="Indicators",
        required=True,
        help="What stands on the role's sheet of the month, in the order of the indicators.",
    )
