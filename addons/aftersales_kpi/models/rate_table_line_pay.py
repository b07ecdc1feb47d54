# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class RateTableLine(models.Model):
    """Rows of levels by which somebody was paid, see ``rate.table`` (K3)."""

    _inherit = "rate.table.line"

    @api.model_create_multi
    def create(self, vals_list):
        """No row comes to levels that were paid.

        :raises UserError: naming the table
        """
        lines = super().create(vals_list)
        lines.table_id._check_pay_levels()
        return lines

    def write(self, vals):
        """No row of levels that were paid changes.

        :raises UserError: naming the table
        """
        self.table_id._check_pay_levels()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_paid(self):
        self.table_id._check_pay_levels()
