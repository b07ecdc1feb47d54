# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.rate_table.calculators import to_decimal

from ..grading import grade


class AftersalesKpiSchemeLine(models.Model):
    """An indicator of a scheme, with what turns its figure into points (K2, K10).

    Either a table of bands says which figure gives how many points (negative ones too), or the
    points are proportional to a target.
    """

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
    grading = fields.Selection(
        [("band", "Bands of Points"), ("proportional", "Proportional to Target")],
        required=True,
        default="band",
        help="Bands: the figure lies in a row of a table, which gives the points. Proportional: "
        "points × figure ÷ target; where lower is better, points × target ÷ figure.",
    )
    table_id = fields.Many2one(
        "rate.table",
        string="Bands",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('method', '=', 'band'), ('inputs', '=', 'one')]",
        help="Rate table of bands: the figure of the indicator gives the points.",
    )
    table_description = fields.Text(related="table_id.description", string="Bands in Words")
    target = fields.Float(
        digits=(16, 4),
        help="What is aimed at, in the indicator's unit. 0: the target that is filed for the "
        "subject and month, else the indicator's own.",
    )
    max_points = fields.Float(
        string="Points",
        required=True,
        default=10.0,
        digits=(16, 2),
        help="The points that this indicator counts as 100 %; 10 in the four-indicator sheet.",
    )
    cap = fields.Float(
        string="At Most (%)",
        default=100.0,
        digits=(16, 2),
        help="The most that can be reached, in percent of the points: 120 rewards who exceeds a "
        "target.",
    )
    min_points = fields.Float(
        string="At Least",
        digits=(16, 2),
        help="The fewest points that a figure gives; less than 0 where a bad month costs points.",
    )
    weight = fields.Float(
        compute="_compute_weight",
        store=True,
        readonly=False,
        precompute=True,
        digits=(16, 2),
        help="How much the indicator counts in the score, against the others: 30, 30 and 40. As "
        "the points, where nothing else is said. 0: shown, but not counted.",
    )

    _indicator_uniq = models.UniqueIndex(
        "(scheme_id, indicator_id)", "A KPI scheme has the same indicator twice: remove one line."
    )
    _max_points_positive = models.Constraint(
        "CHECK (max_points > 0)", "The maximum of an indicator must be more than 0 points."
    )
    _limits_in_order = models.Constraint(
        "CHECK (cap > 0 AND min_points <= max_points * cap / 100)",
        "The fewest points of an indicator must not be more than the most: correct the limits.",
    )
    _weight_not_negative = models.Constraint(
        "CHECK (weight >= 0)", "The weight of an indicator must not be negative."
    )

    @api.depends("max_points")
    def _compute_weight(self):
        for line in self:
            line.weight = line.max_points

    @api.constrains("table_id", "grading")
    def _check_table_id(self):
        for line in self.filtered(lambda line: line.grading == "band"):
            if line.table_id.method != "band" or line.table_id.inputs != "one":
                raise ValidationError(
                    self.env._(
                        "Rate table “%(table)s” of indicator %(indicator)s does not give points "
                        "for one figure: choose a table of bands.",
                        table=line.table_id.name or "",
                        indicator=line.indicator_id.name,
                    )
                )

    def _prepare_sheet_line_vals(self, measures, targets=None):
        """Grade many subjects at once.

        :param dict measures: {subject id: ``Measure``} of this line's indicator
        :param dict targets: {subject id: target that is filed for it}
        :return: dict {subject id: values of a sheet line}
        :raises ValidationError: when the table no longer gives points for one figure
        :raises UserError: when somebody has no target to be held against
        """
        self.ensure_one()
        self._check_table_id()
        terms = self._prepare_terms()
        goals = [self._get_target(targets or {}, subject_id) for subject_id in measures]
        grades = grade(terms, [measure.rounded for measure in measures.values()], goals)
        empty = self._prepare_empty_sheet_line_vals(terms)
        return {
            subject_id: {
                **empty,
                "is_measured": True,
                "value": float(measure.rounded),
                "target": float(goal or 0),
                "points": float(found.points),
                "source_ids": list(measure.source_ids),
                "source_count": len(measure.source_ids),
                "trace": found.trace,
            }
            for (subject_id, measure), goal, found in zip(
                measures.items(), goals, grades, strict=True
            )
        }

    def _get_target(self, targets, subject_id):
        """What a subject is held against; ``None`` where there is none and none is needed.

        :raises UserError: when points are proportional to a target that is nowhere
        """
        goal = to_decimal(self.target) or targets.get(subject_id)
        goal = goal or to_decimal(self.indicator_id.target)
        if goal:
            return to_decimal(goal)
        if self.grading == "band":
            return None
        if self.indicator_id.better == "lower":
            return to_decimal(0)
        raise UserError(
            self.env._(
                "Indicator %(indicator)s of KPI scheme “%(scheme)s” has no target for "
                "%(subject)s: enter one on the scheme's line, on the indicator, or among the "
                "targets.",
                indicator=self.indicator_id.name,
                scheme=self.scheme_id.name,
                subject=self.scheme_id._get_subject_name(self.scheme_id.subject_kind, subject_id),
            )
        )

    def _prepare_empty_sheet_line_vals(self, terms=None):
        """Values of a sheet line for which there was nothing to measure."""
        self.ensure_one()
        return {
            "sequence": self.sequence,
            "indicator_id": self.indicator_id.id,
            "table_id": self.table_id.id if self.grading == "band" else False,
            "max_points": self.max_points,
            "weight": self.weight,
            "source_model": self.indicator_id._get_kind().model,
            "source_ids": [],
            "terms": terms or self._prepare_terms(),
        }

    def _prepare_terms(self):
        """What the figure is graded by, as it stands today: formula, bands, limits (K4).

        :return: dict that JSON can hold; ``grading.grade`` takes it
        """
        self.ensure_one()
        terms = {
            "indicator": self.indicator_id._get_terms(),
            "grading": self.grading,
            "better": self.indicator_id.better,
            "points": str(to_decimal(self.max_points)),
            "most": str(to_decimal(self.max_points) * to_decimal(self.cap) / 100),
            "least": str(to_decimal(self.min_points)),
        }
        if self.grading == "band":
            table = self.table_id
            # Says in words what is wrong with a table that cannot be asked.
            table.evaluate([])
            terms |= {
                "bound": table.bound,
                "open_below": table.open_below,
                "rows": [[row.from_value, row.value] for row in table.line_ids],
            }
        return terms

    def _get_terms_in_words(self):
        """The terms in words, to say what a new version changes."""
        self.ensure_one()
        if self.grading == "band":
            graded = (self.table_id.description or "").replace("\n", "; ")
        else:
            graded = self.env._("proportional to target %s", f"{self.target:g}")
        return self.env._(
            "%(indicator)s: %(points)s points (from %(least)s points to %(cap)s %%), "
            "weight %(weight)s, %(graded)s",
            indicator=self.indicator_id.name,
            points=f"{self.max_points:g}",
            least=f"{self.min_points:g}",
            cap=f"{self.cap:g}",
            weight=f"{self.weight:g}",
            graded=graded,
        )
