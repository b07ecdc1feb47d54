# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class StockLot(models.Model):
    """Service leads about a unit (S24)."""

    _inherit = "stock.lot"

    def action_create_service_lead(self):
        """Open a service lead about this unit and its user."""
        self.ensure_one()
        return self.env["crm.lead"]._get_aftersales_new_action(
            kind="routine", partner=self.user_partner_id, lot=self
        )

    def action_create_accident_lead(self):
        """Open the lead of an accident that maker or insurer told us of."""
        self.ensure_one()
        return self.env["crm.lead"]._get_aftersales_new_action(
            kind="accident",
            source="aftersales_crm.utm_source_insurer",
            partner=self.user_partner_id,
            lot=self,
        )

    def action_view_service_leads(self):
        """Open the service leads about this unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_crm.crm_lead_action")
        domain = [("aftersales_lot_id", "=", self.id), ("aftersales_lead_kind_id", "!=", False)]
        return {**action, "domain": domain, "context": {"active_test": False}}
