# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind


class AftersalesKpiIndicator(models.Model):
    """What customers answered in surveys: product, service (K5), loyalty (K10), and how many."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("survey_product", "Survey: product satisfaction"),
            ("survey_service", "Survey: service satisfaction"),
            ("survey_loyalty", "Survey: loyalty"),
            ("survey_response", "Survey: response rate"),
        ],
        ondelete={
            "survey_product": "cascade",
            "survey_service": "cascade",
            "survey_loyalty": "cascade",
            "survey_response": "cascade",
        },
    )

    def _get_rows_survey_product(self, scope):
        """Scores of the answers about the product. K5."""
        return self._get_survey_rows(scope, "product")

    def _get_rows_survey_service(self, scope):
        """Scores of the answers about the service. K5."""
        return self._get_survey_rows(scope, "service")

    def _get_rows_survey_loyalty(self, scope):
        """Scores of the answers about loyalty. K10."""
        return self._get_survey_rows(scope, "loyalty")

    def _get_survey_rows(self, scope, theme):
        """Rows of answers about one theme, one an answer: score, weight 1.

        :param str theme: of the question
        :return: SQL, see :meth:`_get_rows`
        """
        self.env["aftersales.survey.answer"].flush_model()
        column, join = self._get_subject_sql(
            scope,
            employee=SQL("answer.technician_id"),
            outlet=SQL("answer.outlet_id"),
            day=self._get_day_sql(scope, SQL("answer.answered_at")),
        )
        return SQL(
            """SELECT %(column)s AS subject_id, answer.id AS res_id,
                      answer.score::numeric AS amount, 1::numeric AS weight
                 FROM aftersales_survey_answer AS answer %(join)s
                WHERE answer.company_id = %(company)s
                  AND answer.theme = %(theme)s
                  AND answer.answered_at >= %(start)s AND answer.answered_at < %(end)s""",
            column=column,
            join=join,
            company=scope.company.id,
            theme=theme,
            start=scope.start_at,
            end=scope.end_at,
        )

    def _get_rows_survey_response(self, scope):
        """1 for each asked visit that was answered, 0 for the others, by the day it was settled."""
        self.env["aftersales.survey.sample"].flush_model()
        column, join = self._get_subject_sql(
            scope,
            employee=SQL("sample.technician_id"),
            outlet=SQL("sample.outlet_id"),
            day=SQL("sample.settled_on"),
        )
        return SQL(
            """SELECT %(column)s AS subject_id, sample.id AS res_id,
                      sample.is_answered::numeric AS amount, 1::numeric AS weight
                 FROM aftersales_survey_sample AS sample %(join)s
                WHERE sample.company_id = %(company)s
                  AND sample.state NOT IN ('waiting', 'left_out')
                  AND sample.settled_on BETWEEN %(start)s AND %(end)s""",
            column=column,
            join=join,
            company=scope.company.id,
            start=scope.start,
            end=scope.end,
        )

    def _get_measure_kinds(self):
        answers = {
            "survey_product": self.env._(
                "Mean of the answers about the product that came in during the period. Each counts "
                "from 0 (worst) to 100 (best), in equal steps."
            ),
            "survey_service": self.env._(
                "Mean of the answers about the service that came in during the period. Each counts "
                "from 0 (worst) to 100 (best), in equal steps."
            ),
            "survey_loyalty": self.env._(
                "Mean of the answers about loyalty that came in during the period. Each counts "
                "from 0 (worst) to 100 (best), in equal steps."
            ),
        }
        kinds = {
            key: MeasureKind(unit="points", formula=formula, model="aftersales.survey.answer")
            for key, formula in answers.items()
        }
        kinds["survey_response"] = MeasureKind(
            unit="percent",
            formula=self.env._(
                "Questionnaires answered ÷ visits asked about, over the visits settled in the "
                "period."
            ),
            model="aftersales.survey.sample",
            scale=100,
        )
        return super()._get_measure_kinds() | kinds
