# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind


class AftersalesKpiIndicator(models.Model):
    """Measures of the insurance business: commercial policies that we sold (K9, S14)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("policies_new", "New insurance policies (number)"),
            ("policies_renewed", "Renewed insurance policies (number)"),
            ("new_insurance_rate", "New-insurance rate (%)"),
            ("insurance_renewal_rate", "Insurance renewal rate (%)"),
        ],
        ondelete={
            "policies_new": "cascade",
            "policies_renewed": "cascade",
            "new_insurance_rate": "cascade",
            "insurance_renewal_rate": "cascade",
        },
    )

    # === ROWS === #

    def _get_rows_policies_new(self, scope):
        """New commercial policies that begin here. K9."""
        return self._get_policy_rows(scope, SQL("policy.is_renewal IS NOT TRUE"))

    def _get_rows_policies_renewed(self, scope):
        """Renewed commercial policies that begin here. K9."""
        return self._get_policy_rows(scope, SQL("policy.is_renewal"))

    def _get_rows_new_insurance_rate(self, scope):
        """New policies, and units sold directly to divide them by. K9."""
        return SQL(
            """SELECT subject_id, res_id, amount, 0::numeric AS weight FROM (%s) AS written
            UNION ALL
               SELECT subject_id, NULL, 0::numeric, SUM(amount) FROM (%s) AS sold
             GROUP BY subject_id""",
            self._get_rows_policies_new(scope),
            self._get_rows_direct_units_sold(scope),
        )

    def _get_rows_insurance_renewal_rate(self, scope):
        """Renewed policies, and all of the same days of last year to divide them by. K9."""
        return SQL(
            """SELECT subject_id, res_id, amount, 0::numeric AS weight FROM (%s) AS renewed
            UNION ALL
               SELECT subject_id, res_id, 0::numeric, weight FROM (%s) AS before""",
            self._get_rows_policies_renewed(scope),
            self._get_policy_rows(self._get_last_year(scope), SQL("TRUE")),
        )

    def _get_policy_rows(self, scope, condition):
        """Rows of commercial policies that we sold, by their first day, one each.

        A policy of a unit that belongs to no company counts in each.
        """
        self.env["aftersales.insurance.policy"].flush_model()
        self.env["stock.lot"].flush_model(["dealer_id", "company_id"])
        return self._build_rows(
            scope,
            SQL(
                """aftersales_insurance_policy AS policy
                   JOIN stock_lot AS lot ON lot.id = policy.lot_id"""
            ),
            SQL("policy.id"),
            SQL("1"),
            SQL("1"),
            SQL(
                """(lot.company_id IS NULL OR lot.company_id = %s) AND policy.active
                   AND policy.sold_by_us AND policy.scope = 'commercial'
                   AND policy.date_from BETWEEN %s AND %s AND %s""",
                scope.company.id,
                scope.start,
                scope.end,
                condition,
            ),
            SQL("policy.date_from"),
            dealer=SQL("lot.dealer_id"),
        )

    def _get_last_year(self, scope):
        """The same days a year before; a month's end stays one."""
        year, day = relativedelta(years=1), timedelta(days=1)
        return self._widen(scope, start=scope.start - year, end=scope.end + day - year - day)

    # === WHAT IS MEASURED === #

    def _get_measure_kinds(self):
        number = {
            "unit": "number",
            "model": "aftersales.insurance.policy",
            "is_ratio": False,
            "subjects": ("dealer", "company"),
        }
        return super()._get_measure_kinds() | {
            "policies_new": MeasureKind(
                formula=self.env._(
                    "Number of new commercial policies, sold by us, whose first day lies in the "
                    "month; of a dealer: on units that the dealer sold."
                ),
                **number,
            ),
            "policies_renewed": MeasureKind(
                formula=self.env._(
                    "Number of renewed commercial policies, sold by us, whose first day lies in "
                    "the month; of a dealer: on units that the dealer sold."
                ),
                **number,
            ),
            "new_insurance_rate": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "New commercial policies of the month, sold by us ÷ units sold directly to "
                    "users in the month, by invoice, × 100."
                ),
                model="aftersales.insurance.policy",
                scale=100,
                subjects=("company",),
            ),
            "insurance_renewal_rate": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Renewed commercial policies of the month ÷ new and renewed commercial "
                    "policies of the same month of last year, × 100; both as sold by us."
                ),
                model="aftersales.insurance.policy",
                scale=100,
                subjects=("dealer", "company"),
            ),
        }
