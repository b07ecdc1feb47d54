# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import SQL

from ..measures import MeasureKind


class AftersalesKpiIndicator(models.Model):
    """How many people there are, by the versions of their contracts (K9)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[("headcount", "Headcount on the last day")],
        ondelete={"headcount": "cascade"},
    )

    def _get_rows_headcount(self, scope):
        """1 for each employee of the company on the last day of the period. K9.

        Who was archived since then counts up to the departure date or the end of the contract;
        who was archived without either does not: nobody knows when he left.
        """
        for model in ("hr.employee", "hr.version", "aftersales.team", "aftersales.team.member"):
            self.env[model].flush_model()
        day = SQL("%s::date", scope.end)
        employee = SQL("person.id")
        if scope.subject == "outlet":
            column, join = self._get_subject_sql(self._as_team(scope), employee=employee, day=day)
            column = SQL("crew.outlet_id")
            join = SQL("%s JOIN aftersales_team AS crew ON crew.id = member.team_id", join)
        else:
            column, join = self._get_subject_sql(scope, employee=employee, day=day)
        return SQL(
            """SELECT %(column)s AS subject_id, person.id AS res_id,
                      1::numeric AS amount, 1::numeric AS weight
                 FROM hr_employee AS person
                 JOIN LATERAL (
                      SELECT version.company_id, version.departure_date,
                             version.contract_date_start, version.contract_date_end
                        FROM hr_version AS version
                       WHERE version.employee_id = person.id
                         AND version.active IS TRUE
                         AND version.date_version <= %(day)s
                    ORDER BY version.date_version DESC
                       LIMIT 1) AS held ON TRUE
                 %(join)s
                WHERE held.company_id = %(company)s
                  AND (held.contract_date_start IS NULL OR held.contract_date_start <= %(day)s)
                  AND (held.contract_date_end IS NULL OR held.contract_date_end >= %(day)s)
                  AND (held.departure_date IS NULL OR held.departure_date >= %(day)s)
                  AND (person.active OR EXISTS (
                       SELECT FROM hr_version AS known
                        WHERE known.employee_id = person.id
                          AND COALESCE(known.departure_date, known.contract_date_end) IS NOT NULL))
            """,
            column=column,
            day=day,
            join=join,
            company=scope.company.id,
        )

    def _as_team(self, scope):
        """The same question about teams: an outlet's people are its teams' members."""
        return replace(scope, subject="team")

    @api.model
    def _get_units(self):
        return super()._get_units() | {"people": self.env._("people")}

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "headcount": MeasureKind(
                unit="people",
                formula=self.env._(
                    "Employees on the last day of the period, by their versions of that day: who "
                    "was archived later still counts, up to the departure date or the end of the "
                    "contract. Of a team and an outlet, those who were in the (outlet's) team on "
                    "that day."
                ),
                model="hr.employee",
                is_ratio=False,
                subjects=("company", "outlet", "team"),
            ),
        }
