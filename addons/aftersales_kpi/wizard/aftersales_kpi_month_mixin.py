# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import fields, models


class AftersalesKpiMonthMixin(models.AbstractModel):
    """Dialogue that asks for a month of the company: last month, unless somebody says otherwise."""

    _name = "aftersales.kpi.month.mixin"
    _description = "Month of a Company"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=-1, day=1),
        help="Any day of the month.",
    )

    def _show(self, action, domain):
        """A list of what the dialogue made.

        :param str action: external id of a window action
        :param list domain: what is shown
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(action)
        return {**action, "domain": domain, "context": {}}
