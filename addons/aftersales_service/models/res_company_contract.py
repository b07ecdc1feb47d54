# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResCompany(models.Model):
    """Settings of service contracts (S2 B)."""

    _inherit = "res.company"

    aftersales_contract_reminder_months = fields.Integer(
        string="Contract Reminder (months)",
        default=2,
        help="So many months before a service contract ends, its owner is given an activity.",
    )

    _aftersales_contract_reminder_positive = models.Constraint(
        "CHECK (aftersales_contract_reminder_months >= 0)",
        "A reminder cannot come after the end of the contract.",
    )
