# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesChecklist(models.Model):
    """A checklist that campaigns name is for their jobs, and for no others (S13)."""

    _inherit = "aftersales.checklist"

    campaign_ids = fields.One2many(
        "aftersales.campaign", "checklist_id", string="Campaigns", readonly=True
    )

    def _applies_to(self, voucher):
        applies = super()._applies_to(voucher)
        if not applies or not self.campaign_ids:
            return applies
        # sudo: the phase of a job begins by itself, whoever takes the step.
        return bool(self.campaign_ids & voucher.sudo().campaign_unit_ids.campaign_id)
