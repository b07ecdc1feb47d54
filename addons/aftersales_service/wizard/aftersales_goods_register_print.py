# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesGoodsRegisterPrint(models.TransientModel):
    """Prints the customer goods in/out register for a range of dates (S5)."""

    _name = "aftersales.goods.register.print"
    _description = "Print the Goods Register"
    _inherit = ["aftersales.register.mixin"]

    warehouse_id = fields.Many2one(
        "stock.warehouse", check_company=True, help="Only goods of this house; empty prints all."
    )
    only_in_house = fields.Boolean(help="Only goods that are here now, since whenever.")

    def _get_entries(self):
        """Receipts whose goods came in or went out in the range, oldest first."""
        self.ensure_one()
        domain = fields.Domain("company_id", "=", self.company_id.id)
        domain &= fields.Domain("state", "!=", "draft")
        if self.warehouse_id:
            domain &= fields.Domain("warehouse_id", "=", self.warehouse_id.id)
        if self.only_in_house:
            domain &= fields.Domain("state", "=", "in_house")
        else:
            start, end = self.company_id._get_aftersales_bounds(self.date_from, self.date_to)
            domain &= fields.Domain.OR(
                fields.Domain(name, ">=", start) & fields.Domain(name, "<", end)
                for name in ("received_at", "returned_at")
            )
        return self.env["aftersales.goods.receipt"].search(domain, order="received_at, id")

    def _get_nothing_message(self):
        return self.env._("No goods came in or went out in this range: choose other dates.")

    def _get_report_name(self):
        return "aftersales_service.action_report_goods_register"
