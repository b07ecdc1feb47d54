# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class PartsTransferOpen(models.Model):
    """Pieces on the way between a warehouse and its outlets, with their age (P11).

    One row per open line of a receipt. A view over Odoo's own moves: nothing is kept twice.
    """

    _name = "parts.transfer.open"
    _description = "Parts on the Way"
    _auto = False
    _order = "shipped_at, id"
    _rec_name = "product_id"
    _depends = {
        "stock.move": [
            "company_id",
            "location_dest_id",
            "parts_settlement_currency_id",
            "parts_settlement_price",
            "picking_id",
            "product_id",
            "product_qty",
            "product_uom_qty",
            "state",
        ],
        "stock.picking": ["outlet_id", "partner_id", "picking_type_id"],
        "stock.picking.type": ["parts_open_days", "parts_transfer_step", "warehouse_id"],
        "parts.transfer.difference": ["move_id", "quantity", "state"],
    }

    move_id = fields.Many2one("stock.move", readonly=True)
    picking_id = fields.Many2one("stock.picking", string="Receipt", readonly=True)
    shipment_id = fields.Many2one("stock.picking", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    outlet_id = fields.Many2one("aftersales.outlet", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    location_dest_id = fields.Many2one("stock.location", string="To", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    step = fields.Selection(
        [
            ("ship", "To the outlet"),
            ("return", "Back from the outlet"),
            ("old", "Old parts"),
        ],
        string="Direction",
        readonly=True,
    )
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="Open pieces, in the unit of the part."
    )
    reported_quantity = fields.Float(
        string="Reported",
        digits="Product Unit",
        readonly=True,
        help="Of these, reported as missing, damaged or sent back, and not decided yet; in the "
        "unit of the line.",
    )
    amount = fields.Monetary(
        string="At Settlement Price",
        readonly=True,
        help="Open pieces at the settlement price frozen when they left.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    shipped_at = fields.Datetime(string="Left on", readonly=True)
    age_days = fields.Integer(
        string="Days",
        readonly=True,
        aggregator="max",
        help="Whole days since the pieces left, in your time zone.",
    )
    is_old = fields.Boolean(
        string="Old", readonly=True, help="On the way for longer than the operation type allows."
    )

    @property
    def _table_query(self):
        """Open lines of receipts whose shipment is done."""
        return SQL(
            """
            SELECT piece.*,
                   %(today)s - piece.left_on AS age_days,
                   %(today)s - piece.left_on > piece.open_days AS is_old
              FROM (
                SELECT move.id,
                       move.id AS move_id,
                       move.picking_id,
                       origin.picking_id AS shipment_id,
                       move.product_id,
                       picking.outlet_id,
                       kind.warehouse_id,
                       move.location_dest_id,
                       move.company_id,
                       origin.step,
                       move.product_qty AS quantity,
                       COALESCE(reported.quantity, 0) AS reported_quantity,
                       ROUND((move.product_uom_qty * move.parts_settlement_price)::numeric,
                             COALESCE(currency.decimal_places, 2)) AS amount,
                       move.parts_settlement_currency_id AS currency_id,
                       origin.date AS shipped_at,
                       (origin.date AT TIME ZONE 'UTC' AT TIME ZONE %(timezone)s)::date AS left_on,
                       kind.parts_open_days AS open_days
                  FROM stock_move move
                  JOIN stock_picking picking ON picking.id = move.picking_id
                  JOIN stock_picking_type kind ON kind.id = picking.picking_type_id
                   AND kind.parts_transfer_step = 'receive'
                  JOIN LATERAL (
                        SELECT source.picking_id, source.date, way.parts_transfer_step AS step
                          FROM stock_move_move_rel link
                          JOIN stock_move source ON source.id = link.move_orig_id
                          JOIN stock_picking_type way ON way.id = source.picking_type_id
                         WHERE link.move_dest_id = move.id
                           AND source.state = 'done'
                         ORDER BY source.date, source.id
                         LIMIT 1
                       ) origin ON TRUE
                  LEFT JOIN res_currency currency
                         ON currency.id = move.parts_settlement_currency_id
                  LEFT JOIN (
                        SELECT move_id, SUM(quantity) AS quantity
                          FROM parts_transfer_difference
                         WHERE state = 'reported'
                         GROUP BY move_id
                       ) reported ON reported.move_id = move.id
                 WHERE move.state NOT IN ('draft', 'done', 'cancel')
              ) piece
            """,
            today=fields.Date.context_today(self),
            timezone=self.env.context.get("tz") or self.env.user.tz or "UTC",
        )

    def action_open_receipt(self):
        """Open the receipt that waits for the piece."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "view_mode": "form",
            "res_id": self.picking_id.id,
        }
