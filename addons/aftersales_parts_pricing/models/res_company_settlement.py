# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import fields, models

SETTLEMENT_PERIODS = [
    ("order", "Each order at once"),
    ("month", "Monthly"),
    ("quarter", "Quarterly"),
]


class ResCompanySettlement(models.Model):
    """How and when a company settles parts with its dealers (P12)."""

    _inherit = "res.company"

    parts_settlement_period = fields.Selection(
        SETTLEMENT_PERIODS,
        default="month",
        required=True,
        help="When deliveries of parts are invoiced, unless another period is agreed with the "
        "dealer. Statements are made monthly, or quarterly where that is agreed.",
    )
    parts_settlement_auto = fields.Boolean(
        string="Settle Parts Automatically",
        help="A scheduled action invoices deliveries and makes the statements after each period. "
        "Statements wait as drafts until somebody sends them.",
    )
    parts_statement_days = fields.Integer(
        string="Days to Answer a Parts Statement",
        default=14,
        help="A statement that is not answered in time is closed and counts as agreed.",
    )

    _parts_statement_days_positive = models.Constraint(
        "CHECK (parts_statement_days > 0)", "Dealers need at least one day to answer a statement."
    )

    def _get_settlement_bounds(self, period, day):
        """First and last day of the settlement period around a day.

        Quarters follow the company's fiscal year.

        :param period: ``month`` or ``quarter``
        :param day: a date
        """
        self.ensure_one()
        first = day.replace(day=1)
        if period == "quarter":
            first -= relativedelta(months=(day.month - int(self.fiscalyear_last_month) - 1) % 3)
        months = 3 if period == "quarter" else 1
        return first, first + relativedelta(months=months, days=-1)
