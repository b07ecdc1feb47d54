# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResCompany(models.Model):
    """Settings of callbacks (S9), complaints and discipline (S11), and the monthly report (S20)."""

    _inherit = "res.company"

    aftersales_callback_hours = fields.Float(
        string="Callback After (hours)",
        default=24.0,
        help="A customer is called back so many hours after the job is done (S9).",
    )
    aftersales_callback_retry_hours = fields.Float(
        string="Next Try After (hours)",
        default=4.0,
        help="Without an answer the next try is proposed so many hours later (S9).",
    )
    aftersales_callback_skip_rated = fields.Boolean(
        string="A Good Rating Replaces the Callback",
        help="Customers who rated the job well by the link that they got are not called; the "
        "rating closes the job like a satisfied callback (S9).",
    )
    aftersales_complaint_attempts = fields.Integer(
        string="Attempts Before High",
        default=2,
        help="A low complaint that so many attempts have not solved is high from the next (S11).",
    )
    aftersales_discipline_months = fields.Integer(
        string="Discipline Counts (months)",
        default=12,
        help="Warning, penalty, proposal of dismissal: earlier ones count for so long (S11).",
    )
    aftersales_delay_rate = fields.Monetary(
        string="Compensation per Day Late",
        help="Proposed for each day that a delivery is late for reasons within our power, in the "
        "company's currency (S11).",
    )
    aftersales_delay_cap = fields.Monetary(
        string="Compensation at Most", help="Limit of that compensation; 0 sets none (S11)."
    )
    aftersales_hourly_cost = fields.Monetary(
        string="Cost of an Hour of Work",
        help="What an hour of a technician costs the company, for the monthly report (S20). "
        "Employees with an hourly cost of their own are counted with that.",
    )

    _aftersales_callback_hours_positive = models.Constraint(
        "CHECK(aftersales_callback_hours >= 0 AND aftersales_callback_retry_hours >= 0)",
        "Hours until a callback cannot be negative.",
    )
    _aftersales_complaint_attempts_positive = models.Constraint(
        "CHECK(aftersales_complaint_attempts >= 1)", "At least one attempt must be made."
    )
    _aftersales_discipline_months_positive = models.Constraint(
        "CHECK(aftersales_discipline_months >= 1)", "Discipline counts for at least a month."
    )
    _aftersales_delay_positive = models.Constraint(
        "CHECK(aftersales_delay_rate >= 0 AND aftersales_delay_cap >= 0)",
        "Compensation cannot be negative.",
    )
