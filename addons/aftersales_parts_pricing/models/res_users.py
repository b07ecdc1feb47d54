# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Domain


class ResUsers(models.Model):
    """People of outlets see the transfers of their own, and no other movement of stock (P11)."""

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

    def _get_parts_transfer_domain(self, path=""):
        """Transfers that this user may see and work on, for the record rules (P11).

        People of an outlet see those of their own outlets, and whatever other stock documents
        their other groups let them see. The domain names the user only, nothing that may change
        without a change of the user's groups: record rules are cached.

        :param str path: from the model of the rule to the transfer, such as ``picking_id.``
        :rtype: list
        """
        self.ensure_one()
        domain = Domain.TRUE
        step = f"{path}picking_type_id.parts_transfer_step"
        if self.parts_transfers_only:
            domain = Domain(step, "!=", False)
        if self._is_parts_outlet_person():
            other = Domain(step, "=", False)
            if path:
                other |= Domain(path.removesuffix("."), "=", False)
            domain &= other | self._get_own_parts_transfer_domain(path)
        return list(domain)

    def _is_parts_outlet_person(self):
        """Whether the user asks for the parts of some outlets, and has no office over all."""
        groups = self.sudo().all_group_ids  # sudo: one's own groups, in a record rule
        wide = groups.browse(
            self.env["ir.model.data"]._xmlid_to_res_id(name)
            for name in self._get_parts_wide_groups()
        )
        requester = self.env.ref("aftersales_parts_pricing.group_transfer_requester")
        return requester in groups and not groups & wide

    @api.model
    def _get_parts_wide_groups(self):
        """Hook: external ids of the groups that see the transfers of all outlets (P11)."""
        return [
            "aftersales_base.group_aftersales_manager",
            "aftersales_parts_pricing.group_transfer_approver",
            "stock.group_stock_user",
        ]

    def _get_own_parts_transfer_domain(self, path):
        """Hook: the transfers of the user's own; see :meth:`_get_parts_transfer_domain`."""
        outlet = f"{path}outlet_id"
        return (
            Domain(f"{outlet}.manager_id.user_id", "=", self.id)
            | Domain(f"{outlet}.technician_ids.user_id", "=", self.id)
            | Domain(f"{outlet}.parts_user_ids", "in", self.ids)
            | (Domain(outlet, "=", False) & Domain(f"{path}create_uid", "=", self.id))
        )

    def _get_parts_outlets(self):
        """Outlets of the user in the current company (P11)."""
        # sudo: who runs an outlet stands on employees' files, of which only the login is used.
        outlets = self.env["aftersales.outlet"].sudo()
        return outlets.search(
            Domain("company_id", "=", self.env.company.id)
            & (
                Domain("manager_id.user_id", "=", self.id)
                | Domain("technician_ids.user_id", "=", self.id)
                | Domain("parts_user_ids", "in", self.ids)
            )
        ).sudo(False)
