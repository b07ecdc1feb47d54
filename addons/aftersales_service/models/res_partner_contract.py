# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResPartner(models.Model):
    """Customers show their service contracts (S2 B)."""

    _inherit = "res.partner"

    # How many there are may be told to whoever sees the contact; what they say may not.
    aftersales_contract_count = fields.Integer(
        compute="_compute_aftersales_contract_count",
        compute_sudo=True,
        string="Service Contracts",
        help="Contracts of this customer, drafts and past ones included.",
    )

    def _compute_aftersales_contract_count(self):
        counts = dict(
            self.env["aftersales.contract"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.aftersales_contract_count = counts.get(partner._origin, 0)

    def action_view_aftersales_contracts(self):
        """Open the service contracts of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_contract_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
