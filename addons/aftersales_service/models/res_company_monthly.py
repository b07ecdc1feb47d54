# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """To whom the monthly report goes by itself, and on which day (S20)."""

    _inherit = "res.company"

    aftersales_monthly_day = fields.Integer(
        string="Sent on Day",
        help="Day of the month on which the report on the month before is sent; 0: not by itself.",
    )
    aftersales_monthly_user_ids = fields.Many2many(
        "res.users",
        "aftersales_monthly_user_rel",
        string="Sent To",
        domain="[('share', '=', False)]",
        help="They get the department's report by mail, as a workbook.",
    )
    aftersales_monthly_sent = fields.Date(
        string="Last Month Sent",
        readonly=True,
        copy=False,
        help="First day of the last month whose report was sent: no month is sent twice.",
    )

    _aftersales_monthly_day_valid = models.Constraint(
        "CHECK(aftersales_monthly_day BETWEEN 0 AND 28)",
        "The report is sent on a day that each month has: 1 to 28, or 0 for none.",
    )

    @api.constrains("aftersales_monthly_user_ids")
    def _check_aftersales_monthly_user_ids(self):
        """The report has income and cost: it goes to those who may read it."""
        for company in self:
            for user in company.aftersales_monthly_user_ids:
                if not company._may_get_aftersales_monthly(user):
                    raise ValidationError(
                        self.env._(
                            "%(user)s may not read the department's report of %(company)s: give "
                            "the role and the company first.",
                            user=user.name,
                            company=company.name,
                        )
                    )

    def _may_get_aftersales_monthly(self, user):
        """May a user read the report of this company?"""
        self.ensure_one()
        return (
            user.active
            and not user.share
            and self in user.company_ids
            and self.env["aftersales.monthly"].with_user(user)._may_see_department()
        )
