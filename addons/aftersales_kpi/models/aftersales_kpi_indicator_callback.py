# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.rate_table.calculators import to_decimal

from ..measures import MeasureKind

# What an answer is worth: field of the indicator by grade.
SCORES = {
    "very_satisfied": "score_very_satisfied",
    "satisfied": "score_satisfied",
    "neutral": "score_neutral",
    "dissatisfied": "score_dissatisfied",
    "not_fixed": "score_not_fixed",
    "complaint": "score_complaint",
}
SATISFACTIONS = ("satisfaction", "service_satisfaction", "product_satisfaction")


class AftersalesKpiIndicator(models.Model):
    """Measures over what customers say afterwards: satisfaction (K2, K5), callbacks (S9)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("satisfaction", "Satisfaction (points)"),
            ("service_satisfaction", "Satisfaction with the service (%)"),
            ("product_satisfaction", "Satisfaction with the product (%)"),
            ("callback_share", "Callbacks with an outcome (%)"),
            ("callback_count", "Callbacks with an outcome (number)"),
        ],
        ondelete={
            "satisfaction": "cascade",
            "service_satisfaction": "cascade",
            "product_satisfaction": "cascade",
            "callback_share": "cascade",
            "callback_count": "cascade",
        },
    )
    score_very_satisfied = fields.Float(
        string="Very Satisfied", digits=(16, 2), default=10, help="Points of this answer (K2)."
    )
    score_satisfied = fields.Float(
        string="Satisfied", digits=(16, 2), default=8, help="Points of this answer (K2)."
    )
    score_neutral = fields.Float(
        string="Neither",
        digits=(16, 2),
        default=6,
        help="Points of a rating in the middle; the rule books name none, 6 is our reading.",
    )
    score_dissatisfied = fields.Float(
        string="Dissatisfied", digits=(16, 2), default=5, help="Points of this answer (K2)."
    )
    score_not_fixed = fields.Float(
        string="Not Fixed",
        digits=(16, 2),
        default=5,
        help="Points of a callback that hears “not fixed”, the first time or again.",
    )
    score_complaint = fields.Float(
        string="Complaint or Bad Attitude",
        digits=(16, 2),
        default=5,
        help="Points of a callback in which a complaint or bad attitude is heard.",
    )
    callback_outcome = fields.Selection(
        selection=lambda self: [
            (key, label)
            for key, label in self.env["aftersales.callback"]
            ._fields["outcome"]
            ._description_selection(self.env)
            if key != "no_answer"
        ],
        string="Outcome",
        default="satisfied",
        help="Which outcome of callbacks is counted.",
    )

    _scores_positive = models.Constraint(
        """CHECK(score_very_satisfied > 0 AND score_satisfied >= 0 AND score_neutral >= 0
                 AND score_dissatisfied >= 0 AND score_not_fixed >= 0 AND score_complaint >= 0)""",
        "Answers are worth zero points or more, “very satisfied” more than zero.",
    )

    # === SATISFACTION === #

    def _get_rows_satisfaction(self, scope):
        """Points of the answers about the service, an answer each. K2."""
        return self._get_answer_rows(scope, self._get_service_answers(scope), SQL("1"))

    def _get_rows_service_satisfaction(self, scope):
        """The same out of the best that can be answered. K5."""
        return self._get_answer_rows(
            scope, self._get_service_answers(scope), SQL("%s", self._get_best_score())
        )

    def _get_rows_product_satisfaction(self, scope):
        """Points of the second answer of callbacks, out of the best. K5."""
        answers = SQL(
            """SELECT callback.voucher_id, callback.called_at AS at,
                      callback.product_satisfaction AS grade
                 FROM aftersales_callback AS callback
                WHERE callback.company_id = %s AND callback.outcome != 'no_answer'
                  AND callback.product_satisfaction IS NOT NULL AND %s""",
            scope.company.id,
            self._get_within(scope, SQL("callback.called_at")),
        )
        return self._get_answer_rows(scope, answers, SQL("%s", self._get_best_score()))

    def _get_service_answers(self, scope):
        """What customers said of the service: on the phone, or by the link of the mail.

        The second answer makes “satisfied” out to be “very satisfied”.
        """
        return SQL(
            """SELECT callback.voucher_id, callback.called_at AS at,
                      CASE WHEN callback.outcome IN ('not_fixed_first', 'not_fixed_repeated')
                                THEN 'not_fixed'
                           WHEN callback.outcome IN ('complaint', 'bad_attitude')
                                THEN 'complaint'
                           ELSE COALESCE(callback.service_satisfaction, callback.outcome)
                       END AS grade
                 FROM aftersales_callback AS callback
                WHERE callback.company_id = %s AND callback.outcome != 'no_answer' AND %s
            UNION ALL
               SELECT rating.res_id, COALESCE(rating.rated_on, rating.write_date),
                      CASE WHEN rating.rating >= 4.5 THEN 'very_satisfied'
                           WHEN rating.rating >= 3.5 THEN 'satisfied'
                           WHEN rating.rating >= 2.5 THEN 'neutral'
                           ELSE 'dissatisfied' END
                 FROM rating_rating AS rating
                WHERE rating.res_model = 'aftersales.voucher' AND rating.consumed
                  AND rating.rating >= 1 AND %s""",
            scope.company.id,
            self._get_within(scope, SQL("callback.called_at")),
            self._get_within(scope, SQL("COALESCE(rating.rated_on, rating.write_date)")),
        )

    def _get_answer_rows(self, scope, answers, weight):
        """Rows of answers, one a job and subject.

        :param SQL answers: SELECT of ``voucher_id``, ``at`` and ``grade``
        :param SQL weight: of each answer
        """
        for model in ("aftersales.callback", "aftersales.voucher", "rating.rating"):
            self.env[model].flush_model()
        source = SQL(
            "(%s) AS answer JOIN aftersales_voucher AS voucher ON voucher.id = answer.voucher_id",
            answers,
        )
        score = SQL(
            "CASE answer.grade %s END",
            SQL(" ").join(
                SQL("WHEN %s THEN %s", grade, to_decimal(self[name]))
                for grade, name in SCORES.items()
            ),
        )
        return self._group_rows(
            self._build_rows(
                scope,
                source,
                SQL("voucher.id"),
                score,
                weight,
                SQL("voucher.company_id = %s AND %s", scope.company.id, self._get_job_condition()),
                self._get_day_sql(scope, SQL("answer.at")),
                employee=SQL("voucher.technician_id"),
                outlet=SQL("voucher.outlet_id"),
            )
        )

    def _get_best_score(self):
        return max(to_decimal(self[name]) for name in SCORES.values())

    # === CALLBACKS === #

    def _get_rows_callback_share(self, scope):
        """1 for each callback with the outcome, 0 for the others that reached the customer. S9."""
        return self._get_callback_rows(
            scope, SQL("(callback.outcome = %s)::integer", self.callback_outcome or None)
        )

    def _get_rows_callback_count(self, scope):
        """Callbacks with the outcome. S9."""
        condition = SQL("callback.outcome = %s", self.callback_outcome or None)
        return self._get_callback_rows(scope, SQL("1"), condition)

    def _get_callback_rows(self, scope, amount, condition=None):
        """Rows of callbacks that reached the customer, one each."""
        self.env["aftersales.callback"].flush_model()
        self.env["aftersales.voucher"].flush_model()
        return self._build_rows(
            scope,
            SQL(
                """aftersales_callback AS callback
                   JOIN aftersales_voucher AS voucher ON voucher.id = callback.voucher_id"""
            ),
            SQL("callback.id"),
            amount,
            SQL("1"),
            SQL(
                """voucher.company_id = %s AND callback.outcome != 'no_answer'
                   AND %s AND %s AND %s""",
                scope.company.id,
                self._get_within(scope, SQL("callback.called_at")),
                self._get_job_condition(),
                condition or SQL("TRUE"),
            ),
            self._get_day_sql(scope, SQL("callback.called_at")),
            employee=SQL("voucher.technician_id"),
            outlet=SQL("voucher.outlet_id"),
        )

    # === WHAT IS MEASURED === #

    def _get_kind_fields(self):
        return super()._get_kind_fields() + [*SCORES.values(), "callback_outcome"]

    def _get_job_measures(self):
        return super()._get_job_measures() | {
            *SATISFACTIONS,
            "callback_share",
            "callback_count",
        }

    def _get_scores_text(self):
        """The points of each answer, as a sentence."""
        return self.env._(
            "Very satisfied %(very_satisfied)s, satisfied %(satisfied)s, neither %(neutral)s, "
            "dissatisfied %(dissatisfied)s, not fixed %(not_fixed)s, complaint or bad attitude "
            "%(complaint)s.",
            **{grade: f"{self[name]:g}" for grade, name in SCORES.items()},
        )

    def _get_measure_kinds(self):
        scores = self._get_scores_text()
        outcomes = dict(self._fields["callback_outcome"]._description_selection(self.env))
        outcome = outcomes.get(self.callback_outcome, "")
        better = "higher" if self.callback_outcome == "satisfied" else "lower"
        return super()._get_measure_kinds() | {
            "satisfaction": MeasureKind(
                unit="points",
                formula=self.env._(
                    "Mean points of what customers answered in the month, on callbacks and by "
                    "the link of the rating mail: Σ points ÷ number of answers. %(scores)s An "
                    "answer counts for the technician and outlet of the job.",
                    scores=scores,
                ),
                model="aftersales.voucher",
            ),
            "service_satisfaction": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Points of what customers answered about the service in the month, on "
                    "callbacks and by the link of the rating mail, ÷ the best possible points, "
                    "× 100. %(scores)s",
                    scores=scores,
                ),
                model="aftersales.voucher",
                scale=100,
            ),
            "product_satisfaction": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Points of what customers answered about the product in the month, on "
                    "callbacks in which they were asked, ÷ the best possible points, × 100. "
                    "%(scores)s",
                    scores=scores,
                ),
                model="aftersales.voucher",
                scale=100,
            ),
            "callback_share": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Callbacks of the month with the outcome “%(outcome)s” ÷ all callbacks of "
                    "the month that reached the customer.",
                    outcome=outcome,
                ),
                model="aftersales.callback",
                better=better,
                scale=100,
            ),
            "callback_count": MeasureKind(
                unit="number",
                formula=self.env._(
                    "Number of callbacks of the month with the outcome “%(outcome)s”.",
                    outcome=outcome,
                ),
                model="aftersales.callback",
                better=better,
                is_ratio=False,
            ),
        }
