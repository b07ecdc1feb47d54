# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

# The keys are in order: a higher one is more.
EDUCATION = [
    ("1", "Secondary School"),
    ("2", "Junior College"),
    ("3", "Bachelor"),
    ("4", "Master"),
    ("5", "Doctorate"),
]


class HrEmployee(models.Model):
    """What a role asks of a person besides certificates: education, years in the trade (K13)."""

    _inherit = "hr.employee"

    aftersales_education = fields.Selection(
        EDUCATION,
        string="Education",
        groups="hr.group_hr_user",
        help="Highest education: roles of the after-sales department ask for one (K13).",
    )
    aftersales_trade_since = fields.Date(
        string="In the Trade Since",
        groups="hr.group_hr_user",
        help="From here the years in the trade are counted (K13).",
    )
