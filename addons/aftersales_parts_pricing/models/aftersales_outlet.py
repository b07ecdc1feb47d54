# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesOutlet(models.Model):
    """Some outlets are return bases: restricted parts may be kept and fitted there (P2)."""

    _name = "aftersales.outlet"
    _inherit = ["aftersales.outlet", "parts.field.rights.mixin"]

    is_return_base = fields.Boolean(
        string="Return Base",
        tracking=True,
        copy=False,
        help="Restricted core parts may be kept and fitted at this outlet, as in our own "
        "workshop. Set by guardians of restricted parts only (P2).",
    )

    parts_user_ids = fields.Many2many(
        "res.users",
        "aftersales_outlet_parts_user_rel",
        "outlet_id",
        "user_id",
        string="People of Transfers",
        copy=False,
        help="Who asks for the parts of this outlet and receives them, beside its manager and its "
        "technicians. People of outlets see the transfers of their own outlets only (P11).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new outlet must not turn a store room full of restricted parts into an outside."""
        outlets = super().create(vals_list)
        outlets._settle_places()
        return outlets

    def write(self, vals):
        """The same when an outlet's place or its flag changes; the old place is no base by that.

        :raise UserError: when the place of a return base changes by somebody else than a guardian
        """
        moving = self.browse()
        if "location_id" in vals:
            moving = self.filtered(lambda outlet: outlet.location_id.id != vals["location_id"])
            moving._leave_places()
        result = super().write(vals)
        if moving or "is_return_base" in vals:
            self._settle_places()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_leaves_place(self):
        self._leave_places()

    def _leave_places(self):
        """A place that an outlet gives up stays outside until a guardian says otherwise (P2).

        :raise UserError: when a return base is moved by somebody else than a guardian
        """
        bases = self.filtered("is_return_base")
        if bases and not self.env.su and not self.env["parts.guard"]._is_guardian():
            raise UserError(
                self.env._(
                    "“%(outlet)s” is a return base: where it keeps its parts, restricted ones may "
                    "be. Have a guardian untick “Return Base” first: %(guardians)s.",
                    outlet=bases[0].display_name,
                    guardians=self.env["parts.guard"]._get_guardian_names(bases[0].company_id),
                )
            )
        (self - bases).location_id._mark_as_field_location()

    def _settle_places(self):
        """Look at the pieces in the outlets' places, once these have a new meaning.

        What was a van or an outlet's is a base again when a guardian makes it a return base.
        """
        # sudo: who keeps outlets need not see stock locations; only guardians tick the flag.
        outlets = self.sudo()
        bases = outlets.filtered("is_return_base").location_id
        bases.filtered("is_field_location").is_field_location = False
        outlets.location_id._check_restricted_stock()

    def _get_settlement_pricelist(self, date=None):
        """List at which the outlet settles its parts in the current company (P7).

        The list of the dealer behind it; for our own outlets, or none, the company's.

        :param date: the day asked for; today by default
        :return: product.pricelist, empty where the company publishes none
        """
        pricelists = self.env["product.pricelist"]
        dealer = self.dealer_id
        found = pricelists._get_dealer_pricelists(dealer, date).get(dealer) if dealer else None
        return found or pricelists._get_settlement_pricelist()

    @api.model
    def _get_guardian_fields(self):
        return super()._get_guardian_fields() | {"is_return_base"}
