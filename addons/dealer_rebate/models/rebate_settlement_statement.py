# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class RebateSettlementStatement(models.Model):
    """Credit notes get their statement after the posting, which does not wait for PDFs (R15)."""

    _inherit = "rebate.settlement"

    def _prepare_credit_note_vals(self, partner, lines, journal, shares):
        vals = super()._prepare_credit_note_vals(partner, lines, journal, shares)
        if self.direction == "dealer":
            vals["rebate_statement_due"] = self.company_id.rebate_attach_statement
        return vals

    def _pay_out(self, moves):
        result = super()._pay_out(moves)
        if moves and self.company_id.rebate_attach_statement:
            self.env.ref("dealer_rebate.ir_cron_attach_statements")._trigger()
        return result
