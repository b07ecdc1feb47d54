# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesLeadFollowUp(models.TransientModel):
    """Records that somebody spoke with the customer of a service lead (S24)."""

    _name = "aftersales.lead.follow.up"
    _description = "Follow Up a Service Lead"

    lead_id = fields.Many2one("crm.lead", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="lead_id.partner_id")
    phone = fields.Char(related="lead_id.phone")
    note = fields.Text(
        string="What the Customer Said", required=True, help="Goes to the log of the lead."
    )
    next_on = fields.Date(string="Call Again On", help="Plans another call for the lead's owner.")

    def action_confirm(self):
        """Stamp the follow-up; the lead checks the right to do so."""
        self.ensure_one()
        self.lead_id._follow_up(self.note, self.next_on)
        return {"type": "ir.actions.act_window_close"}
