# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind


class AftersalesKpiIndicator(models.Model):
    """Turnover of repeat orders by customers whom an agent made regulars (K8)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[("retention_turnover", "Turnover of repeat orders")],
        ondelete={"retention_turnover": "cascade"},
    )

    def _get_rows_retention_turnover(self, scope):
        """Posted invoice lines of repeat orders, credit notes negative, company currency. K8.

        An order counts when, and as far as, it is invoiced. Invoices of orders that the customer
        gave before becoming a regular do not count, whenever they are issued.
        """
        for model in (
            *("account.move", "account.move.line", "sale.order", "sale.order.line"),
            *("aftersales.voucher", "aftersales.customer.agent"),
        ):
            self.env[model].flush_model()
        column, join = self._get_subject_sql(
            scope, employee=SQL("agent.employee_id"), day=SQL("move.invoice_date")
        )
        # Merged customers may have two agents at a time: the first one earns.
        return SQL(
            """SELECT %(column)s AS subject_id, line.id AS res_id,
                      -line.balance AS amount, 1::numeric AS weight
                 FROM account_move AS move
                 JOIN account_move_line AS line
                   ON line.move_id = move.id AND line.display_type = 'product'
                 JOIN LATERAL (
                      SELECT regular.employee_id, regular.since
                        FROM aftersales_customer_agent AS regular
                       WHERE regular.company_id = move.company_id
                         AND regular.partner_id = move.commercial_partner_id
                         AND regular.date_from <= move.invoice_date
                         AND (regular.date_to IS NULL OR regular.date_to >= move.invoice_date)
                    ORDER BY regular.date_from, regular.id
                       LIMIT 1) AS agent ON agent.employee_id IS NOT NULL %(join)s
                WHERE move.company_id = %(company)s
                  AND move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_refund')
                  AND move.invoice_date BETWEEN %(start)s AND %(end)s
                  AND NOT EXISTS (
                      SELECT FROM sale_order_line_invoice_rel AS link
                        JOIN sale_order_line AS sold ON sold.id = link.order_line_id
                        JOIN sale_order AS sale ON sale.id = sold.order_id
                   LEFT JOIN aftersales_voucher AS job ON job.sale_order_id = sale.id
                       WHERE link.invoice_line_id = line.id
                         AND COALESCE(job.registered_at, sale.date_order) < agent.since)""",
            column=column,
            join=join,
            company=scope.company.id,
            start=scope.start,
            end=scope.end,
        )

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "retention_turnover": MeasureKind(
                unit="money",
                formula=self.env._(
                    "Repeat orders invoiced in the month, without tax, less credit notes, in the "
                    "company's currency, of customers whom the employee turned from first-time "
                    "buyers into regulars: the second order was given through the employee. "
                    "Orders before it do not count."
                ),
                model="account.move.line",
                is_ratio=False,
                subjects=("employee", "team", "company"),
            ),
        }
