# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind


class AftersalesKpiIndicator(models.Model):
    """What service costs, and what non-conformity costs besides (K6)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("regular_service_cost", "Regular service cost"),
            ("non_conformity_cost", "Cost of non-conformity"),
        ],
        ondelete={"regular_service_cost": "cascade", "non_conformity_cost": "cascade"},
    )

    def _get_rows_regular_service_cost(self, scope):
        """Parts and hours of the jobs done in the period, in the company's currency. K6."""
        return self._get_quality_rows(scope, SQL("job.cost"))

    def _get_rows_non_conformity_cost(self, scope):
        """The same, times the amplification factor of the unit's product family. K6."""
        return self._get_quality_rows(scope, SQL("job.cost * job.factor"))

    def _get_quality_rows(self, scope, amount):
        """Rows over jobs and what they cost.

        :param SQL amount: expression over ``job``, see ``_get_jobs_sql``
        :return: SQL, see :meth:`_get_rows`
        """
        report = self.env["aftersales.kpi.quality.cost"]
        for model, names in report._depends.items():
            self.env[model].flush_model(names)
        column, join = self._get_subject_sql(
            scope,
            employee=SQL("done.technician_id"),
            outlet=SQL("done.outlet_id"),
            day=SQL("job.done_on"),
        )
        return SQL(
            """SELECT %(column)s AS subject_id, job.voucher_id AS res_id,
                      (%(amount)s)::numeric AS amount, 1::numeric AS weight
                 FROM (%(jobs)s) AS job
                 JOIN aftersales_voucher AS done ON done.id = job.voucher_id %(join)s""",
            column=column,
            amount=amount,
            jobs=report._get_jobs_sql(
                SQL(
                    "voucher.company_id = %s AND voucher.done_at >= %s AND voucher.done_at < %s",
                    scope.company.id,
                    scope.start_at,
                    scope.end_at,
                )
            ),
            join=join,
        )

    def _get_measure_kinds(self):
        what = self.env._(
            "Value of the parts that left the stock for the jobs done in the period, and their "
            "hours at the cost of an hour; internal work and calls solved by phone do not count"
        )
        terms = {
            "unit": "money",
            "model": "aftersales.voucher",
            "better": "lower",
            "is_ratio": False,
        }
        return super()._get_measure_kinds() | {
            "regular_service_cost": MeasureKind(
                formula=self.env._("%s.", what),
                **terms,
            ),
            "non_conformity_cost": MeasureKind(
                formula=self.env._(
                    "%s; each job times the amplification factor of its product family, 1 where "
                    "there is none.",
                    what,
                ),
                **terms,
            ),
        }
