# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..measures import MeasureKind


class AftersalesKpiIndicator(models.Model):
    """Figures that are typed or imported, with evidence and, if wanted, named choices (K2)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[("manual", "Typed or imported figures")], ondelete={"manual": "cascade"}
    )
    own_unit = fields.Selection(
        selection="_selection_own_unit",
        string="Measured In",
        required=True,
        default="number",
        help="Unit of figures that are typed or come of a formula.",
    )
    manual_total = fields.Selection(
        [("mean", "Mean of the months"), ("sum", "Sum of the months")],
        string="Several Months",
        required=True,
        default="mean",
        help="What a longer period has: of points and headcounts the mean, of amounts the sum.",
    )
    needs_evidence = fields.Boolean(help="Figures are confirmed with a document attached only.")
    choice_ids = fields.One2many(
        "aftersales.kpi.choice",
        "indicator_id",
        copy=True,
        string="Choices",
        help="Named answers with their figures; empty: any number is typed.",
    )
    choice_terms = fields.Json(
        compute="_compute_choice_terms", help="The choices, as they are kept with a figure."
    )

    @api.model
    def _selection_own_unit(self):
        return list(self._get_units().items())

    @api.depends("choice_ids.name", "choice_ids.value")
    @api.depends_context("lang")
    def _compute_choice_terms(self):
        for indicator in self:
            indicator.choice_terms = [
                [choice.name, choice.value] for choice in indicator.choice_ids
            ]

    def _get_rows_manual(self, scope):
        """Confirmed figures of the months that begin in the period; of a subject itself only."""
        figures = self.env["aftersales.kpi.value"]
        figures.flush_model()
        return SQL(
            """SELECT %(column)s AS subject_id, figure.id AS res_id,
                      figure.value::numeric AS amount, 1::numeric AS weight
                 FROM aftersales_kpi_value AS figure
                WHERE figure.indicator_id = %(indicator)s AND figure.company_id = %(company)s
                  AND figure.subject_kind = %(kind)s AND figure.state = 'confirmed'
                  AND figure.period_start BETWEEN %(start)s AND %(end)s""",
            column=figures._get_subject_column(scope.subject),
            indicator=self.id,
            company=scope.company.id,
            kind=scope.subject,
            start=scope.start,
            end=scope.end,
        )

    def _get_kind_fields(self):
        return super()._get_kind_fields() + ["own_unit", "manual_total", "choice_terms"]

    def _get_measure_kinds(self):
        is_mean = self.manual_total != "sum"
        words = (
            self.env._("Mean of the confirmed figures of the period's months.")
            if is_mean
            else self.env._("Sum of the confirmed figures of the period's months.")
        )
        choices = [
            self.env._("%(choice)s: %(figure)s.", choice=name, figure=f"{value:g}")
            for name, value in self.choice_terms or ()
        ]
        return super()._get_measure_kinds() | {
            "manual": MeasureKind(
                unit=self.own_unit or "number",
                formula=" ".join([words, *choices]),
                model="aftersales.kpi.value",
                is_ratio=is_mean,
                empty_is_zero=False,
            )
        }

    def action_view_values(self):
        """Open the typed figures of this indicator."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_kpi_value_action"
        )
        action["domain"] = [("indicator_id", "=", self.id)]
        action["context"] = {"default_indicator_id": self.id}
        return action
