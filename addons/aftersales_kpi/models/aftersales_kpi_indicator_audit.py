# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

SUBJECTS = ("outlet", "dealer", "company")


class AftersalesKpiIndicator(models.Model):
    """What audits found, for the evaluation of outlets and for rebates (K12)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("audit_passed", "Record audit: passed"),
            ("audit_loss", "Record audit: lost bonus"),
            ("audit_standard", "Standards audit: bonus clauses"),
        ],
        ondelete={
            "audit_passed": "cascade",
            "audit_loss": "cascade",
            "audit_standard": "cascade",
        },
    )

    def _get_rows_audit_passed(self, scope):
        """1 for each audit that the outlet passed, 0 for the others. K12."""
        return self._get_audit_rows(
            scope, "aftersales.audit.outlet", SQL("(audit.verdict = 'passed')::integer")
        )

    def _get_rows_audit_loss(self, scope):
        """Percent of its bonus class that the outlet lost in each audit. K12."""
        return self._get_audit_rows(scope, "aftersales.audit.outlet", SQL("audit.loss"))

    def _get_rows_audit_standard(self, scope):
        """Mean of the bonus clauses of each audit; 0 where a precondition does not hold. K12."""
        return self._get_audit_rows(
            scope,
            "aftersales.standard.audit",
            SQL("CASE WHEN audit.preconditions_hold THEN audit.bonus_mean ELSE 0 END"),
        )

    def _get_audit_rows(self, scope, model, amount):
        """Rows of published audits of outlets, one a result, in the period of their day.

        :param str model: of the results
        :param SQL amount: expression over the alias ``audit``
        :return: SQL, see :meth:`_get_rows`
        """
        self.env[model].flush_model()
        column, join = self._get_subject_sql(scope, outlet=SQL("audit.outlet_id"))
        published = (
            SQL("audit.verdict IS NOT NULL")
            if model == "aftersales.audit.outlet"
            else SQL("audit.state = 'published'")
        )
        return SQL(
            """SELECT %(column)s AS subject_id, audit.id AS res_id,
                      (%(amount)s)::numeric AS amount, 1::numeric AS weight
                 FROM %(table)s AS audit %(join)s
                WHERE audit.company_id = %(company)s AND %(published)s
                  AND audit.date BETWEEN %(start)s AND %(end)s""",
            column=column,
            amount=amount,
            table=SQL.identifier(self.env[model]._table),
            join=join,
            company=scope.company.id,
            published=published,
            start=scope.start,
            end=scope.end,
        )

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "audit_passed": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Record audits of the period that were passed ÷ all record audits of the "
                    "period. An audit counts on the last day of its window, once published."
                ),
                model="aftersales.audit.outlet",
                scale=100,
                subjects=SUBJECTS,
            ),
            "audit_loss": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Mean, over the record audits of the period, of the share of the bonus class "
                    "that was lost: the percentage of the settings for a failed one, else 0."
                ),
                model="aftersales.audit.outlet",
                better="lower",
                subjects=SUBJECTS,
            ),
            "audit_standard": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Mean score of the clauses tied to the bonus, over the standards audits of the "
                    "period. An audit in which a precondition does not hold counts as 0."
                ),
                model="aftersales.standard.audit",
                subjects=SUBJECTS,
            ),
        }
