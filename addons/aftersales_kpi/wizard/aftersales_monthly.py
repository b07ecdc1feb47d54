# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AftersalesMonthly(models.TransientModel):
    """The department's report is noted when it is made: reports on time are an indicator (K4)."""

    _inherit = "aftersales.monthly"

    def action_print(self):
        """The report as PDF; notes that it was made."""
        action = super().action_print()
        self._note_delivery()
        return action

    def action_export(self):
        """The report as a workbook; notes that it was made."""
        action = super().action_export()
        self._note_delivery()
        return action

    def _send(self, users):
        """The report by mail; notes that it was made."""
        mails = super()._send(users)
        self._note_delivery()
        return mails

    def _note_delivery(self):
        delivery = self.env["aftersales.kpi.report.delivery"]
        for wizard in self.filtered(lambda wizard: wizard.scope == "department"):
            delivery._note_delivery(wizard.company_id, wizard._get_days()[0])
