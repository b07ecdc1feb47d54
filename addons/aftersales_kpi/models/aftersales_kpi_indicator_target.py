# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

# Their unit is their own field; asking what they measure could lead back to where one came from.
OWN_UNIT_MEASURES = ("manual", "formula", "target")


class AftersalesKpiIndicator(models.Model):
    """Targets as figures: "assessed profit ÷ the year's target" is a formula of two indicators."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[("target", "Target of another indicator")], ondelete={"target": "cascade"}
    )
    target_of_id = fields.Many2one(
        "aftersales.kpi.indicator",
        index="btree_not_null",
        ondelete="restrict",
        help="Indicator whose agreed targets are the figure.",
    )
    target_period = fields.Selection(
        [("month", "Month: the sum of the period's months"), ("year", "Year")],
        string="Target's Period",
        required=True,
        default="month",
        help="Targets agreed for months add up over a longer period; a year's counts whole.",
    )
    target_ids = fields.One2many(
        "aftersales.kpi.target",
        "indicator_id",
        string="Agreed Targets",
        help="What subjects are to reach, by period.",
    )

    _target_of_something = models.Constraint(
        "CHECK (measure != 'target' OR target_of_id IS NOT NULL)",
        "This indicator is the target of another one: choose of which.",
    )

    def _get_rows_target(self, scope):
        """Targets of months that begin in the period, or of the year in which it begins. K9."""
        targets = self.env["aftersales.kpi.target"]
        targets.flush_model()
        start, end = scope.start, scope.end
        if self.target_period == "year":
            start = scope.start + relativedelta(month=1, day=1)
            end = start
        return SQL(
            """SELECT %(column)s AS subject_id, figure.id AS res_id,
                      figure.value::numeric AS amount, 1::numeric AS weight
                 FROM aftersales_kpi_target AS figure
                WHERE figure.indicator_id = %(indicator)s AND figure.company_id = %(company)s
                  AND figure.subject_kind = %(kind)s AND figure.period_kind = %(period)s
                  AND figure.period_start BETWEEN %(start)s AND %(end)s""",
            column=targets._get_subject_column(scope.subject),
            indicator=self.target_of_id.id,
            company=scope.company.id,
            kind=scope.subject,
            period=self.target_period,
            start=start,
            end=end,
        )

    def _get_kind_fields(self):
        return super()._get_kind_fields() + ["target_of_id", "target_period"]

    def _get_measure_kinds(self):
        of = self.target_of_id
        unit = self.own_unit
        if of and of.measure not in OWN_UNIT_MEASURES:
            unit = of._get_kind().unit
        elif of:
            unit = of.own_unit
        words = {
            "month": self.env._("Targets of the period's months for: %s.", of.name or "–"),
            "year": self.env._("Target of the year for: %s.", of.name or "–"),
        }
        return super()._get_measure_kinds() | {
            "target": MeasureKind(
                unit=unit or "number",
                formula=words[self.target_period or "month"],
                model="aftersales.kpi.target",
                is_ratio=False,
                empty_is_zero=False,
            )
        }

    def action_view_targets(self):
        """Open the targets of this indicator."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_kpi_target_action"
        )
        action["domain"] = [("indicator_id", "=", self.id)]
        action["context"] = {"default_indicator_id": self.id}
        return action
