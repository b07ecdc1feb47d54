# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesDealerTierAssignment(models.Model):
    """From when on a dealer holds a tier in a company, and why (P7).

    A tier holds until the next assignment of the same dealer and company. An assignment
    without a tier ends it. Dates are read from the document that asks, so that yesterday's
    order keeps yesterday's tier.
    """

    _name = "aftersales.dealer.tier.assignment"
    _description = "Dealer Tier Assignment"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        index=True,
        ondelete="cascade",
        help="The dealer itself; its addresses and people share its tier.",
    )
    tier_id = fields.Many2one(
        "aftersales.dealer.tier",
        check_company=True,
        ondelete="restrict",
        help="Empty: from this date on the dealer has no tier.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today, help="First day."
    )
    reason = fields.Char(required=True, help="Who decided it, and on what ground.")

    @api.constrains("partner_id")
    def _check_partner_id(self):
        """A dealer's addresses and people have the dealer's tier, never one of their own."""
        for assignment in self:
            dealer = assignment.partner_id.commercial_partner_id
            if assignment.partner_id != dealer:
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to %(dealer)s and has its tier: give the tier to "
                        "%(dealer)s.",
                        contact=assignment.partner_id.display_name,
                        dealer=dealer.display_name,
                    )
                )
