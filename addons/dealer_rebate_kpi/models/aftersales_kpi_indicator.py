# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class AftersalesKpiIndicator(models.Model):
    """An indicator that agreements in force rely on keeps its meaning."""

    _inherit = "aftersales.kpi.indicator"

    metric_ids = fields.One2many(
        "rebate.metric", "indicator_id", string="Metrics", groups="dealer_rebate.group_rebate_user"
    )

    def _get_sale_condition(self, scope):
        """What pays a rebate out is no return of goods: it takes nothing off sales (R15, T6)."""
        return SQL("%s AND move.rebate_settlement_id IS NULL", super()._get_sale_condition(scope))

    def write(self, vals):
        """Refuse what would change figures that were agreed.

        :raise UserError: when an agreement in force uses the indicator and its terms would change
        """
        if set(self._get_kind_fields()) & set(vals):
            # sudo: agreements of any company that rely on it count.
            metrics = self.sudo().metric_ids
            if metrics:
                metrics._check_terms_editable()
        return super().write(vals)
