# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class RateTableLine(models.Model):
    """Rows of a table that is part of an agreement's terms are frozen with it."""

    _inherit = "rate.table.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.table_id._check_no_rebate_terms()
        return lines

    def write(self, vals):
        self.table_id._check_no_rebate_terms()
        result = super().write(vals)
        if "table_id" in vals:
            # The table that the row comes into may be in force as well.
            self.table_id._check_no_rebate_terms()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_rebate_terms(self):
        self.table_id._check_no_rebate_terms()
