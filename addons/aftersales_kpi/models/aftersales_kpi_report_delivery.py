# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class AftersalesKpiReportDelivery(models.Model):
    """When the department's monthly report was made for the first time (K4, S20).

    Written when the report is printed or exported, by nobody's hand.
    """

    _name = "aftersales.kpi.report.delivery"
    _description = "Delivered Monthly Report"
    _order = "month desc, company_id"
    _rec_name = "month"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month reported on.")
    delivered_at = fields.Datetime(
        required=True, readonly=True, help="When the report was first made, the month being over."
    )
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True)

    _month_once = models.UniqueIndex(
        "(company_id, month)", "The report of this month is noted already."
    )

    @api.model
    def _note_delivery(self, company, month):
        """Note that the report of a month was made; a later one changes nothing.

        :param date month: first day of the month
        """
        now = fields.Datetime.now()
        if company._get_aftersales_date(now) < month + relativedelta(months=1):
            return
        # sudo: only this method writes the list; who prints was checked by the report.
        known = self.sudo()
        if not known.search_count([("company_id", "=", company.id), ("month", "=", month)]):
            known.create(
                {
                    "company_id": company.id,
                    "month": month,
                    "delivered_at": now,
                    "user_id": self.env.uid,
                }
            )
