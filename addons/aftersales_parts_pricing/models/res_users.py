# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class ResUsers(models.Model):
    """People of outlets see transfers of parts, and no other movement of stock (P11)."""

    _inherit = "res.users"

    parts_transfers_only = fields.Boolean(
        compute="_compute_parts_transfers_only",
        compute_sudo=True,
        help="Whether asking for transfers is all that opens the inventory's documents to a user.",
    )

    @api.depends("all_group_ids")
    def _compute_parts_transfers_only(self):
        """True where no other group of the user may read transfers."""
        requester = self.env.ref("aftersales_parts_pricing.group_transfer_requester")
        approver = self.env.ref("aftersales_parts_pricing.group_transfer_approver")
        rights = self.env["ir.model.access"].search(
            [("model_id.model", "=", "stock.picking"), ("perm_read", "=", True)]
        )
        others = rights.group_id - requester - approver
        everybody = rights.filtered(lambda right: not right.group_id)
        for user in self:
            user.parts_transfers_only = bool(
                requester in user.all_group_ids
                and not everybody
                and not user.all_group_ids & others
            )
