# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind


class AftersalesKpiIndicator(models.Model):
    """Certificates held ÷ required (K13)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[("certificates_held", "Certificates held ÷ required")],
        ondelete={"certificates_held": "cascade"},
    )

    def _get_rows_certificates_held(self, scope):
        """Certificates held and required on the last day, one row a role and subject. K13."""
        posts = self.env["aftersales.qualification.post"]
        column, join = self._get_subject_sql(scope, outlet=SQL("status.outlet_id"))
        return SQL(
            """SELECT %(column)s AS subject_id, status.requirement_id AS res_id,
                      SUM(status.held)::numeric AS amount, SUM(status.required)::numeric AS weight
                 FROM (%(status)s) AS status %(join)s
             GROUP BY 1, 2""",
            column=column,
            status=posts._get_status_sql(SQL("%s::date", scope.end), scope.company),
            join=join,
        )

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "certificates_held": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Certificates held ÷ certificates required, on the last day of the period, "
                    "over the roles that the outlet must have: people required × certificates of "
                    "the role. A certificate counts while it is valid and its holder meets what "
                    "the role asks for; more people than required do not count."
                ),
                model="aftersales.qualification.requirement",
                scale=100,
                subjects=("outlet", "dealer", "company"),
            )
        }
