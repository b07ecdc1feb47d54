# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import SQL


class SaleOrderSettlement(models.Model):
    """Deliveries of parts are invoiced by period, with Odoo's own invoicing (P12)."""

    _inherit = "sale.order"

    parts_settled_to = fields.Date(
        string="Settled up to",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Deliveries up to this day were invoiced by the settlement of parts.",
    )

    @api.model
    def _settle_parts(self, company, dealers, date_to, each=False):
        """Invoice and post what was delivered to these dealers up to a day, and not invoiced.

        Orders whose goods are parts only; freight and other services on them come along. Orders
        that hold other goods as well are left to Odoo's own invoicing.

        :param dealers: commercial partners
        :param date_to: last day of deliveries, in the company's time zone; date of the invoices
        :param each: one invoice an order; otherwise one a dealer (and currency)
        :return: posted ``account.move``
        """
        # sudo: who may settle need not be a salesperson; orders are only invoiced.
        orders = self.sudo().with_company(company)
        quantities = orders._read_parts_to_invoice(company, dealers, date_to)
        if not quantities:
            return self.env["account.move"]
        lines = orders.env["sale.order.line"].browse(quantities)
        orders = lines.order_id.with_context(
            parts_settlement_quantities=quantities, raise_if_nothing_to_invoice=False
        )
        # Of two settlements at once, the second fails here, is tried again and finds nothing.
        orders.write({"parts_settled_to": date_to})
        orders.flush_recordset(["parts_settled_to"])
        invoices = orders._create_invoices(grouped=each, final=True)
        invoices.write({"invoice_date": date_to})
        invoices.action_post()
        return invoices.sudo(self.env.su)

    @api.model
    def _read_parts_to_invoice(self, company, dealers, date_to):
        """{order line id: quantity} delivered up to a day and on no invoice, drafts included.

        Returned pieces count negative where deliveries are what is invoiced.
        """
        statements = self.env["parts.statement"]
        statements._flush_sources()
        rows = self.env.execute_query(
            SQL(
                """
                WITH part_line AS (%(lines)s),
                     delivered AS (%(delivered)s),
                     invoiced AS (%(invoiced)s)
                SELECT part_line.id,
                       COALESCE(delivered.quantity, 0) - COALESCE(invoiced.quantity, 0) AS open
                  FROM part_line
             LEFT JOIN delivered ON delivered.line_id = part_line.id
             LEFT JOIN invoiced ON invoiced.line_id = part_line.id
                 WHERE NOT EXISTS (
                           SELECT 1
                             FROM sale_order_line other
                             JOIN product_product variant ON variant.id = other.product_id
                             JOIN product_template product ON product.id = variant.product_tmpl_id
                            WHERE other.order_id = part_line.order_id
                              AND product.type = 'consu'
                              AND product.part_class IS NULL)
                """,
                lines=statements._get_part_lines_sql(company, dealers, restricted=True),
                delivered=statements._get_delivered_sql(company, date_to),
                invoiced=statements._get_invoiced_sql(),
            )
        )
        lines = self.env["sale.order.line"].browse([row[0] for row in rows])
        lines.fetch(["product_uom_id", "qty_to_invoice"])
        result = {}
        for line, (_line_id, quantity) in zip(lines, rows, strict=True):
            # What was returned, or invoiced by hand, after the period's end is not asked for.
            if quantity > 0:
                quantity = max(min(float(quantity), line.qty_to_invoice), 0.0)
            else:
                quantity = min(max(float(quantity), line.qty_to_invoice), 0.0)
            if not line.product_uom_id.is_zero(quantity):
                result[line.id] = quantity
        return result

    def _get_invoiceable_lines(self, final=False):
        """Inside a settlement, goods are invoiced by what the settlement counted."""
        lines = super()._get_invoiceable_lines(final)
        quantities = self.env.context.get("parts_settlement_quantities")
        if quantities is None:
            return lines
        return lines.filtered(
            lambda line: (
                line.id in quantities
                or line.display_type
                or line.is_downpayment
                or line.product_id.type != "consu"
            )
        )

    def _get_invoice_grouping_keys(self):
        """Inside a settlement a dealer gets one invoice, wherever the parts were sent."""
        keys = super()._get_invoice_grouping_keys()
        if self.env.context.get("parts_settlement_quantities") is None:
            return keys
        return [key for key in keys if key != "partner_shipping_id"]
