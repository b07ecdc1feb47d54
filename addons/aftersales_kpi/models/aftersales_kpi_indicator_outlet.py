# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

RATED = ("outlet", "dealer")


class AftersalesKpiIndicator(models.Model):
    """The evaluation of outlets as a figure: score and coefficient, also for dealers (K10, R13)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("outlet_score", "Score of the outlet evaluation"),
            ("outlet_coefficient", "Coefficient of the outlet's grade"),
        ],
        ondelete={"outlet_score": "cascade", "outlet_coefficient": "cascade"},
    )

    def _get_rows_outlet_score(self, scope):
        """Published scores of evaluations whose period ends here."""
        self.env["aftersales.outlet.evaluation"].flush_model()
        self.env["aftersales.outlet.evaluation.line"].flush_model()
        column, join = self._get_subject_sql(scope, outlet=SQL("line.outlet_id"))
        return SQL(
            """SELECT %(column)s AS subject_id, line.id AS res_id, line.score AS amount,
                      1::numeric AS weight
                 FROM aftersales_outlet_evaluation_line AS line
                 JOIN aftersales_outlet_evaluation AS evaluation
                   ON evaluation.id = line.evaluation_id %(join)s
                WHERE evaluation.company_id = %(company)s AND evaluation.state = 'published'
                  AND evaluation.period_end BETWEEN %(start)s AND %(end)s""",
            column=column,
            join=join,
            company=scope.company.id,
            start=scope.start,
            end=scope.end,
        )

    def _get_rows_outlet_coefficient(self, scope):
        """Grade of each outlet on the last day."""
        self.env["aftersales.outlet.grading"].flush_model()
        column, join = self._get_subject_sql(scope, outlet=SQL("grading.outlet_id"))
        return SQL(
            """SELECT %(column)s AS subject_id, grading.id AS res_id,
                      grading.coefficient AS amount, 1::numeric AS weight
                 FROM aftersales_outlet_grading AS grading %(join)s
                WHERE grading.company_id = %(company)s AND grading.date_from <= %(end)s
                  AND NOT EXISTS (
                        SELECT FROM aftersales_outlet_grading AS later
                         WHERE later.outlet_id = grading.outlet_id
                           AND later.date_from > grading.date_from
                           AND later.date_from <= %(end)s)""",
            column=column,
            join=join,
            company=scope.company.id,
            end=scope.end,
        )

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "outlet_score": MeasureKind(
                unit="points",
                formula=self.env._(
                    "Mean of the scores in the published evaluations whose period ends in these "
                    "days; of a dealer, over all its outlets."
                ),
                model="aftersales.outlet.evaluation.line",
                subjects=RATED,
            ),
            "outlet_coefficient": MeasureKind(
                unit="ratio",
                formula=self.env._(
                    "Coefficient of the grade on the last day; of a dealer, the mean over all its "
                    "outlets."
                ),
                model="aftersales.outlet.grading",
                subjects=RATED,
            ),
        }
