# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from .res_company_settlement import SETTLEMENT_PERIODS


class ResPartnerSettlement(models.Model):
    """When parts are settled with a dealer (P12)."""

    _inherit = "res.partner"

    parts_settlement_period = fields.Selection(
        SETTLEMENT_PERIODS,
        string="Parts Settlement",
        company_dependent=True,
        help="When deliveries of parts are invoiced to this dealer. Empty: as the company does.",
    )
    parts_statement_count = fields.Integer(
        compute="_compute_parts_statement_count",
        groups="aftersales_parts_pricing.group_parts_settlement",
    )

    def _compute_parts_statement_count(self):
        rows = self.env["parts.statement"]._read_group(
            [("partner_id", "in", self.commercial_partner_id.ids)], ["partner_id"], ["__count"]
        )
        counts = {partner.id: count for partner, count in rows}
        for partner in self:
            partner.parts_statement_count = counts.get(partner.commercial_partner_id.id, 0)

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + ["parts_settlement_period"]

    def action_view_parts_statements(self):
        """Open the dealer's statements of parts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_statement_action"
        )
        return action | {
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {},
        }

    @api.model
    def _get_settled_dealers(self, company, periods):
        """Dealers with whom a company settles by one of these periods.

        :param periods: keys of ``parts_settlement_period``
        """
        # sudo: whom we settle with does not depend on whose contacts the user may read.
        partners = self.sudo().with_company(company).with_context(active_test=False)
        dealers = partners.search([("is_dealer", "=", True)]).commercial_partner_id
        return dealers.filtered(
            lambda dealer: (
                (dealer.parts_settlement_period or company.parts_settlement_period) in periods
            )
        ).sudo(self.env.su)
