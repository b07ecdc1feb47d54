# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

# Before anybody was served.
BEGINNING = date(1970, 1, 1)
MONTHS = 6


class AftersalesKpiIndicator(models.Model):
    """Measures of customers who come back, and of those who do not (K9)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("active_customers", "Active customers (number)"),
            ("loss_rate", "Loss rate of customers (%)"),
        ],
        ondelete={"active_customers": "cascade", "loss_rate": "cascade"},
    )

    def _get_rows_active_customers(self, scope):
        """Customers with a visit in the months up to and with the current one. K9."""
        since = self._get_active_since(scope)
        return self._get_customer_rows(self._widen(scope, start=since), SQL("1"))

    def _get_rows_loss_rate(self, scope):
        """1 for each customer ever served who was not in the months that count as active. K9."""
        since_at = self._widen(scope, start=self._get_active_since(scope)).start_at
        lost = SQL("(MAX(job.done_at) < %s)::integer::numeric", since_at)
        return self._get_customer_rows(self._widen(scope, start=BEGINNING), lost)

    def _get_customer_rows(self, scope, amount):
        """Rows of customers, one each with all its addresses.

        :param SQL amount: aggregate over the alias ``job``
        """
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL(
            """SELECT visit.subject_id, customer.commercial_partner_id AS res_id,
                      %s AS amount, 1::numeric AS weight
                 FROM (%s) AS visit
                 JOIN aftersales_voucher AS job ON job.id = visit.res_id
                 JOIN res_partner AS customer ON customer.id = job.partner_id
             GROUP BY visit.subject_id, customer.commercial_partner_id""",
            amount,
            self._get_rows_visits(scope),
        )

    def _get_active_since(self, scope):
        """First day of the months that count as active."""
        return scope.end.replace(day=1) - relativedelta(months=max(self.window, 1) - 1)

    # === WHAT IS MEASURED === #

    def _get_windows(self):
        return super()._get_windows() | {"active_customers": MONTHS, "loss_rate": MONTHS}

    def _get_job_measures(self):
        return super()._get_job_measures() | {"active_customers", "loss_rate"}

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "active_customers": MeasureKind(
                unit="number",
                formula=self.env._(
                    "Number of customers, each with all its addresses, for whom a job was done "
                    "in the %(months)s calendar months up to and with the last one of the period.",
                    months=self.window,
                ),
                model="res.partner",
                is_ratio=False,
            ),
            "loss_rate": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Customers for whom a job was ever done, but none in the %(months)s calendar "
                    "months up to and with the last one of the period, ÷ all customers for whom "
                    "a job was ever done, × 100.",
                    months=self.window,
                ),
                model="res.partner",
                better="lower",
                scale=100,
            ),
        }
