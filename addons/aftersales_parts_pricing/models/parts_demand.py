# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, time
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.tools import SQL

#: Where pieces go when they are used: to a user or dealer, or into a repair or production.
USES = ("customer", "production")
#: Where they go when another place of ours is stocked up.
TRANSFERS = ("internal", "transit")


class PartsDemand(models.AbstractModel):
    """What was asked for: pieces that left a place, a part and month, returns netted (P10).

    It reads done moves, so vouchers, orders and repairs count alike; goods of other owners do not.
    """

    _name = "parts.demand"
    _description = "Demand for Parts"

    @api.model
    def _read_history(self, products, places, month_from, month_to, company, transfers=False):
        """Pieces a month of each part at each place, in the parts' own units.

        A return takes away from the month of its delivery where that is known. What an old number
        was asked for counts for the number that replaces it. A month never falls below 0.

        :param products: recordset of product.product, old numbers included
        :param dict places: {location id: id of the planned location it belongs to}
        :param month_from: first day of the first month
        :param month_to: first day of the month after the last one
        :param transfers: pieces sent to other warehouses and outlets count as well
        :return: {(product id, planned location id): [pieces of the first month, … of the last]}
        """
        count = _month(month_to) - _month(month_from)
        successors = self._get_successors(products)
        history = {}
        rows = self._read_flow(products, places, month_from, month_to, company, transfers)
        for product_id, root_id, month, quantity in rows:
            newest_id, pieces = successors.get(product_id, (product_id, 1.0))
            months = history.setdefault((newest_id, root_id), [0.0] * count)
            months[int(month) - _month(month_from)] += float(quantity) * pieces
        return {key: [max(quantity, 0.0) for quantity in months] for key, months in history.items()}

    @api.model
    def _read_flow(self, products, places, month_from, month_to, company, transfers):
        """One grouped query: pieces a part, planned location and month."""
        if not products or not places:
            return []
        self.env.flush_all()
        zone = company.partner_id.tz or "UTC"
        return self.env.execute_query(
            SQL(
                """
                WITH place AS (
                    SELECT * FROM unnest(%(locations)s, %(roots)s) AS place (location_id, root_id)
                ), flow AS (
                    SELECT line.product_id, origin.root_id, line.date,
                           line.quantity_product_uom AS quantity
                      FROM stock_move_line line
                      JOIN place origin ON origin.location_id = line.location_id
                      JOIN stock_location target ON target.id = line.location_dest_id
                 LEFT JOIN place inside ON inside.location_id = line.location_dest_id
                     WHERE %(counted)s
                       AND target.usage = ANY(%(usages)s)
                       AND inside.root_id IS DISTINCT FROM origin.root_id
                 UNION ALL
                    SELECT line.product_id, target.root_id, COALESCE(delivery.date, line.date),
                           -line.quantity_product_uom
                      FROM stock_move_line line
                      JOIN place target ON target.location_id = line.location_dest_id
                      JOIN stock_location origin ON origin.id = line.location_id
                      JOIN stock_move move ON move.id = line.move_id
                 LEFT JOIN stock_picking picking ON picking.id = move.picking_id
                 LEFT JOIN stock_move delivery
                        ON delivery.id = move.origin_returned_move_id AND delivery.state = 'done'
                     WHERE %(counted)s
                       AND picking.parts_return_offer_id IS NULL
                       AND origin.usage = ANY(%(usages)s)
                       AND (origin.usage = 'customer' OR delivery.id IS NOT NULL)
                ), dated AS (
                    SELECT product_id, root_id, quantity,
                           date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s AS day
                      FROM flow
                     WHERE date >= %(start)s AND date < %(stop)s
                )
                SELECT product_id, root_id,
                       EXTRACT(YEAR FROM day) * 12 + EXTRACT(MONTH FROM day) AS month,
                       SUM(quantity)
                  FROM dated
              GROUP BY product_id, root_id, month
                """,
                locations=list(places),
                roots=list(places.values()),
                counted=SQL(
                    """line.state = 'done' AND line.company_id = %s
                       AND line.product_id = ANY(%s) AND line.date >= %s
                       AND (line.owner_id IS NULL OR line.owner_id = %s)""",
                    company.id,
                    products.ids,
                    _to_utc(month_from, zone),
                    company.partner_id.id,
                ),
                usages=list(USES + TRANSFERS if transfers else USES),
                zone=zone,
                start=_to_utc(month_from, zone),
                stop=_to_utc(month_to, zone),
            )
        )

    @api.model
    def _read_on_hand(self, products, places, company):
        """Our own pieces at each planned location: {(product id, planned location id): pieces}."""
        if not products or not places:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT quant.product_id, place.root_id, SUM(quant.quantity)
                  FROM stock_quant quant
                  JOIN unnest(%s, %s) AS place (location_id, root_id)
                    ON place.location_id = quant.location_id
                 WHERE quant.product_id = ANY(%s)
                   AND (quant.owner_id IS NULL OR quant.owner_id = %s)
              GROUP BY quant.product_id, place.root_id
                HAVING SUM(quant.quantity) <> 0
                """,
                list(places),
                list(places.values()),
                products.ids,
                company.partner_id.id,
            )
        )
        return {(product_id, root_id): float(pieces) for product_id, root_id, pieces in rows}

    @api.model
    def _get_places(self, roots):
        """Each location below the planned ones, with the nearest planned one above it.

        :param roots: recordset of stock.location
        :return: {location id: id of a planned location}
        """
        places = {}
        inside = self.env["stock.location"].search(
            [("id", "child_of", roots.ids), ("usage", "in", TRANSFERS)]
        )
        for location in inside:
            path = [int(part) for part in location.parent_path.split("/") if part]
            places[location.id] = next(part for part in reversed(path) if part in roots._ids)
        return places

    @api.model
    def _get_successors(self, products):
        """What replaced each old number: {product id: (newest product id, its pieces a piece)}."""
        if not products:
            return {}
        chains = self.env["parts.supersession"]._get_current_sql(products=products)
        steps = self.env.execute_query(SQL("SELECT old_id, new_id FROM %s AS chain", chains))
        units = {
            product.id: product.uom_id
            for product in products.browse({part for step in steps for part in step})
        }
        return {
            old: (new, units[old]._compute_quantity(1.0, units[new], round=False))
            for old, new in steps
        }


def _month(day):
    return day.year * 12 + day.month


def _to_utc(day, zone):
    """Midnight of a day in a time zone, as the database keeps it."""
    local = datetime.combine(day, time(), ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
