# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesOutlet(models.Model):
    """An outlet may dispatch its jobs itself (S19)."""

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
