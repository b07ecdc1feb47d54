# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.rate_table.calculators import to_decimal

POINTS_STEP = Decimal("0.01")


class AftersalesKpiSchemeLine(models.Model):
    """An indicator of a scheme, with the bands that turn its figure into points (K2)."""

    _name = "aftersales.kpi.scheme.line"
    _description = "KPI Scheme Line"
    _order = "sequence, id"
    _check_company_auto = True

    scheme_id = fields.Many2one(
        "aftersales.kpi.scheme", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="scheme_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator",
        required=True,
        index=True,
        ondelete="restrict",
        help="What is measured.",
    )
    unit = fields.Char(related="indicator_id.unit")
    table_id = fields.Many2one(
        "rate.table",
        string="Points",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('method', '=', 'band'), ('inputs', '=', 'one')]",
        help="Rate table of bands: the figure of the indicator gives the points.",
    )
    table_description = fields.Text(related="table_id.description", string="Bands")
    max_points = fields.Float(
        required=True,
        default=10.0,
        digits=(16, 2),
        help="The most that this indicator counts; 10 in the four-indicator sheet.",
    )

    _indicator_uniq = models.UniqueIndex(
        "(scheme_id, indicator_id)", "A KPI scheme has the same indicator twice: remove one line."
    )
    _max_points_positive = models.Constraint(
        "CHECK (max_points > 0)", "The maximum of an indicator must be more than 0 points."
    )

    @api.constrains("table_id")
    def _check_table_id(self):
        for line in self:
            if line.table_id.method != "band" or line.table_id.inputs != "one":
                raise ValidationError(
                    self.env._(
                        "Rate table “%(table)s” of indicator %(indicator)s does not give points "
                        "for one figure: choose a table of bands.",
                        table=line.table_id.name,
                        indicator=line.indicator_id.name,
                    )
                )

    def _prepare_sheet_line_vals(self, measures):
        """Grade many subjects at once.

        :param dict measures: {subject id: ``Measure``} of this line's indicator
        :return: dict {subject id: values of a sheet line}
        :raises ValidationError: when the table no longer gives points for one figure
        """
        self.ensure_one()
        self._check_table_id()
        results = self.table_id.evaluate([measure.rounded for measure in measures.values()])
        most = to_decimal(self.max_points)
        return {
            subject_id: {
                **self._prepare_empty_sheet_line_vals(),
                "is_measured": True,
                "value": float(measure.rounded),
                "points": float(min(result.amount, most).quantize(POINTS_STEP, ROUND_HALF_UP)),
                "source_ids": list(measure.source_ids),
                "source_count": len(measure.source_ids),
                "trace": result.trace,
            }
            for (subject_id, measure), result in zip(measures.items(), results, strict=True)
        }

    def _prepare_empty_sheet_line_vals(self):
        """Values of a sheet line for which there was nothing to measure."""
        self.ensure_one()
        return {
            "sequence": self.sequence,
            "indicator_id": self.indicator_id.id,
            "table_id": self.table_id.id,
            "max_points": self.max_points,
            "source_model": self.indicator_id._get_source_model(),
            "source_ids": [],
            "terms": self._prepare_terms(),
        }

    def _prepare_terms(self):
        """What the figure is graded by, as it stands today: formula and bands (K4).

        :return: dict that JSON can hold
        """
        self.ensure_one()
        table = self.table_id
        return {
            "formula": self.indicator_id._get_explanation_key(),
            "bound": table.bound,
            "open_below": table.open_below,
            "rows": [[row.from_value, row.value] for row in table.line_ids],
        }
