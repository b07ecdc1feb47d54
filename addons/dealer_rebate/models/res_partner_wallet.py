# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class ResPartnerWallet(models.Model):
    """A dealer's wallets on the contact."""

    _inherit = "res.partner"

    rebate_wallet_count = fields.Integer(
        compute="_compute_rebate_wallet_count", groups="dealer_rebate.group_rebate_user"
    )

    @api.depends("commercial_partner_id")
    def _compute_rebate_wallet_count(self):
        counts = dict(
            self.env["rebate.wallet.balance"]._read_group(
                [("partner_id", "in", self.commercial_partner_id.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.rebate_wallet_count = counts.get(partner.commercial_partner_id, 0)

    def write(self, vals):
        """A dealer that gets or leaves a parent takes what is in the wallet along."""
        if not {"parent_id", "is_company"} & set(vals):
            return super().write(vals)
        # sudo: counters have no write access for anyone; who edits contacts needs no right there.
        rows = self.env["rebate.wallet.balance"].sudo()
        before = rows._get_keys_of(self)
        result = super().write(vals)
        if before:
            rows.env["rebate.wallet"]._rematch(before | rows._get_keys_of(self, before))
        return result

    def action_view_rebate_wallets(self):
        """Open this dealer's balances."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_wallet_balance_action"
        )
        return action | {
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {},
        }
