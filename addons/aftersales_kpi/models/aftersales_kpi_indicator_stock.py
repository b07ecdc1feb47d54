# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

SLOW_DAYS = 90


class AftersalesKpiIndicator(models.Model):
    """The value of stock that does not move (K9, P10), from Odoo's own stock alone."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[("slow_stock", "Slow-moving stock (money)")],
        ondelete={"slow_stock": "cascade"},
    )

    def _get_rows_slow_stock(self, scope):
        """Value of each product that was there at the end, and had not moved for so many days.

        What was there at the end is what is there now, less what has moved since. Moves inside the
        company do not count: a part that changes shelves is not in demand.
        """
        self._flush_stock()
        since_at = self._widen(scope, start=scope.end - timedelta(days=self.window)).start_at
        held = SQL(
            """(SELECT held.product_id, held.location_id, SUM(held.quantity) AS quantity
                  FROM (SELECT quant.product_id, quant.location_id, quant.quantity
                          FROM stock_quant AS quant
                         WHERE quant.owner_id IS NULL OR quant.owner_id = %(own)s
                        UNION ALL
                        SELECT moved.product_id, moved.location_id, moved.quantity_product_uom
                          FROM stock_move_line AS moved WHERE %(later)s
                        UNION ALL
                        SELECT moved.product_id, moved.location_dest_id,
                               -moved.quantity_product_uom
                          FROM stock_move_line AS moved WHERE %(later)s) AS held
                 GROUP BY held.product_id, held.location_id) AS held
               JOIN stock_location AS shelf ON shelf.id = held.location_id
               JOIN product_product AS product ON product.id = held.product_id
          LEFT JOIN LATERAL (
                   SELECT place.id FROM aftersales_outlet AS place
                     JOIN stock_location AS room ON room.id = place.location_id
                    WHERE shelf.parent_path LIKE room.parent_path || '%%'
                 ORDER BY LENGTH(room.parent_path) DESC LIMIT 1) AS store ON TRUE""",
            own=scope.company.partner_id.id,
            later=SQL(
                """moved.state = 'done' AND moved.company_id = %s AND moved.date >= %s
                   AND (moved.owner_id IS NULL OR moved.owner_id = %s)""",
                scope.company.id,
                scope.end_at,
                scope.company.partner_id.id,
            ),
        )
        return self._group_rows(
            self._build_rows(
                scope,
                held,
                SQL("product.id"),
                SQL(
                    "held.quantity * COALESCE((product.standard_price ->> %s)::numeric, 0)",
                    str(scope.company.id),
                ),
                SQL("1"),
                SQL(
                    """shelf.usage = 'internal' AND shelf.company_id = %s AND held.quantity > 0
                       AND NOT EXISTS (%s)""",
                    scope.company.id,
                    self._get_moved_sql(scope, since_at),
                ),
                SQL("NULL::date"),
                outlet=SQL("store.id"),
            )
        )

    def _get_moved_sql(self, scope, since_at):
        """Pieces of the product that came to the company or left it in these days."""
        return SQL(
            """SELECT FROM stock_move_line AS moved
                 JOIN stock_location AS origin ON origin.id = moved.location_id
                 JOIN stock_location AS target ON target.id = moved.location_dest_id
                WHERE moved.product_id = held.product_id AND moved.company_id = %s
                  AND moved.state = 'done' AND moved.date >= %s AND moved.date < %s
                  AND (origin.usage IN ('internal', 'transit') AND origin.company_id IS NOT NULL)
                      != (target.usage IN ('internal', 'transit')
                          AND target.company_id IS NOT NULL)""",
            scope.company.id,
            since_at,
            scope.end_at,
        )

    def _flush_stock(self):
        for model in (
            "product.product",
            "stock.location",
            "stock.move.line",
            "stock.quant",
            "aftersales.outlet",
        ):
            self.env[model].flush_model()

    # === WHAT IS MEASURED === #

    def _get_windows(self):
        return super()._get_windows() | {"slow_stock": SLOW_DAYS}

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "slow_stock": MeasureKind(
                unit="money",
                formula=self.env._(
                    "Σ pieces in stock at the end of the period × today's cost, of products of "
                    "which nothing came or left in the %(days)s days before. Goods of others, and "
                    "moves from shelf to shelf, do not count.",
                    days=self.window,
                ),
                model="product.product",
                better="lower",
                is_ratio=False,
                subjects=("outlet", "dealer", "company"),
            ),
        }
