# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..unchecked import UncheckedMany2one


class PartsPrice(models.Model):
    """A published price: this part, on this list, from this day on, until the next one (P7).

    Rows are written by a publication and never change: yesterday's order must find
    yesterday's price. A correction is a new publication.
    """

    _name = "parts.price"
    _description = "Published Parts Price"
    _order = "date_from desc, pricelist_id, product_id"
    _rec_name = "product_id"
    _check_company_auto = True
    # Who published it and when is on the publication; each column and index costs time for each
    # of hundreds of thousands of rows.
    _log_access = False

    # Unchecked: lists, units and publications refuse to be deleted below prices themselves. The
    # part's own key is checked: products are deleted in many ways.
    pricelist_id = UncheckedMany2one(
        "product.pricelist", string="List", required=True, readonly=True, ondelete="restrict"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    product_tmpl_id = fields.Many2one(related="product_id.product_tmpl_id")
    categ_id = fields.Many2one(related="product_id.categ_id")
    part_class = fields.Selection(related="product_id.part_class")
    date_from = fields.Date(
        string="Valid From", required=True, readonly=True, help="First day, in company time."
    )
    price = fields.Monetary(
        required=True,
        readonly=True,
        aggregator="avg",
        help="Price of one unit, without tax, in the currency of the list.",
    )
    currency_id = fields.Many2one(related="pricelist_id.currency_id")
    uom_id = UncheckedMany2one(
        "uom.uom", string="Unit", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="publication_id.company_id")
    publication_id = UncheckedMany2one(
        "parts.price.publication",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Who published this price, and why it is what it is.",
    )
    is_in_force = fields.Boolean(
        string="In Force Today",
        compute="_compute_is_in_force",
        search="_search_is_in_force",
        help="The last price of the part on the list that has started.",
    )

    _list_product_date_uniq = models.UniqueIndex(
        "(pricelist_id, product_id, date_from)",
        "A part has one price a day on a list: publish from another day.",
    )
    _price_positive = models.Constraint(
        "CHECK (price > 0)", "A published price is above zero: leave out parts without a price."
    )

    @api.depends_context("company", "tz")
    @api.depends("pricelist_id", "product_id", "date_from")
    def _compute_is_in_force(self):
        in_force = self & self.search([("is_in_force", "=", True), ("id", "in", self.ids)])
        for price in self:
            price.is_in_force = price in in_force

    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        rows = self._get_rows_in_force_sql(self._get_price_day())
        return [("id", "in", rows)] if True in value else [("id", "not in", rows)]

    @api.model_create_multi
    def create(self, vals_list):
        """Refused: a publication writes its prices in one statement of its own.

        :raise UserError: on any row
        """
        if vals_list:
            raise UserError(
                self.env._(
                    "Prices are not entered one by one: propose and publish them from a "
                    "publication."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        """Refused: a published price never changes.

        :raise UserError: on any record and any field
        """
        if self:
            raise UserError(
                self.env._(
                    "The price of %(part)s from %(date)s is published and cannot be changed: "
                    "publish a new price from a later day.",
                    part=self[0].product_id.display_name,
                    date=fields.Date.to_string(self[0].date_from),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        raise UserError(
            self.env._("A published price cannot be deleted: publish a new one from a later day.")
        )

    @api.model
    def _get_price_day(self, date=None, company=None):
        """The day whose prices count, in the company's time zone.

        :param date: a date, a UTC datetime (an order's date) or nothing for now
        :rtype: datetime.date
        """
        if date and not isinstance(date, datetime):
            return fields.Date.to_date(date)
        company = company or self.env.company
        # sudo: only the time zone of the company's address is read.
        timezone = company.sudo().partner_id.tz or self.env.user.tz or "UTC"
        moment = date or fields.Datetime.now()
        return fields.Datetime.context_timestamp(self.with_context(tz=timezone), moment).date()

    @api.model
    def _get_prices(self, pricelist, products, day):
        """Published prices of many parts on one list and day, in one query.

        :param products: recordset of product.product
        :param day: datetime.date
        :return: {product id: (price in the list's currency, id of the unit)}; a part that is not
            published is left out
        """
        if not pricelist or not products:
            return {}
        rows = self._get_rows_in_force_sql(day, pricelist, products)
        return {
            product_id: (float(price), uom_id)
            for product_id, price, uom_id in self.env.execute_query(
                SQL("SELECT product_id, price, uom_id FROM parts_price WHERE id IN %s", rows)
            )
        }

    @api.model
    def _get_row_in_force(self, pricelist, product, date=None, company=None):
        """The row in force for one part on one list and day, or an empty recordset."""
        day = self._get_price_day(date, company)
        rows = self._get_rows_in_force_sql(day, pricelist, product)
        return self.search([("id", "in", rows)], limit=1)

    @api.model
    def _get_price_rows(self, pricelists, products, day):
        """Published prices of many parts on several lists, with where they come from (P11).

        :param day: datetime.date
        :return: {(pricelist id, product id): dict with price (Decimal), currency_id, uom_id,
            publication_id}, in one query
        """
        if not pricelists or not products:
            return {}
        rows = self._get_rows_in_force_sql(day, pricelists, products)
        return {
            (row["pricelist_id"], row["product_id"]): row
            for row in self.env.execute_query_dict(
                SQL(
                    "SELECT price.pricelist_id, price.product_id, price.price, list.currency_id,"
                    " price.uom_id, price.publication_id FROM parts_price price"
                    " JOIN product_pricelist list ON list.id = price.pricelist_id"
                    " WHERE price.id IN %s",
                    rows,
                )
            )
        }

    @api.model
    def _get_unit_prices(self, pricelist, products, day):
        """Published prices per unit of the part as it is now, of priced parts only (P1, P2).

        As ``product.product.published_price`` gives them, without a record in between.

        :return: {product id: price in the list's currency}; others are left out
        """
        self.env["product.template"].flush_model(["part_class", "is_serviceable", "uom_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT price.product_id, price.price, price.uom_id, template.uom_id
                FROM parts_price price
                JOIN product_product product ON product.id = price.product_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                WHERE price.id IN %s
                  AND template.is_serviceable AND template.part_class <> 'restricted'
                """,
                self._get_rows_in_force_sql(day, pricelist, products),
            )
        )
        units = self.env["uom.uom"]
        return {
            product_id: float(price)
            if unit_id == now_id
            else units.browse(unit_id)._compute_price(float(price), units.browse(now_id))
            for product_id, price, unit_id, now_id in rows
        }

    @api.model
    def _get_rows_in_force_sql(self, day, pricelists=None, products=None):
        """Sub-select with the ids of the rows in force on a day."""
        conditions = [SQL("date_from <= %s", day)]
        if pricelists is not None:
            conditions.append(SQL("pricelist_id = ANY(%s)", list(pricelists.ids)))
        if products is not None:
            conditions.append(SQL("product_id = ANY(%s)", list(products.ids)))
        return SQL(
            "(SELECT DISTINCT ON (pricelist_id, product_id) id FROM parts_price WHERE %s"
            " ORDER BY pricelist_id, product_id, date_from DESC)",
            SQL(" AND ").join(conditions),
        )

    @api.model
    def _join_price_in_force_sql(self, alias, day):
        """Join of the price in force on a day, as ``published``, to rows of parts and lists.

        Each row finds its price in the unique index, whatever the planner believes: right after
        a large proposal its statistics know nothing of the rows, and it would join the whole
        table to each of them.

        :param alias: of the rows, which have pricelist_id and product_id
        """
        return SQL(
            """
            LEFT JOIN LATERAL (
                SELECT price, uom_id, date_from FROM parts_price
                WHERE pricelist_id = %(alias)s.pricelist_id AND product_id = %(alias)s.product_id
                  AND date_from <= %(day)s
                ORDER BY pricelist_id, product_id, date_from DESC
                LIMIT 1
            ) published ON TRUE
            """,
            alias=SQL.identifier(alias),
            day=day,
        )
