# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RebateFactMixin(models.AbstractModel):
    """Something that is known about a dealer, or about one of its stores.

    The dealer is kept as its commercial entity (T4). No unique index holds it: Odoo's merge of two
    partners deletes rows that would collide. Models have a stored ``company_id``.
    """

    _name = "rebate.fact.mixin"
    _description = "Fact about a Dealer"

    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        help="The dealer with all its addresses and contacts.",
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        string="Store",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('dealer_id', '=', partner_id)]",
        help="One of the dealer's stores. Empty: the dealer as a whole.",
    )
    note = fields.Char()

    @api.constrains("partner_id", "outlet_id")
    def _check_outlet(self):
        for fact in self:
            outlet = fact.outlet_id
            if not outlet:
                continue
            if outlet.dealer_id.commercial_partner_id != fact.partner_id:
                raise ValidationError(
                    self.env._(
                        "The store %(store)s does not belong to %(dealer)s. Choose one of its own "
                        "stores, or none for the dealer as a whole.",
                        store=outlet.display_name,
                        dealer=fact.partner_id.display_name,
                    )
                )
            if outlet.company_id != fact.company_id:
                raise ValidationError(
                    self.env._(
                        "The store %(store)s belongs to another company than the metric.",
                        store=outlet.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalise_partner(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._normalise_partner(vals)
        return super().write(vals)

    def _normalise_partner(self, vals):
        """A contact or address stands for the dealer that it belongs to."""
        if vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals["partner_id"] = partner.commercial_partner_id.id or partner.id
