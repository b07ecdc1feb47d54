# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class PartsStockDifference(models.Model):
    """Differences of counts and transfers, with who answers for each (K21, P11).

    A view over stock moves that went into or out of inventory loss in somebody's name.
    """

    _name = "parts.stock.difference"
    _description = "Stock Differences"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "product_id"
    _depends = {
        "stock.move": [
            "company_id",
            "date",
            "is_inventory",
            "location_dest_id",
            "location_id",
            "parts_difference_reason",
            "parts_responsible_id",
            "picking_id",
            "product_id",
            "quantity",
            "state",
            "value",
        ],
        "stock.location": ["usage"],
        "stock.picking": ["outlet_id"],
    }

    move_id = fields.Many2one("stock.move", string="Booked by", readonly=True)
    date = fields.Datetime(readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    location_id = fields.Many2one("stock.location", string="Place", readonly=True)
    outlet_id = fields.Many2one("aftersales.outlet", readonly=True)
    responsible_id = fields.Many2one("hr.employee", string="Answers for It", readonly=True)
    kind = fields.Selection(
        [("count", "Count"), ("transfer", "Transfer")], string="Found by", readonly=True
    )
    reason = fields.Char(string="Explanation", readonly=True)
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="Found minus book, in the unit of the part."
    )
    value = fields.Monetary(
        readonly=True, help="Found minus book at cost, as the inventory was valued."
    )
    absolute_value = fields.Monetary(
        readonly=True, help="The same without its sign: what K21 shares out, unless net."
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        """Counts, and what was written off a transfer."""
        return SQL(
            """
            SELECT move.id,
                   move.id AS move_id,
                   move.date,
                   move.product_id,
                   CASE WHEN target.usage = 'inventory' THEN source.id ELSE target.id END
                        AS location_id,
                   picking.outlet_id,
                   move.parts_responsible_id AS responsible_id,
                   CASE WHEN move.is_inventory THEN 'count' ELSE 'transfer' END AS kind,
                   move.parts_difference_reason AS reason,
                   sign.sign * move.quantity / unit.factor * base.factor AS quantity,
                   sign.sign * ABS(move.value) AS value,
                   ABS(move.value) AS absolute_value,
                   company.currency_id,
                   move.company_id
              FROM stock_move move
              JOIN stock_location source ON source.id = move.location_id
              JOIN stock_location target ON target.id = move.location_dest_id
              JOIN product_product product ON product.id = move.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom unit ON unit.id = template.uom_id
              JOIN uom_uom base ON base.id = move.product_uom
              JOIN res_company company ON company.id = move.company_id
              LEFT JOIN stock_picking picking ON picking.id = move.picking_id
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN target.usage = 'inventory' THEN -1 ELSE 1 END AS sign
                   ) sign
             WHERE move.state = 'done'
               AND 'inventory' IN (source.usage, target.usage)
               AND (
                   move.parts_responsible_id IS NOT NULL
                   OR move.parts_difference_reason IS NOT NULL
               )
            """
        )
