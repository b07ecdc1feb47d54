# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResCompany(models.Model):
    """How visits are planned in a company (S12)."""

    _inherit = "res.company"

    aftersales_visit_lead_days = fields.Integer(
        string="Tell Visitors (days before)",
        default=14,
        help="So many days before a visit its visitor gets an activity.",
    )
    aftersales_visit_postpone_days = fields.Integer(
        string="Put Off Visits by (days)",
        default=14,
        help="So many days after it was due a visitor may put a visit off; supervisors further.",
    )

    _aftersales_visit_days_positive = models.Constraint(
        "CHECK(aftersales_visit_lead_days >= 0 AND aftersales_visit_postpone_days >= 0)",
        "Days of visits cannot be negative.",
    )
