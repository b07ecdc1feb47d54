# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesVoucher(models.Model):
    """What the hotline corrects on the unit's file from the job: its user, its make (S14)."""

    _inherit = "aftersales.voucher"

    is_other_user = fields.Boolean(
        compute="_compute_is_other_user",
        help="The job's customer is not the user on the unit's file.",
    )

    @api.depends("partner_id", "lot_id.user_partner_id")
    def _compute_is_other_user(self):
        for voucher in self:
            user, customer = voucher.lot_id.user_partner_id, voucher.partner_id
            voucher.is_other_user = bool(user and customer and user != customer)

    def action_change_user(self):
        """Ask since when the customer has the unit (S14)."""
        self.ensure_one()
        action = self.lot_id.action_change_user()
        action["context"] |= {
            "default_partner_id": self.partner_id.id,
            "default_voucher_id": self.id,
            "default_told_by": self.contact_name,
        }
        return action

    def action_open_foreign_unit(self):
        """Open a file for a machine of another make, as the unit of this job (S14)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_unit_foreign_action"
        )
        action["context"] = {
            "default_voucher_id": self.id,
            "default_model": self.unit_note,
            "default_user_partner_id": self.partner_id.id,
        }
        return action
