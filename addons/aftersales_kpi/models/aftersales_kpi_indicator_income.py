# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

MONEY = SQL("-line.balance")
PART_MONEY = SQL("CASE WHEN work.line_type = 'part' THEN -line.balance ELSE 0 END")
# What the parts of a line cost when they left the stock, as far as this document charges them.
PART_COST = SQL(
    """CASE WHEN work.line_type = 'part' THEN
           COALESCE((SELECT SUM(CASE WHEN moved.is_in THEN -moved.value ELSE moved.value END)
                       FROM stock_move AS moved
                      WHERE moved.aftersales_voucher_line_id = work.id
                        AND moved.state = 'done'), 0)
           * COALESCE(line.price_subtotal / NULLIF(work.price_subtotal, 0), 1)
           * CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
       ELSE 0 END"""
)


class AftersalesKpiIndicator(models.Model):
    """Measures of what jobs earn, from the posted invoices that charge them (K9)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("job_income", "Income of jobs (money)"),
            ("income_per_unit", "Income per unit (money)"),
            ("material_ratio", "Material ratio (%)"),
            ("body_paint_income", "Body-and-paint turnover (money)"),
            ("price_difference_rate", "Repair price-difference rate (%)"),
        ],
        ondelete={
            "job_income": "cascade",
            "income_per_unit": "cascade",
            "material_ratio": "cascade",
            "body_paint_income": "cascade",
            "price_difference_rate": "cascade",
        },
    )

    # === ROWS === #

    def _get_rows_job_income(self, scope):
        """Income of each job. K9."""
        return self._get_income_rows(scope, MONEY)

    def _get_rows_income_per_unit(self, scope):
        """Income of each job; each unit is counted once. K9."""
        return SQL(
            """SELECT earned.subject_id, earned.res_id, earned.amount,
                      (ROW_NUMBER() OVER (
                          PARTITION BY earned.subject_id, COALESCE(job.lot_id, -job.id)
                          ORDER BY job.id) = 1)::integer::numeric AS weight
                 FROM (%s) AS earned
                 JOIN aftersales_voucher AS job ON job.id = earned.res_id""",
            self._get_rows_job_income(scope),
        )

    def _get_rows_material_ratio(self, scope):
        """Parts ÷ all income. K9."""
        return self._get_income_rows(scope, PART_MONEY, MONEY)

    def _get_rows_body_paint_income(self, scope):
        """Income of accident jobs, and of jobs of body-and-paint teams. K9."""
        self.env["aftersales.team.member"].flush_model()
        self.env["aftersales.team"].flush_model(["kind"])
        condition = SQL(
            """(voucher.kind = 'accident' OR EXISTS (
                   SELECT FROM aftersales_team_member AS painter
                     JOIN aftersales_team AS paint ON paint.id = painter.team_id
                    WHERE paint.kind = 'paint' AND painter.employee_id = voucher.technician_id
                      AND painter.date_from <= move.invoice_date
                      AND (painter.date_to IS NULL OR painter.date_to >= move.invoice_date)))"""
        )
        return self._get_income_rows(scope, MONEY, condition=condition)

    def _get_rows_price_difference_rate(self, scope):
        """(What fitted parts were charged at − what they cost then) ÷ the former. K9."""
        self.env["stock.move"].flush_model()
        return self._get_income_rows(
            scope,
            SQL("%s - %s", PART_MONEY, PART_COST),
            PART_MONEY,
            SQL("work.line_type = 'part'"),
        )

    def _get_income_rows(self, scope, amount, weight=None, condition=None):
        """Rows of jobs charged by posted invoices of the period, one a job and subject.

        :param SQL amount: expression over ``move``, ``line``, ``work`` and ``voucher``
        :param SQL weight: expression over them; default 0
        :param SQL condition: further condition
        """
        self._flush_sales()
        source = SQL(
            """account_move AS move
               JOIN account_move_line AS line ON line.move_id = move.id
               JOIN LATERAL (
                   SELECT charged.aftersales_voucher_line_id AS work_id
                     FROM sale_order_line_invoice_rel AS rel
                     JOIN sale_order_line AS charged ON charged.id = rel.order_line_id
                    WHERE rel.invoice_line_id = line.id
                      AND charged.aftersales_voucher_line_id IS NOT NULL
                 ORDER BY charged.id LIMIT 1) AS source ON TRUE
               JOIN aftersales_voucher_line AS work ON work.id = source.work_id
               JOIN aftersales_voucher AS voucher ON voucher.id = work.voucher_id"""
        )
        return self._group_rows(
            self._build_rows(
                scope,
                source,
                SQL("voucher.id"),
                amount,
                weight or SQL("0"),
                SQL(
                    "%s AND %s AND %s",
                    self._get_sale_condition(scope),
                    self._get_job_condition(),
                    condition or SQL("TRUE"),
                ),
                SQL("move.invoice_date"),
                employee=SQL("voucher.technician_id"),
                outlet=SQL("voucher.outlet_id"),
            )
        )

    # === WHAT IS MEASURED === #

    def _get_job_measures(self):
        return super()._get_job_measures() | {
            "job_income",
            "income_per_unit",
            "material_ratio",
            "price_difference_rate",
        }

    def _get_measure_kinds(self):
        note = self.env._(
            "From posted invoices that charge jobs to customers and insurers, by invoice date, "
            "without tax, in the company's currency at the rate of the document, less credit "
            "notes. Claims on makers and instalments of contracts are not in it."
        )
        terms = {"model": "aftersales.voucher"}
        return super()._get_measure_kinds() | {
            "job_income": MeasureKind(
                unit="money",
                formula=self.env._("Σ income of the jobs. %s", note),
                is_ratio=False,
                **terms,
            ),
            "income_per_unit": MeasureKind(
                unit="money",
                formula=self.env._(
                    "Income of the jobs ÷ number of different units among them; a job whose unit "
                    "is not known counts as one. %s",
                    note,
                ),
                **terms,
            ),
            "material_ratio": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Income of fitted parts ÷ all income of the jobs, × 100. %s", note
                ),
                better="lower",
                scale=100,
                **terms,
            ),
            "body_paint_income": MeasureKind(
                unit="money",
                formula=self.env._(
                    "Σ income of accident jobs, and of jobs whose technician belonged to a "
                    "body-and-paint team on the day of the invoice. %s",
                    note,
                ),
                is_ratio=False,
                **terms,
            ),
            "price_difference_rate": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "(Income of fitted parts − their stock value when they left) ÷ income of "
                    "fitted parts, × 100; of a part that is charged in part, the same share of "
                    "its value. %s",
                    note,
                ),
                scale=100,
                **terms,
            ),
        }
