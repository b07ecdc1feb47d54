# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

# What *Repairs* puts on the form of a transfer. People of outlets open that form as well, but may
# not read repairs: without this, the whole form refused to open for them.
REPAIRS = "//field[@name='repair_ids'] | //button[@name='action_view_repairs']"


class StockPicking(models.Model):
    """The form of transfers opens for people of outlets, who have no rights on the inventory."""

    _inherit = "stock.picking"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Show repairs of a transfer to those who may read them (P11)."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for node in arch.xpath(REPAIRS):
                node.set("groups", "stock.group_stock_user")
        return arch, view
