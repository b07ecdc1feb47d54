# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class AftersalesCommissionStatement(models.Model):
    """What the sources of the parts department's deductions are called (K21)."""

    _inherit = "aftersales.commission.statement"

    @api.model
    def _get_source_name_sql(self, model):
        """Differences by their document and part, errors by their description."""
        if model == "stock.move":
            name = self.env["product.template"]._field_to_sql("template", "name")
            return SQL("CONCAT_WS(': ', NULLIF(record.reference, ''), %s)", name), SQL(
                """LEFT JOIN stock_move AS record ON record.id = source.res_id
                   LEFT JOIN product_product AS product ON product.id = record.product_id
                   LEFT JOIN product_template AS template
                          ON template.id = product.product_tmpl_id"""
            )
        if model == "parts.booking.error":
            return SQL("record.name"), SQL(
                "LEFT JOIN parts_booking_error AS record ON record.id = source.res_id"
            )
        return super()._get_source_name_sql(model)
