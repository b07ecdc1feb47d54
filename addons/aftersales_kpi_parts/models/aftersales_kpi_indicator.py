# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.aftersales_kpi.measures import MeasureKind


class AftersalesKpiIndicator(models.Model):
    """What somebody answers for: differences of the stock, errors in the books (K21)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("stock_difference", "Stock differences, at cost"),
            ("booking_error", "Booking errors"),
        ],
        ondelete={"stock_difference": "cascade", "booking_error": "cascade"},
    )
    difference_net = fields.Boolean(
        string="Net of All Parts",
        help="What is missing of one part and too much of another is set off; otherwise the "
        "differences of the parts are added up, whichever way they go (K21).",
    )

    def _get_rows_stock_difference(self, scope):
        """Differences found in the period, one row a move, for who answers for them. K21.

        What a part is short of and what is found of it again are one difference: the rows of a
        part sum to its absolute value; with the switch, all rows to that of the net value.
        """
        difference = self.env["parts.stock.difference"]
        for model, names in difference._depends.items():
            self.env[model].flush_model(names)
        column, join = self._get_subject_sql(
            scope,
            employee=SQL("difference.responsible_id"),
            outlet=SQL("difference.outlet_id"),
            day=self._get_day_sql(scope, SQL("difference.date")),
        )
        together = SQL("subject_id") if self.difference_net else SQL("subject_id, product_id")
        return SQL(
            """SELECT subject_id, res_id,
                      (value * SIGN(SUM(value) OVER (PARTITION BY %(together)s)))::numeric
                          AS amount,
                      1 AS weight
                 FROM (SELECT %(column)s AS subject_id, difference.move_id AS res_id,
                              difference.product_id, difference.value
                         FROM (%(differences)s) AS difference %(join)s
                        WHERE difference.company_id = %(company)s
                          AND difference.responsible_id IS NOT NULL
                          AND difference.date >= %(start)s AND difference.date < %(end)s
                      ) AS found""",
            together=together,
            column=column,
            differences=difference._table_query,
            join=join,
            company=scope.company.id,
            start=scope.start_at,
            end=scope.end_at,
        )

    def _get_rows_booking_error(self, scope):
        """Errors that were confirmed, by the day on which they were made. K21."""
        self.env["parts.booking.error"].flush_model()
        column, join = self._get_subject_sql(
            scope, employee=SQL("error.employee_id"), day=SQL("error.date")
        )
        return SQL(
            """SELECT %(column)s AS subject_id, error.id AS res_id,
                      error.amount::numeric AS amount, 1 AS weight
                 FROM parts_booking_error AS error %(join)s
                WHERE error.company_id = %(company)s AND error.state = 'confirmed'
                  AND error.date >= %(start)s AND error.date <= %(end)s""",
            column=column,
            join=join,
            company=scope.company.id,
            start=scope.start,
            end=scope.end,
        )

    def _get_kind_fields(self):
        return super()._get_kind_fields() + ["difference_net"]

    def _get_measure_kinds(self):
        difference = (
            self.env._(
                "Net value of what counts and transfers of the month found, at cost, all parts "
                "together, without its sign; for who answers for it."
            )
            if self.difference_net
            else self.env._(
                "Σ over the parts of the absolute difference that counts and transfers of the "
                "month found, at cost; for who answers for it."
            )
        )
        return super()._get_measure_kinds() | {
            "stock_difference": MeasureKind(
                unit="money",
                formula=difference,
                model="stock.move",
                better="lower",
                is_ratio=False,
                subjects=("employee", "team", "outlet", "company"),
            ),
            "booking_error": MeasureKind(
                unit="money",
                formula=self.env._("Σ booking errors of the month that were confirmed."),
                model="parts.booking.error",
                better="lower",
                is_ratio=False,
                subjects=("employee", "team", "company"),
            ),
        }
