# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.query import Query

from .parts_demand import USES

AGES = [
    ("0", "Up to 30 Days"),
    ("1", "31 to 60 Days"),
    ("2", "61 to 90 Days"),
    ("3", "91 to 180 Days"),
    ("4", "Over 180 Days"),
    ("5", "Unknown"),
]
SHARES = {"young_percent:avg": "young_value", "dead_percent:avg": "dead_value"}


class PartsStockAge(models.Model):
    """What is in stock by the receipt it came with, first in first out, and how old it is (P10).

    One row a valued receipt of which pieces are left, as Odoo itself finds them: the newest
    receipts whose pieces add up to what is there. Pieces that no receipt explains are of unknown
    age, and count as old. Parts that are valued first in first out keep the value they came with;
    the others stand at their cost.
    """

    _name = "parts.stock.age"
    _description = "Stock Age"
    _auto = False
    _rec_name = "product_id"
    _order = "date, id"
    _depends = {
        "stock.move": ["state", "is_in", "date", "value", "product_id", "company_id"],
        "stock.move.line": ["state", "quantity_product_uom", "owner_id", "move_id", "date"],
        "stock.quant": ["quantity", "owner_id", "location_id", "product_id"],
        "stock.location": ["usage", "company_id"],
        "product.product": ["standard_price", "product_tmpl_id"],
        "product.template": ["part_class", "categ_id"],
        "product.category": ["property_cost_method"],
        "res.company": [
            "cost_method",
            "parts_age_days",
            "parts_unmoved_days",
            "parts_dead_months",
            "partner_id",
        ],
    }

    move_id = fields.Many2one("stock.move", string="Receipt", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    part_class = fields.Selection(related="product_id.part_class", store=True)
    categ_id = fields.Many2one("product.category", string="Category", readonly=True)
    date = fields.Datetime(string="Received on", readonly=True, help="Empty: no receipt is known.")
    age_days = fields.Integer(
        string="Age (Days)", readonly=True, aggregator="avg", help="Since it was received."
    )
    age = fields.Selection(AGES, readonly=True)
    is_young = fields.Boolean(
        string="Young", readonly=True, help="Not older than the company's limit, three months."
    )
    quantity = fields.Float(string="Pieces", readonly=True, digits="Product Unit")
    value = fields.Monetary(readonly=True)
    young_value = fields.Monetary(readonly=True, help="Value of what is young.")
    young_percent = fields.Float(
        string="Young (%)",
        readonly=True,
        aggregator="avg",
        help="Share of the value that is young; the target is 80 % (P10).",
    )
    last_move_date = fields.Datetime(
        string="Last Moved", readonly=True, help="Last time a piece came or went."
    )
    last_demand_date = fields.Datetime(
        string="Last Demand", readonly=True, help="Last time a piece was used or sold."
    )
    movement_class = fields.Selection(
        [("moving", "Moving"), ("c", "C: Not Moved")],
        readonly=True,
        help="C: not moved for longer than the company's limit, 90 days (P10).",
    )
    is_dead = fields.Boolean(
        string="Dead Stock",
        readonly=True,
        help="No demand within the company's limit, 12 months, and there for as long.",
    )
    dead_value = fields.Monetary(readonly=True, help="Value of dead stock.")
    dead_percent = fields.Float(string="Dead (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH ours AS (
                SELECT id AS location_id, company_id FROM stock_location
                 WHERE company_id IS NOT NULL AND usage IN ('internal', 'transit')
            ), moved AS (
                SELECT line.company_id, line.product_id, line.move_id, line.date,
                       line.quantity_product_uom AS quantity,
                       source.location_id IS NOT NULL AS left_us,
                       target.location_id IS NOT NULL AS reached_us,
                       destination.usage = ANY(%(uses)s) AS used
                  FROM stock_move_line line
                  JOIN res_company company ON company.id = line.company_id
                  JOIN stock_location destination ON destination.id = line.location_dest_id
             LEFT JOIN ours source ON source.location_id = line.location_id
             LEFT JOIN ours target ON target.location_id = line.location_dest_id
                 WHERE line.state = 'done'
                   AND (line.owner_id IS NULL OR line.owner_id = company.partner_id)
            ), last AS (
                SELECT company_id, product_id, MAX(date) AS moved,
                       MAX(date) FILTER (WHERE used) AS used
                  FROM moved WHERE left_us OR reached_us
              GROUP BY company_id, product_id
            ), on_hand AS (
                SELECT ours.company_id, quant.product_id, SUM(quant.quantity) AS quantity
                  FROM stock_quant quant
                  JOIN ours ON ours.location_id = quant.location_id
                  JOIN res_company company ON company.id = ours.company_id
                 WHERE quant.owner_id IS NULL OR quant.owner_id = company.partner_id
              GROUP BY ours.company_id, quant.product_id
                HAVING SUM(quant.quantity) > 0
            ), receipt AS (
                SELECT move.id, move.company_id, move.product_id, move.date, move.value,
                       SUM(moved.quantity) AS quantity
                  FROM stock_move move
                  JOIN moved ON moved.move_id = move.id
                 WHERE move.state = 'done' AND move.is_in
                   AND moved.reached_us AND NOT moved.left_us
              GROUP BY move.id
                HAVING SUM(moved.quantity) > 0
            ), stacked AS (
                SELECT receipt.*, SUM(quantity) OVER (
                           PARTITION BY company_id, product_id ORDER BY date DESC, id DESC
                       ) - quantity AS newer
                  FROM receipt
            ), layer AS (
                SELECT stacked.id AS move_id, on_hand.company_id, on_hand.product_id, stacked.date,
                       stacked.value / stacked.quantity AS unit_value,
                       LEAST(stacked.quantity, on_hand.quantity - stacked.newer) AS quantity
                  FROM on_hand
                  JOIN stacked USING (company_id, product_id)
                 WHERE on_hand.quantity > stacked.newer
             UNION ALL
                SELECT NULL, on_hand.company_id, on_hand.product_id, NULL, NULL,
                       on_hand.quantity - COALESCE(known.quantity, 0)
                  FROM on_hand
             LEFT JOIN (
                       SELECT company_id, product_id, SUM(quantity) AS quantity
                         FROM receipt GROUP BY company_id, product_id
                       ) known USING (company_id, product_id)
                 WHERE on_hand.quantity > COALESCE(known.quantity, 0)
            ), valued AS (
                SELECT layer.*, template.part_class, template.categ_id,
                       layer.quantity * CASE
                           WHEN COALESCE(
                               category.property_cost_method ->> layer.company_id::text,
                               company.cost_method
                           ) = 'fifo' AND layer.unit_value IS NOT NULL THEN layer.unit_value
                           ELSE COALESCE(
                               (product.standard_price ->> layer.company_id::text)::numeric, 0)
                       END AS value,
                       CAST(NOW() AT TIME ZONE COALESCE(partner.tz, 'UTC') AS date) AS today,
                       CAST(layer.date AT TIME ZONE 'UTC'
                            AT TIME ZONE COALESCE(partner.tz, 'UTC') AS date) AS day,
                       last.moved AS last_move_date, last.used AS last_demand_date,
                       COALESCE(company.parts_age_days, 90) AS age_limit,
                       COALESCE(company.parts_unmoved_days, 90) AS unmoved_limit,
                       COALESCE(company.parts_dead_months, 12) AS dead_limit
                  FROM layer
                  JOIN product_product product ON product.id = layer.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                  JOIN res_company company ON company.id = layer.company_id
                  JOIN res_partner partner ON partner.id = company.partner_id
             LEFT JOIN product_category category ON category.id = template.categ_id
             LEFT JOIN last ON last.company_id = layer.company_id
                           AND last.product_id = layer.product_id
                 WHERE template.part_class IS NOT NULL
            ), judged AS (
                SELECT valued.*, today - day AS age_days,
                       COALESCE(today - day <= age_limit, FALSE) AS is_young,
                       COALESCE(last_move_date < NOW() AT TIME ZONE 'UTC'
                           - make_interval(days => unmoved_limit), TRUE) AS is_unmoved,
                       COALESCE(last_demand_date < today
                           - make_interval(months => dead_limit), TRUE)
                       AND COALESCE(day < today
                           - make_interval(months => dead_limit), TRUE) AS is_dead
                  FROM valued
            )
            SELECT ROW_NUMBER() OVER (ORDER BY company_id, product_id, date, move_id) AS id,
                   move_id, company_id, product_id, part_class, categ_id, date, age_days,
                   CASE WHEN age_days IS NULL THEN '5' WHEN age_days <= 30 THEN '0'
                        WHEN age_days <= 60 THEN '1' WHEN age_days <= 90 THEN '2'
                        WHEN age_days <= 180 THEN '3' ELSE '4' END AS age,
                   is_young, quantity, value, last_move_date, last_demand_date, is_dead,
                   CASE WHEN is_young THEN value ELSE 0 END AS young_value,
                   CASE WHEN is_young THEN 100.0 ELSE 0.0 END AS young_percent,
                   CASE WHEN is_unmoved THEN 'c' ELSE 'moving' END AS movement_class,
                   CASE WHEN is_dead THEN value ELSE 0 END AS dead_value,
                   CASE WHEN is_dead THEN 100.0 ELSE 0.0 END AS dead_percent
              FROM judged
            """,
            uses=list(USES),
        )

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Shares of the value, not means of rows."""
        if aggregate_spec not in SHARES:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "COALESCE(100.0 * SUM(%s) / NULLIF(SUM(%s), 0), 0)",
            self._field_to_sql(self._table, SHARES[aggregate_spec], query),
            self._field_to_sql(self._table, "value", query),
        )

    @api.model
    def _get_young_share(self, company, domain=()):
        """Share of a company's stock value that is young, and whether it is enough (P10).

        :param domain: narrows the stock down, e.g. to a category
        :return: (percent, whether the company's target is met); a store without stock meets it
        """
        [(value, percent)] = self._read_group(
            [("company_id", "=", company.id), *domain], [], ["value:sum", "young_percent:avg"]
        )
        return percent or 0.0, not value or percent >= company.parts_age_target
