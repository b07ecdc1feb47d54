# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class AftersalesOutlet(models.Model):
    """An outlet may dispatch its jobs itself (S19), or work on the portal (S7)."""

    _inherit = "aftersales.outlet"

    dispatcher_ids = fields.Many2many(
        "res.users",
        "aftersales_outlet_dispatcher_rel",
        "outlet_id",
        "user_id",
        string="Dispatchers",
        domain="[('share', '=', False)]",
        help="People of the outlet who dispatch its jobs, and see no others. They need the role "
        "“Outlet's Dispatcher”.",
    )
    is_foreign = fields.Boolean(
        string="Works on the Portal",
        help="Has no employees of ours: its jobs need no technician. Whoever logs in for the "
        "outlet's address or a contact below it accepts them, sets the appointment and reports "
        "the work on the portal. It uses its own parts and charges its customers itself.",
    )

    bay_ids = fields.One2many(
        "aftersales.bay", "outlet_id", string="Bays", help="Places of its workshop (S23)."
    )

    @api.constrains("is_foreign", "kind", "partner_id")
    def _check_is_foreign(self):
        for outlet in self.filtered("is_foreign"):
            if outlet.kind == "own" or not outlet.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(outlet)s cannot work on the portal: choose a service agent or a "
                        "dealer's store, and enter its address, whose contacts log in.",
                        outlet=outlet.display_name,
                    )
                )

    @api.model
    def _get_portal_outlets(self, user):
        """Outlets that a login of the portal works for: those at its own or a parent's address.

        :param user: res.users
        """
        # sudo: portal users have no right on outlets; these are the login's own.
        user = user.sudo()
        return self.sudo().search(
            Domain("is_foreign", "=", True)
            & Domain("partner_id", "parent_of", user.partner_id.id)
            & Domain("company_id", "in", user.company_ids.ids)
        )
