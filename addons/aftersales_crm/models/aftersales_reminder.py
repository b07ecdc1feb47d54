# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AftersalesReminder(models.Model):
    """What falls due may be worked as a service lead (S24)."""

    _inherit = "aftersales.reminder"

    def action_create_lead(self):
        """Open a service lead about what falls due."""
        self.ensure_one()
        return self.env["crm.lead"]._get_aftersales_new_action(
            kind="routine",
            source="aftersales_crm.utm_source_reminder",
            partner=self.partner_id,
            lot=self.lot_id,
            note=self.message,
            aftersales_reminder_id=self.id,
        )
