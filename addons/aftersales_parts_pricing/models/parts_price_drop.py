# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class PartsPriceDrop(models.Model):
    """Price protection: what dealers bought shortly before its price drops, and the difference.

    One row a publication, dealer, part and list: pieces delivered on orders of the last days
    before the new price starts (as many as the policy says), net of returns, times the drop.
    """

    _name = "parts.price.drop"
    _description = "Price Drop on Dealers' Purchases"
    _auto = False
    _order = "amount desc, id"
    _rec_name = "product_id"
    _depends = {
        "parts.price.publication": ["state", "date_from", "policy_id"],
        "parts.price.publication.line": ["include", "old_price", "new_price", "pricelist_id"],
        "parts.price.policy": ["protection_days"],
        "sale.order": ["state", "date_order", "pricelist_id", "partner_id", "company_id"],
        "sale.order.line": ["product_id", "qty_delivered", "product_uom_id"],
        "res.partner": ["commercial_partner_id", "is_dealer"],
    }

    publication_id = fields.Many2one("parts.price.publication", readonly=True)
    state = fields.Selection(related="publication_id.state")
    date_from = fields.Date(string="New Price From", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Dealer", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    categ_id = fields.Many2one("product.category", string="Category", readonly=True)
    pricelist_id = fields.Many2one("product.pricelist", string="List", readonly=True)
    quantity = fields.Float(
        string="Bought",
        readonly=True,
        digits="Product Unit",
        help="Pieces delivered on the dealer's orders on this list, net of returns, in the days "
        "of price protection before the new price.",
    )
    old_price = fields.Monetary(readonly=True, aggregator="avg")
    new_price = fields.Monetary(readonly=True, aggregator="avg")
    price_drop = fields.Monetary(readonly=True, aggregator="avg", help="Per unit of the part.")
    amount = fields.Monetary(
        string="Loss in Value", readonly=True, help="Pieces bought × drop of the price."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(order_line.id)::bigint * 1000000 + line.publication_id AS id,
                   line.publication_id, publication.date_from, publication.company_id,
                   publication.currency_id, partner.commercial_partner_id AS partner_id,
                   line.product_id, template.categ_id, line.pricelist_id,
                   line.old_price, line.new_price, line.old_price - line.new_price AS price_drop,
                   %(quantity)s AS quantity,
                   round(%(quantity)s * (line.old_price - line.new_price) / %(step)s) * %(step)s
                       AS amount
            FROM parts_price_publication publication
            JOIN parts_price_policy policy ON policy.id = publication.policy_id
            JOIN res_currency currency ON currency.id = publication.currency_id
            JOIN parts_price_publication_line line
              ON line.publication_id = publication.id
             AND line.include AND line.new_price < line.old_price
            JOIN product_product product ON product.id = line.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            JOIN uom_uom part_unit ON part_unit.id = line.uom_id
            JOIN sale_order_line order_line ON order_line.product_id = line.product_id
            JOIN uom_uom unit ON unit.id = order_line.product_uom_id
            JOIN sale_order orders
              ON orders.id = order_line.order_id
             AND orders.state = 'sale'
             AND orders.company_id = publication.company_id
             AND orders.pricelist_id = line.pricelist_id
            JOIN res_company company ON company.id = publication.company_id
            JOIN res_partner address ON address.id = company.partner_id
            CROSS JOIN LATERAL (
                SELECT (orders.date_order AT TIME ZONE 'UTC'
                        AT TIME ZONE COALESCE(address.tz, 'UTC'))::date AS ordered_on
            ) moment
            JOIN res_partner partner ON partner.id = orders.partner_id
            JOIN res_partner dealer ON dealer.id = partner.commercial_partner_id
            WHERE publication.state IN ('proposed', 'approved', 'published')
              AND moment.ordered_on < publication.date_from
              AND moment.ordered_on >= publication.date_from - policy.protection_days
              AND dealer.is_dealer
              AND template.part_class IS DISTINCT FROM 'restricted'
            GROUP BY line.id, publication.id, currency.id, partner.commercial_partner_id,
                     template.categ_id
            HAVING %(quantity)s > 0
            """,
            quantity=SQL(
                "sum(order_line.qty_delivered * (unit.factor / part_unit.factor)::numeric)"
            ),
            step=SQL("currency.rounding::numeric"),
        )
